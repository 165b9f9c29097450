//! The read model: every entity of a tenant, ready to be shown. Made anew after each change and
//! never changed afterwards, so that readers need no lock while they work.

use crate::item::Item;
use crate::memory::{shared, threads, trim_allocator};
use crate::overlay::Overlays;
use crate::query::field::Field;
use crate::query::known::KnownPaths;
use crate::query::path::may_hold;
use crate::rows::{HeldRow, ProblemRow};
use arcstr::ArcStr;
use model::author::Author;
use model::catalog::{CatalogSummary, EntityLink, Problem};
use model::entity_ref::{Defaults, EntityRef};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use uuid::Uuid;

/// So many entities are looked at by one thread.
const FEW: usize = 10_000;

/// How many paths are kept ready to be asked about.
const MOST_FIELDS: usize = 256;

/// A path nobody has asked about during so many changes is not kept ready any longer.
const IDLE_CHANGES: u32 = 16;

/// Every entity of a tenant.
#[derive(Default)]
pub struct Index {
    /// By title.
    pub items: Vec<Arc<Item>>,
    by_ref: HashMap<ArcStr, u32>,
    by_uid: Vec<u32>,
    by_source: HashMap<ArcStr, Vec<u32>>,
    /// What is wrong and belongs to no entity.
    pub problems: Vec<ProblemRow>,
    /// Runs that wait for a decision.
    pub held: Vec<HeldRow>,
    /// What people edited.
    pub overlays: Overlays,
    /// The last row of history that led here.
    pub last_version: i64,
    /// The widget's figures, counted when they are first asked for.
    pub summary: OnceLock<CatalogSummary>,
    /// What stands at a path, looked up when it is first asked for.
    fields: RwLock<HashMap<Box<str>, Arc<Ready>>>,
    /// Which paths any entity has; looked through when somebody first asks about an unusual one,
    /// and from then on of every entity that changes.
    paths: OnceLock<Arc<KnownPaths>>,
    /// Ranks by reference.
    by_reference: OnceLock<Vec<u32>>,
}

/// A path that somebody has asked about.
#[derive(Default)]
struct Ready {
    field: OnceLock<Arc<Field>>,
    /// How many changes there were since then.
    idle: AtomicU32,
}

