//! The overview of an entity: what is wrong, its docs, relations, recent changes, and its facts.

use crate::catalog::api::docs_excerpt_get;
use crate::catalog::changes_page::change_line;
use crate::catalog::graph_tab::{NearbyDiagram, PartsDiagram};
use crate::catalog::owner::OwnerCards;
use crate::catalog::{AuthorName, EntityName, ProblemList};
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::catalog::{ApiUse, ApiUses, EntityLink, EntityPage, RelationView};
use model::changes::CatalogChange;
use model::entity::is_internal_annotation;
use model::entity_ref::EntityRef;
use model::freshness::{Freshness, FreshnessState};
use model::overlay::OverlayValue;

/// A value longer than this is cut, with a button that copies all of it.
const LONG_VALUE: usize = 32;

/// The address of an entity's documentation.
pub(super) fn docs_path(entity_ref: &str) -> String {
    EntityRef::parse(entity_ref).map_or("/docs".to_owned(), |found| found.docs_path())
}

/// Problems, docs, relations, recent changes; beside them facts and links.
#[component]
pub(super) fn Overview(page: EntityPage) -> impl IntoView {
    let EntityPage { view, recent, .. } = page;
    let edit_path = href(&format!("{}/edit", view.row.entity.path()));
    let problems = view.problems;
    let has_problems = !problems.is_empty();
    let tags = view
        .row
        .tags
        .iter()
        .map(|tag| {
            let to = href(&format!("/catalog?tag={tag}"));
            view! { <Tag text=tag.clone() href=to /> }
        })
        .collect_view();
    let links = view
        .links
        .into_iter()
        .map(|link| match link.safe {
            true => view! { <li><ExternalLink href=link.url>{link.title}</ExternalLink></li> }
                .into_any(),
            false => view! { <li class="muted">{format!("{} ({})", link.title, link.url)}</li> }
                .into_any(),
        })
        .collect::<Vec<_>>();
    let has_links = !links.is_empty();
    let relations = view.relations.into_iter().map(relation).collect::<Vec<_>>();
    let no_relations = relations.is_empty();
    let organisation = view.organisation.map(|owner| {
        let entity_ref = view.row.entity.entity_ref.clone();
        view! { <OwnerCards owner entity_ref /> }
    });
    let apis = view.apis.into_iter().map(api_uses).collect::<Vec<_>>();
    let annotations = annotations(view.annotations, view.labels);
    let spec = view.spec.into_iter().map(|field| {
        view! {
            <KeyValueItem label=field.label>
                <span class="break" title=field.help>
                    {field.value}
                </span>
            </KeyValueItem>
        }
    });
    let spec = spec.collect_view();
    let asked = view.row.owner.clone();
    // What an entity does not have, as people and groups have no lifecycle, takes no line.
    let named = |label: &'static str, value: AnyView| {
        view! { <KeyValueItem label=label>{value}</KeyValueItem> }
    };
    let link = |link: EntityLink| view! { <EntityName link /> }.into_any();
    let system = view.row.system.map(|system| named("System", link(system)));
    let tags = (!view.row.tags.is_empty())
        .then(|| named("Tags", view! { <span class="cluster">{tags}</span> }.into_any()));
    let source = match view.view_url {
        Some(url) => view! { <ExternalLink href=url>{view.source}</ExternalLink> }.into_any(),
        None => view! { <CopyValue value=view.source /> }.into_any(),
    };
    let is_fresh = view.row.freshness.state == FreshnessState::Fresh;
    let edits = view.edits;
    let entity = view.row.entity;
    let has_parts = ["system", "domain"].contains(&entity.kind.to_lowercase().as_str());
    let EntityLink { entity_ref, title, .. } = entity.clone();
    let diagram = match has_parts {
        true => view! { <PartsDiagram entity_ref title /> }.into_any(),
        false => {
            let path = href(&entity.path());
            view! { <NearbyDiagram entity_ref title path /> }.into_any()
        }
    };
    let documented = EntityRef::parse(&entity.entity_ref).ok().filter(|_| view.has_docs);
    let excerpt = documented.map(|entity_ref| view! { <DocsExcerpt entity_ref /> });
    let history = href(&format!("{}?tab=history", entity.path()));
    let recent = (!recent.is_empty()).then(|| recent_changes(recent, history));
    view! {
        {(!is_fresh)
            .then(|| {
                view! { <NotFresh freshness=view.row.freshness owner=asked /> }
            })}
        {(!edits.is_empty()).then(|| view! { <Edits edits edit_path /> })}
        {has_problems
            .then(|| {
                view! {
                    <Alert
                        tone=Tone::Danger
                        title="catalog-info.yaml has errors; this is the last valid version"
                    >
                        <ProblemList problems />
                    </Alert>
                }
            })}
        <div class="with-aside">
            <div class="flow">
                {organisation}
                {excerpt}
                {diagram}
                {apis}
                <Card title="Relations" icon=IconName::Workflow>
                    {if no_relations {
                        view! {
                            <EmptyState
                                title="No relations"
                                text="Relations come from catalog-info.yaml: owner, system, dependsOn and others."
                                compact=true
                            />
                        }
                            .into_any()
                    } else {
                        view! { <KeyValue>{relations}</KeyValue> }.into_any()
                    }}
                </Card>
                {recent}
                {annotations}
            </div>
            <aside class="flow" aria-label="About">
                <Card title="About" icon=IconName::Info>
                    <KeyValue>
                        {system}
                        {spec}
                        <KeyValueItem label="Reference">
                            <CopyValue value=entity.entity_ref />
                        </KeyValueItem>
                        {tags}
                        <KeyValueItem label="Source">{source}</KeyValueItem>
                        <KeyValueItem label="Last refreshed">
                            <RelativeTime at=view.provenance.as_of />
                        </KeyValueItem>
                        <KeyValueItem label="Last changed">
                            <RelativeTime at=view.changed_at />
                        </KeyValueItem>
                    </KeyValue>
                </Card>
                {has_links
                    .then(|| {
                        view! {
                            <Card title="Links" icon=IconName::Link>
                                <ul class="plain-list">{links}</ul>
                            </Card>
                        }
                    })}
            </aside>
        </div>
    }
}

