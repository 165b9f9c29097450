//! `/catalog`: what there is, as the address or a saved view says.

use crate::ahead;
use crate::catalog::api::{ViewChange, entities_get, problems_get};
use crate::catalog::kind::{KindHead, kind_is_known, kind_plural};
use crate::catalog::list_address::address;
use crate::catalog::list_columns::{RowStyle, columns_menu, heads, row};
use crate::catalog::list_views::{Change, all_address, missing_view, report, view_menu, view_tabs};
use crate::catalog::live::{Followed, follow};
use crate::failed::LoadError;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::catalog::{EntityFacets, EntityQuery, EntityRow, FacetValue, Problem};
use model::listing::ListPage;

/// How many rows the service puts on a page.
const PER_PAGE: usize = 50;

/// `/catalog`
#[component]
pub fn CatalogPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| read_query(&query.read()));
    let change = ServerAction::<ViewChange>::new();
    let page = ServerResource::blocking(
        move || (asked.get(), change.version().get()),
        |(query, changed)| async move {
            // Only the plain list is ever fetched ahead, and after a change nothing older will do.
            let about = if query == plain_query() && changed == 0 { "entities" } else { "" };
            ahead::answer(about, || entities_get(query.clone())).await
        },
    );
    report(change);
    let live = Live::new(page);
    let starred = Callback::new(move |()| page.refetch());
    let refused = move || {
        let error = change.value().get()?.err()?;
        Some(view! { <Alert tone=Tone::Danger title=error.message()>""</Alert> })
    };
    // What the answer says of it: the page that is shown, and whether anything is of the kind.
    let shown = RwSignal::new((u32::MAX, true));
    let parts = Signal::derive(move || {
        let (asked, (last_page, is_found)) = (asked.read(), shown.get());
        let kind = (!asked.kind.is_empty()).then(|| match is_found {
            true => kind_plural(&asked.kind),
            false => no_kind(&asked.kind),
        });
        let page = asked.page.min(last_page);
        let page = (page > 1).then(|| format!("Page {page}"));
        kind.into_iter().chain(page).collect()
    });
    view! {
        <Page
            title="Catalog"
            title_parts=parts
            subtitle="What you run, and who owns it"
            width=PageWidth::Full
            actions=|| {
                view! {
                    <Menu id="catalog-manage" label="Manage" variant=MenuVariant::Framed>
                        <MenuLink href=href("/catalog/sources") icon=IconName::RefreshCw>
                            "Sources"
                        </MenuLink>
                        <MenuLink href=href("/catalog/administration") icon=IconName::Shield>
                            "Administration"
                        </MenuLink>
                        <MenuLink href=href("/catalog/administration/kinds") icon=IconName::Boxes>
                            "Kinds"
                        </MenuLink>
                    </Menu>
                    <LinkButton href=href("/catalog/changes") icon=IconName::History>
                        "What changed"
                    </LinkButton>
                    <LinkButton href=href("/catalog/organisation") icon=IconName::Users>
                        "Organisation"
                    </LinkButton>
                    <LinkButton href=href("/catalog/register") icon=IconName::Link>
                        "Register"
                    </LinkButton>
                    <LinkButton
                        href=href("/create")
                        variant=ButtonVariant::Primary
                        icon=IconName::Plus
                    >
                        "Create"
                    </LinkButton>
                }
            }
            tabs=move || {
                view! {
                    <Transition>
                        {move || Suspend::new(async move {
                            page.await.ok().map(|page| view_tabs(&page))
                        })}
                    </Transition>
                }
            }
        >
            {refused}
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Table(10, 5) /> }>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => {
                            shown.set((page.list.pages, !is_unknown_kind(&page)));
                            let (mark, changed) = live.arrived(&page);
                            let style = RowStyle {
                                columns: page.columns.clone(),
                                starred: page.personal.then_some(starred),
                                mark,
                                changed,
                            };
                            deferred(move || {
                                view! {
                                    <div class="contents">{list(page, style, change)}</div>
                                }
                                    .into_any()
                            })
                        }
                        Err(error) => {
                            view! { <LoadError title="The catalog cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Transition>
            <Show when=move || asked.get().state == "broken">
                <Problems />
            </Show>
            <p class="visually-hidden" role="status">
                {move || live.message.get()}
            </p>
        </Page>
    }
}