impl Index {
    /// Makes the read model of entities that have their relations.
    pub fn build(mut items: Vec<Arc<Item>>, problems: Vec<ProblemRow>) -> Index {
        // Stable sorting is quick where most is in order already, as after a change.
        items.sort_by(|left, right| {
            let (left, right) = (&left.facts, &right.facts);
            let titles = left.sort_key().cmp(right.sort_key());
            titles.then_with(|| left.entity_ref.cmp(&right.entity_ref))
        });
        let by_ref: HashMap<ArcStr, u32> = items
            .iter()
            .enumerate()
            .map(|(index, item)| (item.facts.entity_ref.clone(), index as u32))
            .collect();
        let mut by_uid: Vec<(Uuid, u32)> =
            items.iter().zip(0..).map(|(item, index)| (item.facts.uid, index)).collect();
        by_uid.sort_unstable();
        let by_uid = by_uid.into_iter().map(|(_, index)| index).collect();
        let mut by_source: HashMap<ArcStr, Vec<u32>> = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            by_source.entry(item.facts.origin.source_key.clone()).or_default().push(index as u32);
        }
        Index { items, by_ref, by_uid, by_source, problems, ..Index::default() }
    }

    /// Takes over what was looked up for the read model before this one: only entities that are
    /// different now are looked at again.
    pub fn take_over(&mut self, before: &Index) {
        let ready = before.fields.read().unwrap_or_else(PoisonError::into_inner);
        if ready.is_empty() && before.paths.get().is_none() {
            return;
        }
        let (moved, fresh) = self.compared(before);
        let fresh: Vec<_> =
            fresh.into_iter().map(|rank| (rank, self.ranked(rank).text())).collect();
        if let Some(paths) = before.paths.get() {
            fresh.iter().for_each(|(_, json)| paths.add(json));
            self.paths = OnceLock::from(paths.clone());
        }
        let mut fields = HashMap::with_capacity(ready.len());
        for (path, ready) in ready.iter() {
            let idle = ready.idle.load(Ordering::Relaxed) + 1;
            let Some(field) = ready.field.get().filter(|_| idle < IDLE_CHANGES) else { continue };
            let field = Arc::new(field.patched(path, &moved, &fresh));
            let ready = Ready { field: OnceLock::from(field), idle: AtomicU32::new(idle) };
            fields.insert(path.clone(), Arc::new(ready));
        }
        self.fields = RwLock::new(fields);
    }

    /// The new rank of every entity that has stayed the same, and the ranks of all others.
    fn compared(&self, before: &Index) -> (Vec<Option<u32>>, Vec<u32>) {
        let mut moved = vec![None; before.items.len()];
        let mut fresh = Vec::new();
        let mut old = (0..before.items.len() as u32).peekable();
        for rank in 0..self.items.len() as u32 {
            let item = self.ranked(rank);
            while old.next_if(|old| before.ranked(*old).facts.uid < item.facts.uid).is_some() {}
            let same = old.next_if(|old| Arc::ptr_eq(before.ranked(*old), item));
            match same {
                Some(old) => moved[old as usize] = Some(rank),
                None => fresh.push(rank),
            }
        }
        (moved, fresh)
    }

    /// What stands at a path, when that can be said without looking through the entities.
    pub fn ready_field(&self, path: &str) -> Option<Arc<Field>> {
        let leads_nowhere = |paths: &Arc<KnownPaths>| !paths.may_have(path);
        if !may_hold(path)
            || (!KnownPaths::is_usual(path) && self.paths.get().is_some_and(leads_nowhere))
        {
            return Some(Arc::new(Field::nothing()));
        }
        let fields = self.fields.read().unwrap_or_else(PoisonError::into_inner);
        let ready = fields.get(path)?;
        let field = ready.field.get()?.clone();
        ready.idle.store(0, Ordering::Relaxed);
        Some(field)
    }

    /// Whether any entity has something at a path, which is in lower case.
    fn has_path(&self, path: &str) -> bool {
        let paths = self.paths.get_or_init(|| {
            let paths = KnownPaths::default();
            let count = self.items.len();
            let threads = if count < FEW { 1 } else { threads(count) };
            shared(threads, |at| {
                let part = (count * at / threads)..(count * (at + 1) / threads);
                self.items[part].iter().for_each(|item| paths.add(&item.text()));
            });
            Arc::new(paths)
        });
        paths.may_have(path)
    }

    /// What stands at a path, which is in lower case.
    pub fn field(&self, path: &str) -> Arc<Field> {
        if !may_hold(path) || (!KnownPaths::is_usual(path) && !self.has_path(path)) {
            return Arc::new(Field::nothing());
        }
        let known = self.fields.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        let ready = known.unwrap_or_else(|| {
            let mut fields = self.fields.write().unwrap_or_else(PoisonError::into_inner);
            if fields.len() >= MOST_FIELDS {
                let idle = |ready: &Arc<Ready>| ready.idle.load(Ordering::Relaxed);
                let longest = fields.iter().max_by_key(|(_, ready)| idle(ready));
                if let Some(path) = longest.map(|(path, _)| path.clone()) {
                    fields.remove(&path);
                }
            }
            fields.entry(path.into()).or_default().clone()
        });
        ready.idle.store(0, Ordering::Relaxed);
        let build = || {
            let json = |rank| self.ranked(rank).text();
            let field = Field::build(path, self.items.len(), json);
            trim_allocator();
            Arc::new(field)
        };
        ready.field.get_or_init(build).clone()
    }

    /// The entity of a rank: its place among all, by uid.
    pub fn ranked(&self, rank: u32) -> &Arc<Item> {
        &self.items[self.by_uid[rank as usize] as usize]
    }

    /// Which of [`Index::items`] these ranks are.
    pub fn places(&self, ranks: &[u32]) -> impl Iterator<Item = usize> {
        ranks.iter().map(|rank| self.by_uid[*rank as usize] as usize)
    }

    /// The rank of a uid, or the rank it would have.
    pub fn rank(&self, uid: &Uuid) -> std::result::Result<u32, u32> {
        let of = |index: &u32| self.items[*index as usize].facts.uid;
        let at = self.by_uid.binary_search_by(|index| of(index).cmp(uid));
        at.map(|rank| rank as u32).map_err(|rank| rank as u32)
    }

    /// The ranks of all entities, by reference.
    pub fn by_reference(&self) -> &[u32] {
        self.by_reference.get_or_init(|| {
            let mut ranks: Vec<u32> = (0..self.items.len() as u32).collect();
            ranks.sort_unstable_by(|left, right| {
                let reference = |rank: &u32| &self.ranked(*rank).facts.entity_ref;
                reference(left).cmp(reference(right))
            });
            ranks
        })
    }

    /// The same read model with what does not follow from its entities: the runs that wait for a
    /// decision, what people edited, and the last row of history that led here.
    pub fn with(self, held: Vec<HeldRow>, overlays: Overlays, last_version: i64) -> Index {
        Index { held, overlays, last_version, ..self }
    }

    /// The entity of a full reference in lower case.
    pub fn get(&self, entity_ref: &str) -> Option<&Arc<Item>> {
        self.by_ref.get(entity_ref).map(|index| &self.items[*index as usize])
    }

    /// The entity of a uid.
    pub fn with_uid(&self, uid: &str) -> Option<&Arc<Item>> {
        let uid = Uuid::try_parse(uid).ok()?;
        self.rank(&uid).ok().map(|rank| self.ranked(rank))
    }

    /// What a source gave.
    pub fn of_source(&self, source_key: &str) -> impl Iterator<Item = &Arc<Item>> {
        let found = self.by_source.get(source_key).map(Vec::as_slice).unwrap_or_default();
        found.iter().map(|index| &self.items[*index as usize])
    }

    /// Every source that gave something or complained.
    pub fn source_keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.by_source.keys().map(ToString::to_string).collect();
        keys.extend(self.problems.iter().map(|problem| problem.source_key.clone()));
        keys.sort();
        keys.dedup();
        keys
    }

    /// The problems that concern an entity and stand elsewhere.
    pub fn problems_of(&self, entity_ref: &str) -> impl Iterator<Item = Problem> {
        let concerns = move |row: &&ProblemRow| row.entity_ref.as_deref() == Some(entity_ref);
        self.problems.iter().filter(concerns).map(ProblemRow::problem)
    }

    /// An entity as it is named on a page, whether it is there or not.
    pub fn link(&self, entity_ref: &str) -> EntityLink {
        match self.get(entity_ref) {
            Some(item) => item.link(),
            None => dangling(entity_ref),
        }
    }
}

