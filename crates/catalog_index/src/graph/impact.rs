//! What would break without an entity: everything that depends on it, directly or not.

use super::walk::{Reached, Walk, walk};
use crate::index::Index;
use crate::item::Item;
use model::graph::{Impact, ImpactRow, opposite};
use std::collections::{BTreeMap, HashSet};

/// The relations that lead from an entity to what cannot do without it. Who owns it goes on
/// without it, and so does what it is a part of.
const CARRIES: [&str; 6] = [
    "dependencyOf",
    "hasPart",
    "providesApi",
    "apiConsumedBy",
    "producesDataset",
    "datasetConsumedBy",
];

/// What depends on an entity: what says so, who consumes what it provides or produces, and what
/// depends on those in turn. An API counts as gone with any of its providers. The entity's own parts
/// go with it and are no impact, but what depends on one of them is.
pub fn impact(index: &Index, start: &Item) -> Impact {
    let carries = |_, r#type: &str| CARRIES.contains(&r#type);
    let Walk { reached, more } = walk(index, &start.facts.entity_ref, None, carries);
    rows(index, &reached, more as u32)
}

/// The start and its parts, each as the number of what was reached, with those parts' parts.
fn whole(reached: &[Reached]) -> HashSet<u32> {
    let mut whole = HashSet::from([0]);
    for (found, number) in reached.iter().zip(0u32..) {
        let is_part =
            |(before, r#type): &(u32, String)| r#type == "hasPart" && whole.contains(before);
        if found.via.as_ref().is_some_and(is_part) {
            whole.insert(number);
        }
    }
    whole
}

/// The rows for what was reached, without the start and its parts.
fn rows(index: &Index, reached: &[Reached], more: u32) -> Impact {
    let whole = whole(reached);
    let is_outside = |at: &usize| !whole.contains(&(*at as u32));
    let mut order: Vec<usize> = (0..reached.len()).filter(is_outside).collect();
    // How far away: from the part that it depends on, when it does not depend on the start itself.
    let mut distances = vec![0; reached.len()];
    for at in 1..reached.len() {
        let before = reached[at].via.as_ref().map_or(0, |(before, _)| *before as usize);
        distances[at] = if is_outside(&at) { distances[before] + 1 } else { 0 };
    }
    let links: Vec<_> = reached.iter().map(|found| index.link(&found.entity_ref)).collect();
    order.sort_by_cached_key(|at| {
        let link = &links[*at];
        (distances[*at], link.title.to_lowercase(), link.entity_ref.clone())
    });
    let mut numbers = vec![0u32; reached.len()];
    for (number, at) in order.iter().enumerate() {
        numbers[*at] = number as u32;
    }
    let row = |at: usize| {
        let found = &reached[at];
        let owner = index.get(&found.entity_ref).and_then(|item| item.facts.owner.clone());
        // The start itself and its parts have no row.
        let before = found.via.as_ref().map(|(before, _)| *before);
        let part = before.filter(|before| *before != 0 && whole.contains(before));
        let before = before.filter(|before| !whole.contains(before));
        let r#type = found.via.as_ref().map_or("", |(_, r#type)| r#type);
        ImpactRow {
            entity: links[at].clone(),
            owner: owner.map(|owner| index.link(&owner)),
            distance: distances[at],
            via: before.map(|before| numbers[before as usize]),
            r#type: opposite(r#type).unwrap_or(r#type).to_owned(),
            part: part.map(|part| links[part as usize].clone()),
        }
    };
    let rows: Vec<ImpactRow> = order.into_iter().map(row).collect();
    let mut counts: BTreeMap<_, u32> = BTreeMap::new();
    for owner in rows.iter().filter_map(|row| row.owner.as_ref()) {
        *counts.entry(owner).or_default() += 1;
    }
    let mut owners: Vec<_> =
        counts.into_iter().map(|(owner, count)| (owner.clone(), count)).collect();
    owners.sort_by(|(left, left_count), (right, right_count)| {
        right_count.cmp(left_count).then_with(|| left.title.cmp(&right.title))
    });
    let unowned = rows.iter().filter(|row| row.owner.is_none()).count() as u32;
    Impact { rows, more, owners, unowned }
}
