//! The diagram of what a system or a domain is made of.

use super::walk::{Reached, Walk, numbers, walk};
use super::{Sketch, edges, layout};
use crate::index::Index;
use crate::item::Item;
use crate::kinds::KindSet;
use model::graph::{EntityGraph, GraphEdge, RelationGroup};
use std::collections::HashMap;

/// The parts of an entity and how they hang together. Between systems these are the relations of
/// what they are made of: one depends on another when a part of it uses a part of the other.
pub fn parts(index: &Index, kinds: &KindSet, whole: &Item) -> EntityGraph {
    let is_part = |_, r#type: &str| r#type == "hasPart";
    let Walk { mut reached, more } = walk(index, &whole.facts.entity_ref, Some(1), is_part);
    // The whole would be related to each of its parts: the diagram shows what that does not say.
    reached.remove(0);
    let shown = |r#type: &str| RelationGroup::of(r#type) != RelationGroup::Ownership;
    let mut edges = edges(&reached, kinds, shown);
    edges.extend(between_systems(index, &reached));
    edges.sort_by(|left, right| {
        (left.from, left.to, &left.r#type).cmp(&(right.from, right.to, &right.r#type))
    });
    edges.dedup();
    let ends: Vec<(u32, u32)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let layers = layout::layers(reached.len(), &ends);
    let sketch = Sketch { index, layers, edges, more_nodes: more as u32 };
    sketch.drawn(&reached)
}

/// Which of these systems depend on which others, by what they are made of.
fn between_systems(index: &Index, reached: &[Reached]) -> Vec<GraphEdge> {
    let systems = numbers(reached);
    let systems: HashMap<&str, u32> =
        systems.into_iter().filter(|(found, _)| found.starts_with("system:")).collect();
    let mut edges = Vec::new();
    for (system, number) in &systems {
        let parts = reached[*number as usize].relations.iter();
        let parts = parts.filter(|(r#type, part)| r#type == "hasPart" && part != system);
        for part in parts.filter_map(|(_, part)| index.get(part)) {
            for (r#type, target) in part.relations() {
                let system = index.get(&target).and_then(|item| item.facts.system.clone());
                let target = system.as_deref().unwrap_or(&target);
                let Some(other) = systems.get(target).filter(|other| *other != number) else {
                    continue;
                };
                if is_use(&r#type) {
                    let r#type = "dependsOn".to_owned();
                    edges.push(GraphEdge { from: *number, to: *other, r#type });
                }
            }
        }
    }
    edges
}

/// Whether what has such a relation needs its target.
fn is_use(relation_type: &str) -> bool {
    matches!(relation_type, "dependsOn" | "consumesApi" | "consumesDataset")
}
