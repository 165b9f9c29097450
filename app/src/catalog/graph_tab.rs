//! What is around an entity, as a diagram and as a list, and the diagram of what it is made of.

use crate::catalog::api::{graph_get, parts_get};
use crate::catalog::diagram::{diagram, graph_list, left_out};
use crate::catalog::diagram_view::Opening;
use crate::resource::ServerResource;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::graph::{Direction, EntityGraph, GraphQuery, MAX_DEPTH, RelationGroup};
use std::sync::Arc;

/// The surroundings of an entity; `?depth=`, `?types=` and `?direction=` say which.
#[component]
pub fn GraphTab(
    /// Whose surroundings.
    entity_ref: String,
    /// What it is called.
    title: String,
    /// The page it stands on.
    path: String,
) -> impl IntoView {
    let query = use_query_map();
    let kind = StoredValue::new(kind_of(&entity_ref).to_owned());
    let asked = Memo::new(move |_| {
        let query = query.read();
        let types = query.get_all("types").unwrap_or_default();
        GraphQuery::from_address(query.get_str("depth"), &types, query.get_str("direction"))
    });
    let about = StoredValue::new(entity_ref);
    let graph = ServerResource::blocking(
        move || asked.get(),
        move |query| graph_get(about.get_value(), query),
    );
    let (title, path) = (StoredValue::new(title), StoredValue::new(path));
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                let graph = graph.await;
                // What the answer is about; another question brings another answer.
                let (asked, path) = (asked.get_untracked(), path.get_value());
                match graph {
                    Ok(graph) => {
                        let graph = Arc::new(graph);
                        view! {
                            <Questions asked=asked.clone() kind=kind.get_value() path />
                            {around(&graph, &asked, &title.get_value())}
                        }
                            .into_any()
                    }
                    Err(error) => {
                        view! {
                            <ErrorState
                                title="The relations cannot be shown"
                                message=error.message()
                                retry_href=format!("{path}?tab=relations")
                            />
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// The kind in a reference.
fn kind_of(entity_ref: &str) -> &str {
    entity_ref.split_once(':').map_or("", |(kind, _)| kind)
}

/// Depth, direction and relations.
#[component]
fn Questions(asked: GraphQuery, kind: String, path: String) -> impl IntoView {
    let steps = (1..=MAX_DEPTH).map(|depth| match depth {
        1 => Choice::new("1", "1 step"),
        _ => Choice::new(depth.to_string(), format!("{depth} steps")),
    });
    let directions = vec![
        Choice::new(Direction::Both.key(), "Both"),
        Choice::new(Direction::Out.key(), "Outgoing: what it needs"),
        Choice::new(Direction::In.key(), "Incoming: what needs it"),
    ];
    let groups = RelationGroup::ALL.map(|group| Choice::new(group.key(), group.name()));
    let shown = RelationGroup::ALL.into_iter().filter(|group| asked.shows_around(&kind, *group));
    let selected: Vec<String> = shown.map(|group| group.key().to_owned()).collect();
    let relations = format!("Relations ({} of {})", selected.len(), RelationGroup::ALL.len());
    view! {
        <form method="get" action=path class="graph-questions">
            <input type="hidden" name="tab" value="relations" />
            <Select
                name="depth"
                label="Depth"
                choices=steps.collect()
                value=asked.depth.to_string()
            />
            <Select
                name="direction"
                label="Direction"
                choices=directions
                value=asked.direction.key()
            />
            <Menu
                id="graph-relations"
                label=relations
                variant=MenuVariant::Framed
                align=MenuAlign::Start
            >
                <div class="graph-relations">
                    <CheckboxGroup name="types" label="Relations" choices=groups.to_vec() selected />
                </div>
            </Menu>
            <Button kind=ButtonKind::Submit>"Show"</Button>
        </form>
    }
}

fn around(graph: &Arc<EntityGraph>, asked: &GraphQuery, title: &str) -> AnyView {
    if graph.nodes.len() < 2 {
        return view! {
            <EmptyState
                title="No relations found"
                text="Increase the depth or choose more relations."
                icon=IconName::Workflow
            />
        }
        .into_any();
    }
    // Whoever follows a node sees its surroundings in the same way.
    let below = match asked.address() {
        address if address.is_empty() => "?tab=relations".to_owned(),
        address => format!("?tab=relations&{address}"),
    };
    let count = graph.nodes.len() - 1;
    let drawn = diagram(graph, format!("Relations of {title}"), &below, Opening::Natural);
    let what = if count == 1 { "entity" } else { "entities" };
    view! {
        {left_out(graph)}
        <Card title=format!("{count} {what} around {title}") icon=IconName::Workflow>
            {drawn}
        </Card>
        {graph_list(graph)}
    }
    .into_any()
}

/// A small diagram of what is next to an entity, on its overview.
#[component]
pub fn NearbyDiagram(
    /// The entity.
    entity_ref: String,
    /// What it is called.
    title: String,
    /// The page it stands on.
    path: String,
) -> impl IntoView {
    let query = GraphQuery::default();
    let about = StoredValue::new(entity_ref);
    let (title, path) = (StoredValue::new(title), StoredValue::new(path));
    let graph = ServerResource::blocking(
        move || query.clone(),
        move |query| graph_get(about.get_value(), query),
    );
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move {
                let graph = graph.await.ok().filter(|graph| graph.nodes.len() > 1);
                graph
                    .map(|graph| {
                        let label = format!("Relations of {}", title.get_value());
                        let all = format!("{}?tab=relations", path.get_value());
                        view! {
                            <Card
                                title="Nearby"
                                icon=IconName::Workflow
                                class="graph-small"
                                actions=move || {
                                    view! {
                                        <a class="link small" href=all>
                                            "All relations"
                                        </a>
                                    }
                                }
                            >
                                {diagram(&Arc::new(graph), label, "", Opening::Fitted)}
                            </Card>
                        }
                    })
            })}
        </Transition>
    }
}

/// The diagram of what a system or a domain is made of.
#[component]
pub fn PartsDiagram(
    /// The system or domain.
    entity_ref: String,
    /// What it is called.
    title: String,
) -> impl IntoView {
    let about = StoredValue::new(entity_ref);
    let title = StoredValue::new(title);
    let parts = ServerResource::blocking(|| (), move |()| parts_get(about.get_value()));
    view! {
        <Card title="Diagram" icon=IconName::Network>
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
                {move || Suspend::new(async move {
                    match parts.await {
                        Ok(graph) if graph.nodes.is_empty() => {
                            view! {
                                <EmptyState
                                    title="Nothing is part of it"
                                    text="Parts name it in their catalog-info.yaml, as system or domain."
                                    compact=true
                                />
                            }
                                .into_any()
                        }
                        Ok(graph) => {
                            let graph = Arc::new(graph);
                            let label = format!("Parts of {}", title.get_value());
                            view! {
                                {left_out(&graph)}
                                {diagram(&graph, label, "", Opening::Fitted)}
                            }
                                .into_any()
                        }
                        Err(error) => {
                            view! { <Alert tone=Tone::Warning>{error.message()}</Alert> }.into_any()
                        }
                    }
                })}
            </Transition>
        </Card>
    }
}
