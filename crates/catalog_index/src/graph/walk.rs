//! From one entity along relations, the nearest first.

use crate::index::Index;
use model::graph::MAX_NODES;
use std::collections::{HashMap, HashSet};

/// An entity that was reached.
pub(super) struct Reached {
    pub(super) entity_ref: String,
    /// Steps from the start.
    pub(super) distance: u32,
    /// From which of those reached before, and along which of its relations; nothing for the start.
    pub(super) via: Option<(u32, String)>,
    /// All its relations, each with its target; none when it is dangling.
    pub(super) relations: Vec<(String, String)>,
}

/// Where a walk led.
pub(super) struct Walk {
    /// The start first, then by distance.
    pub(super) reached: Vec<Reached>,
    /// How many entities next to those reached did not fit in.
    pub(super) more: usize,
}

/// Walks along the relations for which `follow` says so, given the distance of the entity that has
/// the relation and the relation's type. Every entity is reached once, so cycles end.
pub(super) fn walk(
    index: &Index,
    start: &str,
    depth: Option<u32>,
    follow: impl Fn(u32, &str) -> bool,
) -> Walk {
    let mut known: HashSet<String> = HashSet::from([start.to_owned()]);
    let mut reached = vec![Reached {
        entity_ref: start.to_owned(),
        distance: 0,
        via: None,
        relations: Vec::new(),
    }];
    let mut left_out = 0;
    let mut at = 0;
    while let Some(from) = reached.get(at) {
        let distance = from.distance;
        let item = index.get(&from.entity_ref);
        let relations = item.map(|item| item.relations()).unwrap_or_default();
        let goes_on = depth.is_none_or(|depth| distance < depth);
        for (r#type, target) in relations.iter().filter(|_| goes_on) {
            if !follow(distance, r#type) || !known.insert(target.clone()) {
                continue;
            }
            if reached.len() == MAX_NODES {
                left_out += 1;
                continue;
            }
            reached.push(Reached {
                entity_ref: target.clone(),
                distance: distance + 1,
                via: Some((at as u32, r#type.clone())),
                relations: Vec::new(),
            });
        }
        reached[at].relations = relations;
        at += 1;
    }
    Walk { reached, more: left_out }
}

/// The number of each that was reached, by reference.
pub(super) fn numbers(reached: &[Reached]) -> HashMap<&str, u32> {
    reached.iter().zip(0u32..).map(|(found, number)| (&*found.entity_ref, number)).collect()
}