/// Why it cannot be trusted fully, since when, and whom to ask.
#[component]
fn NotFresh(freshness: Freshness, owner: Option<EntityLink>) -> impl IntoView {
    let title = match freshness.state {
        FreshnessState::Broken => "Broken",
        FreshnessState::Orphaned => "Orphaned",
        _ => "Stale",
    };
    let ask = match owner {
        Some(link) => view! { "Ask " <EntityName link /> "." }.into_any(),
        None => view! { "It has no owner; ask who runs this portal." }.into_any(),
    };
    view! {
        <Alert tone=Tone::Warning title>
            <p>
                {freshness.reason} " Since " <RelativeTime at=freshness.since /> ". " {ask}
            </p>
        </Alert>
    }
}

/// What was edited in the portal, and by whom.
#[component]
fn Edits(edits: Vec<OverlayValue>, edit_path: String) -> impl IntoView {
    let rows = edits.into_iter().map(|edit| {
        let (author, at) = edit.edited.unwrap_or_default();
        view! {
            <li>
                {edit.field.label()} " by " <AuthorName author /> " "
                <RelativeTime at />
            </li>
        }
    });
    view! {
        <Alert title="Edited in the portal">
            <ul class="plain-list">{rows.collect_view()}</ul>
            <a class="link" href=edit_path>
                "Compare with catalog-info.yaml"
            </a>
        </Alert>
    }
}

/// APIs with what is known of them, or what provides and consumes an API.
fn api_uses(uses: ApiUses) -> AnyView {
    let label = uses.label.clone();
    let rows = uses.rows.into_iter().map(api_use).collect::<Vec<_>>();
    let columns =
        ["Name", "Type", "Lifecycle", "Owner"].into_iter().map(Column::new).collect::<Vec<_>>();
    let note = (uses.more > 0).then(|| format!("and {} more", uses.more));
    view! {
        <Card title=uses.label icon=IconName::Puzzle flush=true>
            <Table label columns layout=TableLayout::Stack plain=true note>
                {rows}
            </Table>
        </Card>
    }
    .into_any()
}

