//! `/catalog`: what there is, as the address or a saved view says.

use crate::ahead;
use crate::catalog::KindHead;
use crate::catalog::api::{ViewChange, entities_get, problems_get};
use crate::catalog::list_columns::{RowStyle, columns_menu, heads, row};
use crate::catalog::list_views::{Change, all_address, missing_view, tell, view_menu, view_tabs};
use crate::catalog::live::{Followed, follow};
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
    tell(change);
    let live = Live::new(page);
    let starred = Callback::new(move |()| page.refetch());
    let refused = move || {
        let error = change.value().get()?.err()?;
        Some(view! { <Alert tone=Tone::Danger title=error.message()>""</Alert> })
    };
    view! {
        <Page
            title="Catalog"
            subtitle="What is there, and who looks after it"
            width=PageWidth::Full
            actions=|| {
                view! {
                    <LinkButton href=href("/catalog/sources") icon=IconName::RefreshCw>
                        "Sources"
                    </LinkButton>
                    <LinkButton href=href("/catalog/register") icon=IconName::Link>
                        "Register"
                    </LinkButton>
                    <LinkButton href=href("/catalog/organisation") icon=IconName::Users>
                        "Organisation"
                    </LinkButton>
                    <LinkButton href=href("/catalog/administration") icon=IconName::Shield>
                        "Administration"
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
                            view! {
                                <ErrorState
                                    title="The catalog cannot be shown"
                                    message=error.message()
                                    retry_href=href("/catalog")
                                />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
            <Show when=move || asked.get().state == "broken">
                <Problems />
            </Show>
            <p class="visually-hidden" role="status">
                {move || live.said.get()}
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

/// The address that shows this.
pub(super) fn address(query: &EntityQuery) -> String {
    query_url(&href("/catalog"), &query.pairs().into_iter().collect())
}

/// Keeps an open list up to date.
#[derive(Clone, Copy)]
struct Live {
    /// What is shown, and by which stream one hears of changes.
    followed: RwSignal<Option<Followed>>,
    /// What is shown, to be compared with what comes.
    before: StoredValue<(String, Vec<EntityRow>)>,
    /// How often something changed; odd when what comes is asked for because of a change.
    told: StoredValue<u32>,
    waiting: StoredValue<bool>,
    /// What changed, in words.
    said: RwSignal<String>,
}

impl Live {
    fn new(page: ServerResource<ListPage>) -> Live {
        let live = Live {
            followed: RwSignal::new(None),
            before: StoredValue::default(),
            told: StoredValue::new(0),
            waiting: StoredValue::new(false),
            said: RwSignal::new(String::new()),
        };
        follow(live.followed, move || {
            live.waiting.set_value(true);
            page.refetch();
        });
        live
    }

    /// Notes what is shown now: the class for what is new since a change was told, and the
    /// references of that.
    fn arrived(self, page: &ListPage) -> (&'static str, Vec<String>) {
        if cfg!(not(target_arch = "wasm32")) {
            return ("", Vec::new());
        }
        keep_menus_open();
        let shown = EntityQuery { page: page.list.page, ..page.asked.shown() };
        let stream = query_url(&href("/events/catalog"), &shown.pairs().into_iter().collect());
        let stream = if stream.contains('?') { stream } else { format!("{stream}?") };
        self.followed.set(Some(Followed { stream: stream.clone(), mark: page.mark.clone() }));
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
                self.told.update_value(|told| *told += 1);
            }
            (*about, *before) = (stream, rows);
        });
        if waited {
            self.said.set(match changed.len() {
                0 => "The list was updated.".to_owned(),
                1 => "The list was updated: one entity changed.".to_owned(),
                count => format!("The list was updated: {count} entities changed."),
            });
        }
        // Another class begins the highlight anew.
        let mark =
            if self.told.get_value().is_multiple_of(2) { "is-changed" } else { "is-changed-again" };
        (mark, changed)
    }
}

/// Filters, columns, views and rows.
fn list(page: ListPage, style: RowStyle, change: Change) -> AnyView {
    let all = all_address(&page);
    let view = page.personal.then(|| view_menu(&page, change));
    let ListPage { list, asked, columns, missing, personal, .. } = page;
    let result = match list.total == 1 {
        true => "1 entity".to_owned(),
        false => format!("{} entities", list.total),
    };
    let missing = missing.map(|missing| missing_view(&missing, change));
    let unread = (list.problems > 0 && asked.state.is_empty()).then(|| {
        let text = match list.problems {
            1 => "One descriptor or place cannot be read.".to_owned(),
            count => format!("{count} descriptors or places cannot be read."),
        };
        let to = href("/catalog?state=broken");
        view! {
            <Alert tone=Tone::Warning>
                {text} " " <a class="link" href=to>
                    "See what is wrong"
                </a>
            </Alert>
        }
    });
    let bar = {
        let (asked, facets) = (asked.clone(), list.facets);
        deferred(move || filter_bar(&asked, facets, personal, result))
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
            <Table label="Entities" columns=heads layout=TableLayout::Stack>
                {rows}
            </Table>
        }
        .into_any()
    };
    let columns = columns_menu(&columns, &asked);
    let kind = asked.kind.clone();
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
        {missing}
        <div class="list-head">
            {bar} <div class="list-tools">{columns} {view}</div>
        </div>
        {unread}
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

fn nothing(asked: &EntityQuery, all: String) -> AnyView {
    if asked.filters() == 1 && !asked.starred.is_empty() {
        return view! {
            <EmptyState
                title="Nothing is starred"
                text="Star what you look at often: with the star before its name, here or on its own page."
                icon=IconName::Star
            >
                <LinkButton href=all>"Show everything"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState
            title="Nothing fits these filters"
            text="Take one of them away, or look for something else."
            icon=IconName::Search
        >
            <LinkButton href=all>"Clear the filters"</LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// Everything that narrows the list; what else the address says goes along unseen.
fn filter_bar(
    asked: &EntityQuery,
    facets: EntityFacets,
    personal: bool,
    result: String,
) -> AnyView {
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
    let mine = |name: &'static str, value: &'static str, label: &'static str, is: bool, count| {
        view! {
            <label class="filter-check">
                <input type="checkbox" name=name value=value checked=is prop:checked=is />
                <span>{label}</span>
                <span class="count">{count}</span>
            </label>
        }
        .into_any()
    };
    let mine = personal.then(|| {
        vec![
            mine("owned", "me", "Owned by me", !asked.owned.is_empty(), facets.owned),
            mine("starred", "1", "Starred", !asked.starred.is_empty(), facets.starred),
        ]
    });
    let next = asked.changed(|_| ());
    let kept = [("columns", next.columns), ("sort", next.sort), ("base", next.base)];
    let kept = kept
        .into_iter()
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
            search=move || {
                view! { <SearchInput label="Find by name, title, description or tag" value=words.clone() /> }
            }
        >
            {fields}
            {mine}
            {kept}
        </FilterBar>
    }
    .into_any()
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
