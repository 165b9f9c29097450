//! The graph around an entity, laid out to be drawn.

mod impact;
mod layout;
mod parts;
mod walk;

pub use impact::impact;
pub use parts::parts;

use crate::freshness::Staleness;
use crate::index::Index;
use crate::item::Item;
use crate::kinds::KindSet;
use model::graph::{EntityGraph, GraphEdge, GraphNode, GraphQuery, MAX_DEPTH, RelationGroup};
use walk::{Reached, Walk, numbers, walk};

/// How many relations a diagram shows at most.
const MAX_EDGES: usize = 4_000;

/// What is around an entity, to a depth and along chosen relations. An owner is shown, but what
/// else it owns is not: that says nothing about the entity.
pub fn around(index: &Index, kinds: &KindSet, start: &Item, query: &GraphQuery) -> EntityGraph {
    let depth = query.depth.clamp(1, MAX_DEPTH);
    let kind = &*start.facts.origin.kind;
    let groups = RelationGroup::ALL.into_iter();
    let groups = groups.filter(|group| query.shows_around(kind, *group));
    let groups: Vec<RelationGroup> = groups.collect();
    let wanted = |r#type: &str| groups.contains(&RelationGroup::of(r#type));
    let Walk { reached, more } =
        walk(index, &start.facts.entity_ref, Some(depth), |distance, r#type| {
            let others = r#type == "ownerOf" && distance > 0;
            !others && wanted(r#type) && query.direction.follows(kinds.is_backward(r#type))
        });
    let edges = edges(&reached, kinds, wanted);
    let layers = steps_along(&reached, kinds);
    let sketch = Sketch { index, layers, edges, more_nodes: more as u32 };
    sketch.drawn(&reached)
}

/// A diagram before it is laid out.
struct Sketch<'a> {
    index: &'a Index,
    /// The layer of each node, from left to right.
    layers: Vec<i32>,
    edges: Vec<GraphEdge>,
    more_nodes: u32,
}

impl Sketch<'_> {
    /// Gives everything its place, the nodes in reading order.
    fn drawn(self, reached: &[Reached]) -> EntityGraph {
        let Sketch { index, layers, mut edges, more_nodes } = self;
        let distance = |node: u32| reached[node as usize].distance;
        // What is near matters most.
        edges.sort_by_key(|edge| distance(edge.from).max(distance(edge.to)));
        let more_edges = edges.len().saturating_sub(MAX_EDGES) as u32;
        edges.truncate(MAX_EDGES);
        let ends: Vec<(u32, u32)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
        let places = layout::place(&layers, &ends);
        let mut order: Vec<usize> = (0..reached.len()).collect();
        order.sort_by_key(|node| places.at[*node]);
        let mut numbers = vec![0u32; reached.len()];
        for (number, node) in order.iter().enumerate() {
            numbers[*node] = number as u32;
        }
        for edge in &mut edges {
            edge.from = numbers[edge.from as usize];
            edge.to = numbers[edge.to as usize];
        }
        let staleness = Staleness::of(index);
        let node = |node: usize| {
            let Reached { entity_ref, distance, .. } = &reached[node];
            let item = index.get(entity_ref);
            let owner = item.and_then(|item| item.facts.owner.as_ref());
            GraphNode {
                entity: index.link(entity_ref),
                owner: owner.map(|owner| index.link(owner).title),
                freshness: item.map(|item| staleness.state(item)),
                distance: *distance,
                x: places.at[node].0,
                y: places.at[node].1,
            }
        };
        EntityGraph {
            nodes: order.into_iter().map(node).collect(),
            edges,
            more_nodes,
            more_edges,
            width: places.width,
            height: places.height,
        }
    }
}

/// The relations between what was reached, each once, without those of an entity to itself.
fn edges(reached: &[Reached], kinds: &KindSet, wanted: impl Fn(&str) -> bool) -> Vec<GraphEdge> {
    let numbers = numbers(reached);
    let mut edges = Vec::new();
    for (found, number) in reached.iter().zip(0u32..) {
        for (r#type, target) in &found.relations {
            let Some(other) = numbers.get(target.as_str()).filter(|other| **other != number) else {
                continue;
            };
            if wanted(r#type) {
                edges.push(forward(number, r#type, *other, kinds));
            }
        }
    }
    let key = |edge: &GraphEdge| (edge.from, edge.to, edge.r#type.clone());
    edges.sort_by_cached_key(key);
    edges.dedup();
    edges
}

/// A relation as it is drawn.
fn forward(from: u32, r#type: &str, to: u32, kinds: &KindSet) -> GraphEdge {
    match kinds.forward(r#type) {
        Some(forward) => GraphEdge { from: to, to: from, r#type: forward.to_owned() },
        None => GraphEdge { from, to, r#type: r#type.to_owned() },
    }
}

/// The layer of each node: steps along relations less steps against them, on the way that led
/// there. What an entity needs stands to the right of it, what needs it to the left.
fn steps_along(reached: &[Reached], kinds: &KindSet) -> Vec<i32> {
    let mut layers: Vec<i32> = Vec::with_capacity(reached.len());
    for found in reached {
        layers.push(match &found.via {
            Some((before, r#type)) if kinds.is_backward(r#type) => layers[*before as usize] - 1,
            Some((before, _)) => layers[*before as usize] + 1,
            None => 0,
        });
    }
    layers
}