fn api_use(row: ApiUse) -> AnyView {
    let owner = row.owner.map(|link| view! { <EntityName link /> });
    view! {
        <tr>
            <td>
                <EntityName link=row.entity />
            </td>
            <td data-label="Type">{row.r#type}</td>
            <td data-label="Lifecycle">
                {row.lifecycle.map(|word| view! { <StatusWord word /> })}
            </td>
            <td data-label="Owner">{owner}</td>
        </tr>
    }
    .into_any()
}

/// The entities at the other end of one kind of relation.
pub(super) fn relation(relation: RelationView) -> AnyView {
    let targets =
        relation.targets.into_iter().map(|link| view! { <EntityName link /> }).collect_view();
    view! {
        <KeyValueItem label=relation.label>
            <span class="cluster">{targets}</span>
        </KeyValueItem>
    }
    .into_any()
}

/// Annotations and labels, folded; those the catalog writes itself are left out.
fn annotations(
    annotations: Vec<(String, String)>,
    labels: Vec<(String, String)>,
) -> Option<AnyView> {
    let all: Vec<(String, String)> = annotations
        .into_iter()
        .filter(|(key, _)| !is_internal_annotation(key))
        .chain(labels)
        .collect();
    if all.is_empty() {
        return None;
    }
    let count = all.len();
    let rows = all.into_iter().map(|(key, value)| {
        view! {
            <div class="annotation">
                <dt class="mono small">{key}</dt>
                <dd>{long_value(value)}</dd>
            </div>
        }
    });
    let rows = rows.collect_view();
    Some(
        view! {
            <details class="card annotations">
                <summary class="card-head">
                    {format!("Annotations and labels ({count})")}
                </summary>
                <dl class="card-body annotation-list">{rows}</dl>
            </details>
        }
        .into_any(),
    )
}

/// A value of any length: a long one is cut, and can be copied.
fn long_value(value: String) -> AnyView {
    match value.chars().count() > LONG_VALUE {
        true => view! { <CopyValue value /> }.into_any(),
        false => view! { <span class="mono small">{value}</span> }.into_any(),
    }
}

/// How its documentation begins.
#[component]
fn DocsExcerpt(entity_ref: EntityRef) -> impl IntoView {
    let to = href(&entity_ref.docs_path());
    let excerpt = ServerResource::blocking(move || entity_ref.clone(), docs_excerpt_get);
    view! {
        <Transition fallback=|| ()>
            {move || {
                let to = to.clone();
                Suspend::new(async move {
                    let excerpt = excerpt.await.ok().filter(|excerpt| !excerpt.is_empty());
                    excerpt
                        .map(|excerpt| {
                            view! {
                                <Card
                                    title="Documentation"
                                    icon=IconName::BookOpen
                                    href=to.clone()
                                    actions=move || {
                                        view! {
                                            <a class="link small" href=to>
                                                "Read the docs"
                                            </a>
                                        }
                                    }
                                >
                                    <p>{excerpt}</p>
                                </Card>
                            }
                        })
                })
            }}
        </Transition>
    }
}

/// The last changes of it.
fn recent_changes(recent: Vec<CatalogChange>, history: String) -> AnyView {
    let rows = recent.into_iter().take(5).map(|change| {
        view! {
            <li class="change-row">
                {change_line(&change)}
                <p class="muted small">
                    <AuthorName author=change.by() /> " " <RelativeTime at=change.at />
                </p>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <Card
            title="Recent changes"
            icon=IconName::History
            actions=move || {
                view! {
                    <a class="link small" href=history>
                        "History"
                    </a>
                }
            }
        >
            <ul class="divided">{rows}</ul>
        </Card>
    }
    .into_any()
}
