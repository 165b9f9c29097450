//! What in the catalog waits for the person who looks: problems, pending removals, and entities of
//! theirs that are unowned, broken or orphaned.

use crate::Catalog;
use crate::state::State;
use access::{OpContext, Permission};
use catalog_index::complaint::for_people;
use catalog_index::freshness::Staleness;
use catalog_index::index::Index;
use catalog_index::item::Item;
use catalog_index::membership::owners;
use catalog_index::rows::ProblemRow;
use model::Result;
use model::attention::{AttentionEntities, AttentionEntity, CatalogAttention};
use std::collections::HashSet;
use std::sync::Arc;

/// How many of each are named.
const NAMED: usize = 10;

/// Kinds that have an owner, unless something is wrong.
const OWNED_KINDS: [&str; 5] = ["component", "api", "resource", "system", "domain"];

impl Catalog {
    /// What waits for the person who looks. Nothing is anybody's who is not signed in.
    pub fn attention(&self, op: &OpContext) -> Result<CatalogAttention> {
        op.authorize(Permission::CatalogEntityRead)?;
        let state = self.state(op)?;
        let index = state.index();
        let pending_removals = match op.authorize(Permission::CatalogRemovalDecide) {
            Ok(()) => self.held_runs(op)?,
            Err(_) => Vec::new(),
        };
        let mut found = CatalogAttention {
            problems: index.problems.iter().take(NAMED).map(ProblemRow::problem).collect(),
            problems_total: index.problems.len() as u32,
            pending_entities: pending_removals.iter().map(|run| run.total).sum(),
            pending_removals,
            ..CatalogAttention::default()
        };
        if let Some(person) = op.principal.person() {
            let own = owners(person, &index);
            fill_in(&mut found, &Mine::new(own, &person.user_ref, &index, &state), &index);
        }
        Ok(found)
    }
}

/// What tells whose an entity is.
struct Mine<'a> {
    owners: HashSet<String>,
    /// Systems of these owners.
    systems: HashSet<&'a str>,
    /// Sources the person registered.
    sources: HashSet<String>,
}

impl<'a> Mine<'a> {
    fn new(owners: Vec<String>, user_ref: &str, index: &'a Index, state: &State) -> Mine<'a> {
        let owners: HashSet<String> = owners.into_iter().collect();
        let is_own = |item: &&Arc<Item>| {
            item.is_kind("system")
                && item.facts.owner.as_deref().is_some_and(|owner| owners.contains(owner))
        };
        let systems = index.items.iter().filter(is_own).map(|item| &*item.facts.entity_ref);
        let systems = systems.collect();
        let registered = state.registered();
        let by_person =
            registered.iter().filter(|row| row.created_by.eq_ignore_ascii_case(user_ref));
        let sources = by_person.filter_map(crate::locations::source).map(|source| source.key);
        Mine { sources: sources.collect(), systems, owners }
    }

    /// Whether an entity without an owner that is there is the person's.
    fn has_unowned(&self, item: &Item) -> bool {
        let facts = &item.facts;
        facts.owner.as_deref().is_some_and(|owner| self.owners.contains(owner))
            || facts.system.as_deref().is_some_and(|system| self.systems.contains(system))
            || self.sources.contains(&*facts.origin.source_key)
    }
}

/// Fills in what is the person's.
fn fill_in(found: &mut CatalogAttention, mine: &Mine<'_>, index: &Index) {
    let staleness = Staleness::of(index);
    found.broken.path = "/catalog?owned=me&state=broken".to_owned();
    found.orphaned.path = "/catalog?owned=me&state=orphan".to_owned();
    for item in &index.items {
        let facts = &item.facts;
        let owner = facts.owner.as_deref();
        if owner.is_some_and(|owner| mine.owners.contains(owner)) {
            if !facts.errors().is_empty() {
                add(&mut found.broken, item, || staleness.freshness(item).reason);
            }
            if item.flags.orphan {
                let place = || for_people(&facts.origin.location);
                add(&mut found.orphaned, item, || format!("Nothing names {} any more.", place()));
            }
        }
        let is_missing = match owner {
            Some(owner) => index.get(owner).is_none(),
            None => OWNED_KINDS.iter().any(|kind| item.is_kind(kind)),
        };
        if is_missing && mine.has_unowned(item) {
            add(&mut found.unowned, item, || match owner {
                Some(owner) => format!("Its owner {owner} is not in the catalog."),
                None => "It names no owner.".to_owned(),
            });
        }
    }
}

fn add(list: &mut AttentionEntities, item: &Item, reason: impl FnOnce() -> String) {
    list.total += 1;
    if list.entities.len() < NAMED {
        list.entities.push(AttentionEntity { entity: item.link(), reason: reason() });
    }
}
