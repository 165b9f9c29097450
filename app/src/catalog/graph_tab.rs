//! What is around an entity, as a diagram and as a list, and the diagram of what it is made of.

use crate::catalog::api::{graph_get, parts_get};
use crate::catalog::diagram::{diagram, graph_list, left_out};
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
    let whole = is_owner(&entity_ref);
    let asked = Memo::new(move |_| {
        let query = query.read();
        let types = query.get_all("types").unwrap_or_default();
        Asked::of(query.get_str("depth"), &types, query.get_str("direction"), whole)
    });
    let about = StoredValue::new(entity_ref);
    let graph = ServerResource::blocking(
        move || asked.get().query,
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
                            <Questions asked=asked.clone() path />
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

/// Groups and people: what is around them is who owns what and who belongs together.
fn is_owner(entity_ref: &str) -> bool {
    ["group:", "user:"].iter().any(|kind| entity_ref.starts_with(kind))
}

/// What is asked for, and whether the address names the relations.
#[derive(Clone, PartialEq)]
struct Asked {
    query: GraphQuery,
    named: bool,
}

impl Asked {
    /// Without named relations everything but ownership and people is shown, which would tie
    /// everything to everything; `whole` shows these too.
    fn of(depth: Option<&str>, types: &[String], direction: Option<&str>, whole: bool) -> Asked {
        let mut query = GraphQuery::from_address(depth, types, direction);
        let named = types.iter().any(|text| !text.is_empty());
        if !named && !whole {
            query.groups =
                RelationGroup::ALL.into_iter().filter(|group| !is_quiet(*group)).collect();
        }
        Asked { query, named }
    }

    /// The address that asks the same of another entity.
    fn address(&self) -> String {
        let all = self.query.groups.is_empty();
        let query = match self.named {
            true => self.query.clone(),
            false => GraphQuery { groups: Vec::new(), ..self.query.clone() },
        };
        let keys = [
            query.address(),
            if self.named && all { "types=all".to_owned() } else { String::new() },
        ];
        let keys: Vec<String> = keys.into_iter().filter(|key| !key.is_empty()).collect();
        keys.join("&")
    }
}

/// What is not drawn unless it is asked for.
fn is_quiet(group: RelationGroup) -> bool {
    matches!(group, RelationGroup::Ownership | RelationGroup::People)
}

/// Depth, direction and relations.
#[component]
fn Questions(asked: Asked, path: String) -> impl IntoView {
    let Asked { query: asked, .. } = asked;
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
    let shown = RelationGroup::ALL.into_iter().filter(|group| asked.shows(*group));
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

fn around(graph: &Arc<EntityGraph>, asked: &Asked, title: &str) -> AnyView {
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
    let drawn = diagram(graph, format!("Relations of {title}"), &below);
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
    let query = Asked::of(None, &[], None, is_owner(&entity_ref)).query;
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
                                {diagram(&Arc::new(graph), label, "")}
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
                                {diagram(&graph, label, "")}
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

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(types: &[&str], whole: bool) -> Asked {
        let types: Vec<String> = types.iter().map(|text| (*text).to_owned()).collect();
        Asked::of(None, &types, None, whole)
    }

    #[test]
    fn ownership_and_people_are_off_until_they_are_asked_for() {
        let usual = asked(&[], false);
        assert!(!usual.query.shows(RelationGroup::Ownership));
        assert!(!usual.query.shows(RelationGroup::People));
        assert!(usual.query.shows(RelationGroup::Dependencies));
        assert_eq!(usual.address(), "");
        assert!(asked(&[], true).query.shows(RelationGroup::Ownership), "of a group");
        let all = asked(&["all"], false);
        assert!(all.query.shows(RelationGroup::Ownership));
        assert_eq!(all.address(), "types=all");
        assert_eq!(asked(&["ownership"], false).address(), "types=ownership");
    }
}