/// What the list shows when its address says nothing.
pub(super) fn plain_query() -> EntityQuery {
    read_query(&ParamsMap::new())
}

fn read_query(map: &ParamsMap) -> EntityQuery {
    EntityQuery::from_address(|key| map.get(key).unwrap_or_default())
}

/// Keeps an open list up to date.
#[derive(Clone, Copy)]
struct Live {
    /// What is shown, and by which stream one hears of changes.
    followed: RwSignal<Option<Followed>>,
    /// What is shown, to be compared with what comes.
    before: StoredValue<(String, Vec<EntityRow>)>,
    /// How often something changed; odd when what comes is fetched because of a change.
    updates: StoredValue<u32>,
    waiting: StoredValue<bool>,
    /// What changed, in words.
    message: RwSignal<String>,
}

impl Live {
    fn new(page: ServerResource<ListPage>) -> Live {
        let live = Live {
            followed: RwSignal::new(None),
            before: StoredValue::default(),
            updates: StoredValue::new(0),
            waiting: StoredValue::new(false),
            message: RwSignal::new(String::new()),
        };
        follow(live.followed, move || {
            live.waiting.set_value(true);
            page.refetch();
        });
        live
    }

    /// Notes what is shown now: the class for what is new since the last change, and the
    /// references of that.
    fn arrived(self, page: &ListPage) -> (&'static str, Vec<String>) {
        if cfg!(not(target_arch = "wasm32")) {
            return ("", Vec::new());
        }
        keep_menus_open();
        let shown = EntityQuery { page: page.list.page, ..page.asked.shown() };
        let stream = query_url(&href("/events/catalog"), &shown.pairs().into_iter().collect());
        let stream = if stream.contains('?') { stream } else { format!("{stream}?") };
        self.followed.set(Some(Followed { stream: stream.clone(), etag: page.etag.clone() }));
        // A star is the person's own doing.
        let rows = page.list.rows.iter().cloned();
        let rows: Vec<EntityRow> = rows.map(|row| EntityRow { starred: false, ..row }).collect();
        let mut changed = Vec::new();
        let waited = self.waiting.get_value();
        self.waiting.set_value(false);
        self.before.update_value(|(about, before)| {
            if waited && *about == stream {
                let new = rows.iter().filter(|row| !before.contains(row));
                changed = new.map(|row| row.entity.entity_ref.clone()).collect();
                self.updates.update_value(|updates| *updates += 1);
            }
            (*about, *before) = (stream, rows);
        });
        if waited {
            self.message.set(match changed.len() {
                0 => "The list was updated.".to_owned(),
                1 => "The list was updated: one entity changed.".to_owned(),
                count => format!("The list was updated: {count} entities changed."),
            });
        }
        // Another class begins the highlight anew.
        let mark = if self.updates.get_value().is_multiple_of(2) {
            "is-changed"
        } else {
            "is-changed-again"
        };
        (mark, changed)
    }
}

