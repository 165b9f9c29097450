//! What would break without an entity: everything that depends on it, directly or not.

use super::walk::{Reached, Walk, walk};
use crate::Catalog;
use crate::index::Index;
use access::{OpContext, Permission};
use model::Result;
use model::entity_ref::EntityRef;
use model::graph::{Impact, ImpactRow, opposite};
use std::collections::BTreeMap;

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

impl Catalog {
    /// What depends on an entity: what says so, its parts, who consumes what it provides or
    /// produces, and what depends on those in turn. An API counts as gone with any of its providers.
    pub fn entity_impact(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<Impact> {
        op.authorize(Permission::CatalogEntityRead)?;
        let start = self.item(op, entity_ref)?;
        let index = self.state(op)?.index();
        let carries = |_, r#type: &str| CARRIES.contains(&r#type);
        let Walk { reached, more } = walk(&index, &start.facts.entity_ref, None, carries);
        Ok(impact(&index, &reached[1..], more as u32))
    }
}

/// The rows for what was reached, without the start.
fn impact(index: &Index, reached: &[Reached], more: u32) -> Impact {
    let mut order: Vec<usize> = (0..reached.len()).collect();
    let links: Vec<_> = reached.iter().map(|found| index.link(&found.entity_ref)).collect();
    order.sort_by_cached_key(|at| {
        let link = &links[*at];
        (reached[*at].distance, link.title.to_lowercase(), link.entity_ref.clone())
    });
    let mut numbers = vec![0u32; reached.len()];
    for (number, at) in order.iter().enumerate() {
        numbers[*at] = number as u32;
    }
    let row = |at: usize| {
        let found = &reached[at];
        let owner = index.get(&found.entity_ref).and_then(|item| item.facts.owner.clone());
        // The start itself, number 0 of the walk, has no row.
        let before = found.via.as_ref().and_then(|(before, _)| before.checked_sub(1));
        let r#type = found.via.as_ref().map_or("", |(_, r#type)| r#type);
        ImpactRow {
            entity: links[at].clone(),
            owner: owner.map(|owner| index.link(&owner)),
            distance: found.distance,
            via: before.map(|before| numbers[before as usize]),
            r#type: opposite(r#type).unwrap_or(r#type).to_owned(),
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
