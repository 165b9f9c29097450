//! `/catalog/changes`: what changed in the catalog, day by day, narrowed by team, kind and author.

use crate::catalog::api::changes_get;
use crate::catalog::{AuthorName, EntityName, kind_title};
use crate::failed::LoadError;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::catalog::FacetValue;
use model::changes::{CatalogChange, ChangeFacets, ChangeList, ChangesQuery};
use model::history::Change;

/// `/catalog/changes`
#[component]
pub fn ChangesPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        ChangesQuery::from_address(|key| query.get(key))
    });
    let found = ServerResource::blocking(move || asked.get(), changes_get);
    view! {
        <Page
            title="What changed"
            title_parts=Signal::derive(|| vec!["Catalog".to_owned()])
            subtitle="Entities that were added, changed, edited or removed"
            icon=IconName::History
            breadcrumbs=vec![
                Crumb::link("Catalog", href("/catalog")),
                Crumb::here("What changed"),
            ]
            actions=move || {
                view! {
                    {move || {
                        let feed = feed_address(&asked.read());
                        view! {
                            <a class="btn btn-secondary" href=feed rel="external" type="application/atom+xml">
                                "Atom feed"
                            </a>
                        }
                    }}
                }
            }
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::List(8) /> }>
                {move || Suspend::new(async move {
                    let found = found.await;
                    let asked = asked.get_untracked();
                    match found {
                        Ok(found) => shown(found, &asked),
                        Err(error) => {
                            view! { <LoadError title="The changes cannot be shown" error /> }.into_any()
                        }
                    }
                })}
            </Transition>
        </Page>
    }
}

/// The address of these changes.
fn address(query: &ChangesQuery) -> String {
    query_url(&href("/catalog/changes"), &query.pairs().into_iter().collect())
}

/// The feed of these changes, from the newest on.
fn feed_address(query: &ChangesQuery) -> String {
    let query = ChangesQuery { before: 0, limit: 0, day: String::new(), ..query.clone() };
    query_url(&href("/catalog/changes.atom"), &query.pairs().into_iter().collect())
}

fn shown(found: ChangeList, asked: &ChangesQuery) -> AnyView {
    let filters =
        [&asked.day, &asked.owner, &asked.kind, &asked.author, &asked.change, &asked.entity];
    let active = filters.iter().filter(|value| !value.is_empty()).count();
    let result = match found.more_than_total {
        true => format!("more than {}", plural(found.total, "change", "changes")),
        false => plural(found.total, "change", "changes"),
    };
    let bar = bar(asked, found.facets, active, result);
    if found.changes.is_empty() {
        let (title, text) = match active {
            0 => {
                ("No changes yet", "Changes of entities are listed here as sources are refreshed.")
            }
            _ => ("No results", "Remove a filter to see more changes."),
        };
        return view! {
            {bar}
            <EmptyState title text icon=IconName::History>
                {(active > 0)
                    .then(|| {
                        view! { <LinkButton href=href("/catalog/changes")>"Clear filters"</LinkButton> }
                    })}
            </EmptyState>
        }
        .into_any();
    }
    let days = found.changes.chunk_by(|left, right| left.day == right.day).map(day).collect_view();
    let newest = (asked.before > 0).then(|| {
        let to = address(&ChangesQuery { before: 0, ..asked.clone() });
        view! { <LinkButton href=to>"Newest"</LinkButton> }
    });
    let older = found.next.map(|next| {
        let to = address(&ChangesQuery { before: next, ..asked.clone() });
        view! { <LinkButton href=to icon=IconName::ArrowRight>"Older changes"</LinkButton> }
    });
    let pager = (newest.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="cluster" aria-label="Pages">
                {newest}
                {older}
            </nav>
        }
    });
    view! {
        {bar}
        {days}
        {pager}
    }
    .into_any()
}