/// Filters, columns, views and rows.
fn list(page: ListPage, style: RowStyle, change: Change) -> AnyView {
    let all = all_address(&page);
    let unknown_kind = is_unknown_kind(&page);
    let view = page.personal.then(|| view_menu(&page, change));
    let ListPage { list, asked, columns, missing, pending_removals, .. } = page;
    let result = plural(list.total, "entity", "entities");
    let missing = missing.map(|missing| missing_view(&missing, change));
    let banner = banner(if asked.state.is_empty() { list.problems } else { 0 }, pending_removals);
    let bar = {
        let (asked, facets) = (asked.clone(), list.facets);
        deferred(move || filter_bar(&asked, facets, result))
    };
    let rows = list.rows;
    let table = if list.total_in_catalog == 0 {
        view! {
            <EmptyState
                title="The catalog is empty"
                text="Name a folder, a repository or an address under catalog.locations in the configuration, register one here, or start something new."
                icon=IconName::Boxes
            >
                <LinkButton href=href("/catalog/register")>"Register"</LinkButton>
                <LinkButton href=href("/create") variant=ButtonVariant::Primary>
                    "Create"
                </LinkButton>
            </EmptyState>
        }
        .into_any()
    } else if unknown_kind {
        view! {
            <EmptyState
                title=no_kind(&asked.kind)
                text="The catalog has no such kind, neither built in nor added here."
                icon=IconName::Search
            >
                <LinkButton href=all variant=ButtonVariant::Primary>"Show all"</LinkButton>
                <LinkButton href=href("/catalog/administration/kinds")>"Kinds"</LinkButton>
            </EmptyState>
        }
        .into_any()
    } else if rows.is_empty() {
        nothing(&asked, all)
    } else {
        let heads = heads(&columns, &asked);
        let rows = rows
            .into_iter()
            .map(|entity| {
                let style = style.clone();
                deferred(move || row(entity, &style))
            })
            .collect_view();
        view! {
            <Table label="Entities" columns=heads layout=TableLayout::Stack lines=true>
                {rows}
            </Table>
        }
        .into_any()
    };
    let columns = columns_menu(&columns, &asked);
    let kind = if unknown_kind { String::new() } else { asked.kind.clone() };
    let beyond = (list.page < asked.page).then(|| {
        let text = match list.page {
            1 => format!("There is no page {}: the list has one page, which is shown.", asked.page),
            last => format!("There is no page {}. Page {last} is the last one.", asked.page),
        };
        view! { <Alert tone=Tone::Info>{text}</Alert> }
    });
    let pager = move |page: usize| {
        let page = page as u32;
        // A view that is shown as it is keeps its short address.
        address(&match asked.view.is_empty() {
            true => asked.changed(|next| next.page = page),
            false => EntityQuery { view: asked.view.clone(), page, ..EntityQuery::default() },
        })
    };
    view! {
        <KindHead kind />
        {banner}
        {missing}
        {beyond}
        <div class="list-head">
            {bar} <div class="list-tools">{columns} {view}</div>
        </div>
        {table}
        <Pagination
            page=list.page as usize
            per_page=PER_PAGE
            total=list.total as usize
            href=pager
        />
    }
    .into_any()
}

/// Whether the address names a kind that is not there: neither built in nor added, and no entity
/// is of it.
fn is_unknown_kind(page: &ListPage) -> bool {
    let kind = &page.asked.kind;
    !kind.is_empty() && page.list.total == 0 && !kind_is_known(kind)
}

fn no_kind(kind: &str) -> String {
    format!("No kind {kind}")
}

/// What needs care, in one line with links.
fn banner(problems: u32, pending: u32) -> Option<AnyView> {
    let part = |text: String, to: &str| {
        let to = href(to);
        view! {
            <a class="link" href=to>
                {text}
            </a>
        }
    };
    let problems = (problems > 0).then(|| {
        let what = plural(
            problems,
            "descriptor or source has an error",
            "descriptors or sources have errors",
        );
        part(what, "/catalog?state=broken")
    });
    let pending = (pending > 0).then(|| {
        let what = plural(pending, "pending removal", "pending removals");
        part(what, "/catalog/administration/removals")
    });
    let apart = (problems.is_some() && pending.is_some()).then_some(" · ");
    (problems.is_some() || pending.is_some()).then(|| {
        view! {
            <div class="list-banner">
                <Alert tone=Tone::Warning>
                    {problems}
                    {apart}
                    {pending}
                </Alert>
            </div>
        }
        .into_any()
    })
}

