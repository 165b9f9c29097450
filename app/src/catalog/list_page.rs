//! `/catalog`: what there is, filtered by what stands in the address.

use crate::ahead;
use crate::answer::Answer;
use crate::catalog::api::{entities_get, problems_get};
use crate::catalog::{EntityName, FreshnessBadge, KindHead, kind_title};
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::catalog::{EntityList, EntityQuery, EntityRow, FacetValue, Problem};

/// How many rows the service puts on a page.
const PER_PAGE: usize = 50;

/// `/catalog`
#[component]
pub fn CatalogPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| read_query(&query.read()));
    let list = Answer::awaited(
        move || asked.get(),
        |query| async move {
            // Only the plain list is ever fetched ahead.
            let about = if query == plain_query() { "entities" } else { "" };
            ahead::answer(about, || entities_get(query.clone())).await
        },
    );
    let tabs = move || {
        let (query, map) = (asked.get(), query.get());
        let to = |state: &str| {
            let map = without_in_query(&href("/catalog"), &map, &["state", "page"]);
            match (state, map.contains('?')) {
                ("", _) => map,
                (_, true) => format!("{map}&state={state}"),
                (_, false) => format!("{map}?state={state}"),
            }
        };
        let tab =
            |label: &str, state: &str| Tab::new(label.to_owned(), to(state), query.state == state);
        vec![
            tab("All", ""),
            tab("Broken", "broken"),
            tab("Stale", "stale"),
            tab("Orphaned", "orphan"),
        ]
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
                view! { {move || view! { <Tabs label="State" tabs=tabs() /> }} }
            }
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Table(10, 5) /> }>
                {move || Suspend::new(async move {
                    let asked = asked.get();
                    match list.await {
                        Ok(list) => {
                            let map = query.get_untracked();
                            later(move || {
                                view! {
                                    <div class="contents">
                                        <List list asked map />
                                    </div>
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
        </Page>
    }
}

/// What the list shows without any filter.
pub(super) fn plain_query() -> EntityQuery {
    read_query(&ParamsMap::new())
}

fn read_query(map: &ParamsMap) -> EntityQuery {
    let text = |key: &str| map.get(key).unwrap_or_default();
    EntityQuery {
        kind: text("kind"),
        r#type: text("type"),
        owner: text("owner"),
        lifecycle: text("lifecycle"),
        tag: text("tag"),
        q: text("q"),
        state: text("state"),
        sort: text("sort"),
        page: text("page").parse().unwrap_or(1).max(1),
    }
}

/// Filters and rows.
#[component]
fn List(list: EntityList, asked: EntityQuery, map: ParamsMap) -> impl IntoView {
    let set = [&asked.kind, &asked.r#type, &asked.owner, &asked.lifecycle, &asked.tag, &asked.q];
    let active = set.iter().filter(|value| !value.is_empty()).count();
    let result = match list.total == 1 {
        true => "1 entity".to_owned(),
        false => format!("{} entities", list.total),
    };
    let select = |name: &'static str,
                  label: &'static str,
                  all: &'static str,
                  values: Vec<FacetValue>,
                  value: &str| {
        let choices = values
            .into_iter()
            .map(|v| Choice::new(v.value, format!("{} ({})", v.label, v.count)))
            .collect::<Vec<_>>();
        view! {
            <Select name label label_hidden=true choices value=value.to_owned() placeholder=all />
        }
        .into_any()
    };
    let facets = list.facets;
    let mut owners =
        vec![FacetValue { value: "me".to_owned(), label: "Mine".to_owned(), count: 0 }];
    owners.extend(facets.owners);
    let owner_choices = owners
        .into_iter()
        .map(|owner| match owner.value == "me" {
            true => Choice::new(owner.value, "Owned by me"),
            false => Choice::new(owner.value, format!("{} ({})", owner.label, owner.count)),
        })
        .collect::<Vec<_>>();
    let kind = select("kind", "Kind", "All kinds", facets.kinds, &asked.kind);
    let types = select("type", "Type", "All types", facets.types, &asked.r#type);
    let lifecycle =
        select("lifecycle", "Lifecycle", "All lifecycles", facets.lifecycles, &asked.lifecycle);
    let tags = select("tag", "Tag", "All tags", facets.tags, &asked.tag);
    let owner = asked.owner.clone();
    let (words, state, sort) = (asked.q.clone(), asked.state.clone(), asked.sort.clone());
    let path = href("/catalog");
    let sorted = |key: &'static str| {
        let descending = format!("-{key}");
        let is = match asked.sort.as_str() {
            "" if key == "name" => Some(true),
            sort if sort == key => Some(true),
            sort if sort == descending => Some(false),
            _ => None,
        };
        let next = if is == Some(true) { descending } else { key.to_owned() };
        let rest = without_in_query(&path, &map, &["sort", "page"]);
        let separator = if rest.contains('?') { '&' } else { '?' };
        (is, format!("{rest}{separator}sort={next}"))
    };
    let column = |label: &'static str, key: &'static str| {
        let (is, to) = sorted(key);
        Column::new(label).sorted(is, to)
    };
    let columns = vec![
        column("Name", "name"),
        column("Type", "type"),
        column("Owner", "owner"),
        column("Lifecycle", "lifecycle"),
        Column::new("Tags"),
    ];
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
    let nothing_at_all = list.total_in_catalog == 0;
    let empty = list.rows.is_empty();
    let rows = list.rows.into_iter().map(row).collect_view();
    let pager = {
        let (path, map) = (href("/catalog"), map.clone());
        move |page: usize| {
            let rest = without_in_query(&path, &map, &["page"]);
            let separator = if rest.contains('?') { '&' } else { '?' };
            format!("{rest}{separator}page={page}")
        }
    };
    let bar = later(move || {
        view! {
            <FilterBar
                action=href("/catalog")
                label="Filter the catalog"
                active
                clear=href("/catalog")
                result
                search=move || {
                    view! { <SearchInput label="Find by name, title, description or tag" value=words.clone() /> }
                }
            >
                {kind}
                {types}
                <Select
                    name="owner"
                    label="Owner"
                    label_hidden=true
                    choices=owner_choices
                    value=owner
                    placeholder="All owners"
                />
                {lifecycle}
                {tags}
                <input type="hidden" name="state" value=state />
                <input type="hidden" name="sort" value=sort />
            </FilterBar>
        }
        .into_any()
    });
    view! {
        <KindHead kind=asked.kind />
        {bar}
        {unread}
        {if nothing_at_all {
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
        } else if empty {
            view! {
                <EmptyState
                    title="Nothing fits these filters"
                    text="Take one of them away, or look for something else."
                    icon=IconName::Search
                >
                    <LinkButton href=href("/catalog")>"Clear the filters"</LinkButton>
                </EmptyState>
            }
                .into_any()
        } else {
            view! {
                <Table label="Entities" columns layout=TableLayout::Stack>
                    {rows}
                </Table>
            }
                .into_any()
        }}
        <Pagination
            page=list.page as usize
            per_page=PER_PAGE
            total=list.total as usize
            href=pager
        />
    }
}

fn row(row: EntityRow) -> AnyView {
    later(move || cells(row))
}

fn cells(row: EntityRow) -> AnyView {
    let marks = view! { <FreshnessBadge state=row.freshness.state /> };
    let kind = kind_title(&row.entity.kind);
    let tags = row
        .tags
        .into_iter()
        .take(4)
        .map(|tag| {
            let to = href(&format!("/catalog?tag={tag}"));
            view! { <Tag text=tag href=to /> }
        })
        .collect::<Vec<_>>();
    let tags = (!tags.is_empty()).then(|| view! { <span class="cluster">{tags}</span> });
    let owner = row.owner.map(|link| view! { <EntityName link /> });
    let description = row.description.map(|text| {
        let whole = text.clone();
        view! {
            <p class="cell-description" title=whole>
                {text}
            </p>
        }
    });
    let kind_or_type = row.r#type.map_or(kind.clone(), |name| format!("{kind} · {name}"));
    view! {
        <tr>
            <td>
                <EntityName link=row.entity />
                " "
                {marks}
                {description}
            </td>
            <td data-label="Type" class="nowrap">{kind_or_type}</td>
            <td data-label="Owner" class="nowrap">{owner}</td>
            <td data-label="Lifecycle" class="nowrap">{row.lifecycle}</td>
            <td data-label="Tags">{tags}</td>
        </tr>
    }
    .into_any()
}

/// Descriptors that gave no entity, with file, line and column.
#[component]
fn Problems() -> impl IntoView {
    let summary = Answer::streamed(|| (), |()| problems_get());
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
            let place = match (problem.line, problem.column) {
                (Some(line), Some(column)) => format!("{}:{line}:{column}", problem.location),
                (Some(line), None) => format!("{}:{line}", problem.location),
                _ => problem.location,
            };
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
