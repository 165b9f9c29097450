//! How far an entity can be trusted: fresh, stale, broken or orphaned, and since when.

use crate::complaint::for_people;
use crate::index::Index;
use crate::item::Item;
use crate::rows::{KEPT, ProblemType};
use model::freshness::{Freshness, FreshnessState};
use model::time::Timestamp;
use std::collections::{HashMap, HashSet};

/// How far one entity can be trusted.
pub fn freshness_of(index: &Index, item: &Item) -> Freshness {
    let source_key = &*item.facts.origin.source_key;
    Staleness::among(index, |key| key == source_key).freshness(item)
}

/// What makes entities stale, looked up once for many of them.
pub struct Staleness<'a> {
    /// Sources that cannot be read, with since when and why.
    unreadable: HashMap<&'a str, (Timestamp, &'a str)>,
    /// What sources do not give any more while their removal waits for a decision.
    held: HashMap<&'a str, (Timestamp, HashSet<&'a str>)>,
}

impl<'a> Staleness<'a> {
    /// Of all sources.
    pub fn of(index: &'a Index) -> Staleness<'a> {
        Staleness::among(index, |_| true)
    }

    /// The same for some sources only.
    fn among(index: &'a Index, wanted: impl Fn(&str) -> bool) -> Staleness<'a> {
        let sources = index
            .problems
            .iter()
            .filter(|row| row.problem_type == ProblemType::Source && wanted(&row.source_key));
        let held = index.held.iter().filter(|row| wanted(&row.source_key)).map(|row| {
            let refs = row.entity_refs.iter().map(String::as_str).collect();
            (row.source_key.as_str(), (row.held_at, refs))
        });
        Staleness {
            unreadable: sources
                .map(|row| (row.source_key.as_str(), (row.since, row.message.as_str())))
                .collect(),
            held: held.collect(),
        }
    }

    /// The state alone, for filters.
    pub fn state(&self, item: &Item) -> FreshnessState {
        let facts = &item.facts;
        let key = &*facts.origin.source_key;
        let held = || self.held.get(key).is_some_and(|(_, refs)| refs.contains(&*facts.entity_ref));
        match () {
            () if item.flags.orphan => FreshnessState::Orphaned,
            () if !facts.errors().is_empty() => FreshnessState::Broken,
            () if key == KEPT || self.unreadable.contains_key(key) || held() => {
                FreshnessState::Stale
            }
            () => FreshnessState::Fresh,
        }
    }

    /// The state with since when and why.
    pub fn freshness(&self, item: &Item) -> Freshness {
        let facts = &item.facts;
        let place = || for_people(&facts.origin.location);
        let state = self.state(item);
        let (since, reason) = match state {
            FreshnessState::Fresh => (facts.changed_at, String::new()),
            FreshnessState::Orphaned => {
                (facts.changed_at, format!("Nothing names {} any more.", place()))
            }
            FreshnessState::Broken => {
                let complaints = item.complaints();
                let first = complaints.iter().min_by_key(|complaint| complaint.since);
                first.map_or((facts.changed_at, String::new()), |complaint| {
                    (complaint.since, complaint.message.clone())
                })
            }
            FreshnessState::Stale if *facts.origin.source_key == *KEPT => {
                (facts.changed_at, format!("Kept by hand: {} does not give it any more.", place()))
            }
            FreshnessState::Stale => match self.unreadable.get(&*facts.origin.source_key) {
                Some((since, message)) => (*since, format!("Its source cannot be read: {message}")),
                None => {
                    let since = self.held.get(&*facts.origin.source_key).map(|(since, _)| *since);
                    let reason = format!(
                        "{} does not give it any more; its removal waits for a decision.",
                        for_people(&facts.origin.source_key)
                    );
                    (since.unwrap_or(facts.changed_at), reason)
                }
            },
        };
        Freshness { state, since, reason }
    }
}