fn nothing(asked: &EntityQuery, all: String) -> AnyView {
    if asked.filters() == 1 && !asked.starred.is_empty() {
        return view! {
            <EmptyState
                title="Nothing is starred"
                text="Star what you look at often: with the star before its name, here or on its own page."
                icon=IconName::Star
            >
                <LinkButton href=all>"Show all"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState
            title="No results"
            text="Remove a filter, or search for something else."
            icon=IconName::Search
        >
            <LinkButton href=all>"Clear filters"</LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// Everything that narrows the list; what else the address says goes along unseen.
fn filter_bar(asked: &EntityQuery, facets: EntityFacets, result: String) -> AnyView {
    let chips = chips(asked, &facets);
    let select = |name: &'static str,
                  label: &'static str,
                  all: &'static str,
                  values: Vec<FacetValue>,
                  value: &str| {
        let value = value.to_owned();
        let set = values.iter().find(|found| found.value.eq_ignore_ascii_case(&value));
        let value = set.map_or(value, |found| found.value.clone());
        let choices = values
            .into_iter()
            .map(|v| Choice::new(v.value, format!("{} ({})", v.label, v.count)))
            .collect::<Vec<_>>();
        view! { <FilterSelect name label all choices value /> }.into_any()
    };
    let fields = vec![
        select("kind", "Kind", "All kinds", facets.kinds, &asked.kind),
        select("type", "Type", "All types", facets.types, &asked.r#type),
        select("owner", "Owner", "All owners", facets.owners, &asked.owner),
        select("system", "System", "All systems", facets.systems, &asked.system),
        select("lifecycle", "Lifecycle", "All lifecycles", facets.lifecycles, &asked.lifecycle),
        select("tag", "Tag", "All tags", facets.tags, &asked.tag),
        select("state", "Freshness", "Any freshness", facets.states, &asked.state),
    ];
    let next = asked.changed(|_| ());
    let kept = [
        ("owned", next.owned),
        ("starred", next.starred),
        ("columns", next.columns),
        ("sort", next.sort),
        ("base", next.base),
    ];
    let kept = kept
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    let words = asked.q.clone();
    view! {
        <FilterBar
            action=href("/catalog")
            label="Filter the catalog"
            active=asked.filters()
            clear=address(&asked.unfiltered())
            result
            chips
            folded=true
            search=move || {
                view! { <SearchInput label="Find by name, title, description or tag" value=words.clone() /> }
            }
        >
            {fields}
            {kept}
        </FilterBar>
    }
    .into_any()
}

/// What is set, each with the address without it. The words stand in their own field.
fn chips(asked: &EntityQuery, facets: &EntityFacets) -> Vec<FilterChip> {
    type Field = fn(&mut EntityQuery) -> &mut String;
    let named = |values: &[FacetValue], value: &str| {
        let known = values.iter().find(|known| known.value.eq_ignore_ascii_case(value));
        known.map_or_else(|| value.to_owned(), |known| known.label.clone())
    };
    let all: [(&str, Field, String); 9] = [
        ("Kind", |query| &mut query.kind, named(&facets.kinds, &asked.kind)),
        ("Type", |query| &mut query.r#type, named(&facets.types, &asked.r#type)),
        ("Owner", |query| &mut query.owner, named(&facets.owners, &asked.owner)),
        ("System", |query| &mut query.system, named(&facets.systems, &asked.system)),
        ("Lifecycle", |query| &mut query.lifecycle, named(&facets.lifecycles, &asked.lifecycle)),
        ("Tag", |query| &mut query.tag, named(&facets.tags, &asked.tag)),
        ("Freshness", |query| &mut query.state, named(&facets.states, &asked.state)),
        ("Ownership", |query| &mut query.owned, "me".to_owned()),
        ("Stars", |query| &mut query.starred, "starred by me".to_owned()),
    ];
    let chip = |(name, field, label): (&'static str, Field, String)| {
        if field(&mut asked.clone()).is_empty() {
            return None;
        }
        let without = asked.changed(|next| field(next).clear());
        Some(FilterChip::new(name, label, address(&without)))
    };
    all.into_iter().filter_map(chip).collect()
}

/// Descriptors that gave no entity, with file, line and column.
#[component]
fn Problems() -> impl IntoView {
    let summary = ServerResource::streamed(|| (), |()| problems_get());
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(3) /> }>
            {move || Suspend::new(async move {
                let problems = summary.await.map(|summary| summary.problems).unwrap_or_default();
                (!problems.is_empty())
                    .then(|| {
                        view! {
                            <Card title="Descriptors with problems" icon=IconName::TriangleAlert>
                                <ProblemList problems />
                            </Card>
                        }
                    })
            })}
        </Transition>
    }
}

/// Problems with their places.
#[component]
pub fn ProblemList(problems: Vec<Problem>) -> impl IntoView {
    let rows = problems
        .into_iter()
        .map(|problem| {
            let place = problem.place();
            view! {
                <li class="problem">
                    <p>{problem.message}</p>
                    <p class="muted small">
                        <span class="mono">{place}</span>
                        " · since "
                        <RelativeTime at=problem.since />
                    </p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="divided">{rows}</ul> }
}