fn bar(asked: &ChangesQuery, facets: ChangeFacets, active: usize, result: String) -> AnyView {
    let all = [
        Filter { name: "day", label: "Day", all: "Any day", values: facets.days },
        Filter { name: "owner", label: "Team", all: "All teams", values: own_first(facets.owners) },
        Filter { name: "kind", label: "Kind", all: "All kinds", values: facets.kinds },
        Filter { name: "author", label: "Author", all: "All authors", values: facets.authors },
        Filter { name: "change", label: "Change", all: "All changes", values: facets.changes },
    ];
    let value = |name: &str| match name {
        "day" => &asked.day,
        "owner" => &asked.owner,
        "kind" => &asked.kind,
        "author" => &asked.author,
        "change" => &asked.change,
        _ => &asked.entity,
    };
    let chip = |filter: &Filter| {
        let value = value(filter.name);
        let known = filter.values.iter().find(|known| known.value.eq_ignore_ascii_case(value));
        let label = known.map_or_else(|| value.clone(), |known| known.label.clone());
        let without = ChangesQuery { before: 0, ..asked.clone() };
        let without = match filter.name {
            "day" => ChangesQuery { day: String::new(), ..without },
            "owner" => ChangesQuery { owner: String::new(), ..without },
            "kind" => ChangesQuery { kind: String::new(), ..without },
            "author" => ChangesQuery { author: String::new(), ..without },
            _ => ChangesQuery { change: String::new(), ..without },
        };
        (!value.is_empty()).then(|| FilterChip::new(filter.label, label, address(&without)))
    };
    let mut chips: Vec<FilterChip> = all.iter().filter_map(chip).collect();
    if !asked.entity.is_empty() {
        let without = ChangesQuery { entity: String::new(), before: 0, ..asked.clone() };
        chips.push(FilterChip::new("Entity", asked.entity.clone(), address(&without)));
    }
    let entity = (!asked.entity.is_empty()).then(|| {
        view! { <input type="hidden" name="entity" value=asked.entity.clone() /> }
    });
    let fields = all
        .into_iter()
        .map(|filter| {
            let Filter { name, label, all, values } = filter;
            let set = value(name);
            let known = values.iter().find(|known| known.value.eq_ignore_ascii_case(set));
            let set = known.map_or_else(|| set.clone(), |known| known.value.clone());
            let choice = |found: FacetValue| match found.count {
                0 => Choice::new(found.value, found.label),
                count => Choice::new(found.value, format!("{} ({count})", found.label)),
            };
            let choices = values.into_iter().map(choice).collect::<Vec<_>>();
            view! { <FilterSelect name label all choices value=set /> }
        })
        .collect_view();
    view! {
        <FilterBar
            action=href("/catalog/changes")
            label="Filter the changes"
            active
            clear=href("/catalog/changes")
            result
            chips
            folded=true
        >
            {fields}
            {entity}
        </FilterBar>
    }
    .into_any()
}

/// One property to filter by, with what it offers.
struct Filter {
    name: &'static str,
    label: &'static str,
    all: &'static str,
    values: Vec<FacetValue>,
}

/// The person's own teams before all others.
fn own_first(owners: Vec<FacetValue>) -> Vec<FacetValue> {
    let mine = FacetValue { value: "me".to_owned(), label: "My teams".to_owned(), count: 0 };
    std::iter::once(mine).chain(owners).collect()
}

/// The changes of one day.
fn day(changes: &[CatalogChange]) -> AnyView {
    let title = changes.first().map(|change| change.day.clone()).unwrap_or_default();
    let count = plural(changes.len(), "change", "changes");
    let rows = changes.iter().map(row).collect_view();
    view! {
        <Section title text=count>
            <ul class="divided">{rows}</ul>
        </Section>
    }
    .into_any()
}

/// What changed, in whose, and by whom.
fn row(change: &CatalogChange) -> AnyView {
    let owner = change.owner.clone().map(|link| {
        view! {
            <span aria-hidden="true">"·"</span>
            <EntityName link />
        }
    });
    let kind = kind_title(&change.entity.kind);
    view! {
        <li class="change-row">
            <div class="cluster">
                <EntityName link=change.entity.clone() />
                <span class="muted small">{kind}</span>
            </div>
            {change_line(change)}
            <p class="muted small cluster">
                <AuthorName author=change.by() />
                <RelativeTime at=change.at />
                {owner}
            </p>
        </li>
    }
    .into_any()
}

/// What happened, and each field that differs in one line.
pub(super) fn change_line(change: &CatalogChange) -> AnyView {
    let (tone, word) = match change.change {
        Change::Added => (Tone::Success, "Added"),
        Change::Changed => (Tone::Neutral, "Changed"),
        Change::Orphaned => (Tone::Warning, "Orphaned"),
        Change::Edited => (Tone::Info, "Edited"),
        Change::Removed => (Tone::Danger, "Removed"),
        Change::Restored => (Tone::Success, "Restored"),
        Change::Kept => (Tone::Warning, "Kept"),
    };
    let lines = change.lines.iter().map(|line| {
        view! { <li title=line.clone()>{line.clone()}</li> }
    });
    let lines = (!change.lines.is_empty())
        .then(|| view! { <ul class="change-lines mono small">{lines.collect_view()}</ul> });
    let to = href(&format!("{}?tab=history&to={}", change.entity.path(), change.id));
    view! {
        <div class="change-line">
            <a class="change-word" href=to>
                <StatusWord word tone />
            </a>
            {lines}
        </div>
    }
    .into_any()
}
