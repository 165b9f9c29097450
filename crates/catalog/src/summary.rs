//! The catalog's widget: what is there, and what needs care.

use crate::Catalog;
use crate::listing::provenance;
use access::{OpContext, Permission};
use catalog_index::index::Index;
use catalog_index::list::by_count;
use catalog_index::rows::ProblemRow;
use model::Result;
use model::catalog::{CatalogSummary, FacetValue, Problem};
use model::provenance::Provenance;
use model::time::Timestamp;
use std::collections::{HashMap, HashSet};

/// How many problems the widget is given.
const SUMMARY_PROBLEMS: usize = 20;

/// How many owners the widget is given.
const SUMMARY_OWNERS: usize = 50;

/// How many problems the page of broken descriptors is given.
const MAX_PROBLEMS: usize = 1_000;

impl Catalog {
    /// What is there, and what needs care.
    pub fn summary(&self, op: &OpContext) -> Result<CatalogSummary> {
        op.authorize(Permission::CatalogEntityRead)?;
        let state = self.state(op)?;
        let index = state.index();
        let mut counted = index.summary.get_or_init(|| count(&index)).clone();
        let kinds = state.kinds();
        for kind in &mut counted.kinds {
            kind.label = kinds.title(&kind.label).to_owned();
        }
        Ok(CatalogSummary { provenance: provenance(&state, &index), ..counted })
    }

    /// Descriptors that never gave an entity, places that cannot be read, and references that two
    /// places give; then the complaints about entities that keep their last good version.
    pub fn problems(&self, op: &OpContext) -> Result<Vec<Problem>> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        let of_entities = index.items.iter().filter(|item| !item.facts.errors().is_empty());
        let of_entities = of_entities.flat_map(|item| {
            let entity_ref = item.facts.entity_ref.clone();
            let problems = item.complaints().into_iter();
            problems.map(move |complaint| complaint.problem(&entity_ref)).collect::<Vec<_>>()
        });
        let all = index.problems.iter().map(ProblemRow::problem).chain(of_entities);
        Ok(all.take(MAX_PROBLEMS).collect())
    }
}

fn count(index: &Index) -> CatalogSummary {
    let mut kinds: HashMap<&str, u32> = HashMap::new();
    let mut lifecycles: HashMap<&str, u32> = HashMap::new();
    let mut owners: HashMap<&str, u32> = HashMap::new();
    let (mut orphans, mut broken) = (0, 0);
    for item in &index.items {
        let facts = &item.facts;
        *kinds.entry(&facts.origin.kind).or_default() += 1;
        if let Some(lifecycle) = &facts.lifecycle {
            *lifecycles.entry(lifecycle).or_default() += 1;
        }
        if let Some(owner) = &facts.owner {
            *owners.entry(owner).or_default() += 1;
        }
        orphans += u32::from(item.flags.orphan);
        broken += u32::from(!facts.errors().is_empty());
    }
    let missing: HashSet<&&str> =
        owners.keys().filter(|owner| index.get(owner).is_none()).collect();
    let dangling_owners = missing.len() as u32;
    let mut owners = facets(owners, |owner| index.link(owner).title);
    owners.truncate(SUMMARY_OWNERS);
    let mut kinds = facets(kinds, str::to_owned);
    for kind in &mut kinds {
        kind.value = kind.value.to_lowercase();
    }
    CatalogSummary {
        total: index.items.len() as u32,
        kinds,
        lifecycles: facets(lifecycles, str::to_owned),
        owners,
        orphans,
        broken,
        problems: index.problems.iter().take(SUMMARY_PROBLEMS).map(ProblemRow::problem).collect(),
        dangling_owners,
        starred: Vec::new(),
        provenance: Provenance { source: String::new(), as_of: Timestamp(0) },
    }
}

fn facets(counts: HashMap<&str, u32>, label: impl Fn(&str) -> String) -> Vec<FacetValue> {
    let mut values: Vec<FacetValue> = counts
        .into_iter()
        .map(|(value, count)| FacetValue { value: value.to_owned(), label: label(value), count })
        .collect();
    values.sort_by(by_count);
    values
}