impl Index {
    /// Who did something, by the title of the person's entity when there is one.
    pub fn author(&self, principal: &str) -> Author {
        let author = Author::unknown(principal);
        let found = author.entity_ref().and_then(|found| self.get(&found.to_string()));
        match found {
            Some(item) => Author { name: item.link().title, exists: true, ..author },
            None => author,
        }
    }
}

impl Item {
    /// The entity as it is named on a page.
    pub fn link(&self) -> EntityLink {
        EntityLink {
            entity_ref: self.facts.entity_ref.to_string(),
            kind: self.facts.origin.kind.to_string(),
            title: self.facts.title().to_owned(),
            exists: true,
        }
    }
}

/// The name of an entity that is not there, from its reference alone.
pub fn dangling(entity_ref: &str) -> EntityLink {
    let parsed = EntityRef::parse(entity_ref);
    let kind = parsed.as_ref().map_or("", |found| found.kind.as_str());
    let title = parsed.as_ref().map_or_else(
        |_| entity_ref.to_owned(),
        |found| found.humanize(Defaults { kind: Some(kind), namespace: None }),
    );
    let known = model::kind::named(kind);
    EntityLink {
        entity_ref: entity_ref.to_owned(),
        kind: known.map_or(kind, |known| known.name).to_owned(),
        title,
        exists: false,
    }
}
