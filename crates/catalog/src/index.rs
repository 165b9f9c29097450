//! The read model: every entity of a tenant, ready to be shown. Made anew after each change and
//! never changed afterwards, so that readers need no lock while they work.

use crate::complaint::for_people;
use crate::item::{Item, edges, push_json_text};
use crate::overlay::Overlays;
use crate::store::held::HeldRow;
use crate::store::{ProblemRow, ProblemType};
use model::catalog::{CatalogSummary, EntityLink, Problem};
use model::entity_ref::{Defaults, EntityRef};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Every entity of a tenant.
#[derive(Default)]
pub(crate) struct Index {
    /// By title.
    pub(crate) items: Vec<Arc<Item>>,
    by_ref: HashMap<Arc<str>, u32>,
    by_uid: Vec<u32>,
    by_source: HashMap<Arc<str>, Vec<u32>>,
    pub(crate) problems: Vec<ProblemRow>,
    /// Runs that wait for a decision.
    pub(crate) held: Vec<HeldRow>,
    /// What people edited.
    pub(crate) overlays: Overlays,
    /// The last row of history that led here.
    pub(crate) last_version: i64,
    /// The widget's figures, counted when they are first asked for.
    pub(crate) summary: OnceLock<CatalogSummary>,
}

impl Index {
    /// Makes the read model. Relations follow from all entities together, so this is where each
    /// entity gets its own; one that has them already is taken as it is.
    pub(crate) fn build(mut items: Vec<Arc<Item>>, problems: Vec<ProblemRow>) -> Index {
        items.sort_unstable_by(|left, right| {
            let (left, right) = (&left.facts, &right.facts);
            left.sort_key.cmp(&right.sort_key).then_with(|| left.entity_ref.cmp(&right.entity_ref))
        });
        let by_ref: HashMap<Arc<str>, u32> = items
            .iter()
            .enumerate()
            .map(|(index, item)| (item.facts.entity_ref.clone(), index as u32))
            .collect();
        for (index, item) in related(&items, &by_ref) {
            items[index] = Arc::new(item);
        }
        let mut by_uid: Vec<u32> = (0..items.len() as u32).collect();
        by_uid.sort_unstable_by(|left, right| {
            let uid = |index: &u32| &items[*index as usize].facts.uid;
            uid(left).cmp(uid(right))
        });
        let mut by_source: HashMap<Arc<str>, Vec<u32>> = HashMap::new();
        for (index, item) in items.iter().enumerate() {
            by_source.entry(item.facts.source_key.clone()).or_default().push(index as u32);
        }
        let summary = OnceLock::new();
        Index {
            items,
            by_ref,
            by_uid,
            by_source,
            problems,
            held: Vec::new(),
            overlays: Overlays::default(),
            last_version: 0,
            summary,
        }
    }

    /// The same read model with what does not follow from its entities: the runs that wait for a
    /// decision, what people edited, and the last row of history that led here.
    pub(crate) fn with(self, held: Vec<HeldRow>, overlays: Overlays, last_version: i64) -> Index {
        Index { held, overlays, last_version, ..self }
    }

    /// The entity of a full reference in lower case.
    pub(crate) fn get(&self, entity_ref: &str) -> Option<&Arc<Item>> {
        self.by_ref.get(entity_ref).map(|index| &self.items[*index as usize])
    }

    /// All entities, by uid.
    pub(crate) fn by_uid(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.by_uid.iter().map(|index| &self.items[*index as usize])
    }

    /// The entity of a uid.
    pub(crate) fn with_uid(&self, uid: &str) -> Option<&Arc<Item>> {
        let at = self.by_uid.binary_search_by(|index| {
            let item = &self.items[*index as usize];
            item.facts.uid.as_ref().cmp(uid)
        });
        at.ok().map(|at| &self.items[self.by_uid[at] as usize])
    }

    /// What a source gave.
    pub(crate) fn of_source(&self, source_key: &str) -> impl Iterator<Item = &Arc<Item>> {
        let found = self.by_source.get(source_key).map(Vec::as_slice).unwrap_or_default();
        found.iter().map(|index| &self.items[*index as usize])
    }

    /// Every source that gave something or complained.
    pub(crate) fn source_keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.by_source.keys().map(ToString::to_string).collect();
        keys.extend(self.problems.iter().map(|problem| problem.source_key.clone()));
        keys.sort();
        keys.dedup();
        keys
    }

    /// The problems that concern an entity and stand elsewhere.
    pub(crate) fn problems_of(&self, entity_ref: &str) -> impl Iterator<Item = Problem> {
        let concerns = move |row: &&ProblemRow| row.entity_ref.as_deref() == Some(entity_ref);
        self.problems.iter().filter(concerns).map(ProblemRow::problem)
    }

    /// An entity as it is named on a page, whether it is there or not.
    pub(crate) fn link(&self, entity_ref: &str) -> EntityLink {
        match self.get(entity_ref) {
            Some(item) => item.link(),
            None => dangling(entity_ref),
        }
    }
}

impl Item {
    /// The entity as it is named on a page.
    pub(crate) fn link(&self) -> EntityLink {
        EntityLink {
            entity_ref: self.facts.entity_ref.to_string(),
            kind: self.facts.kind.to_string(),
            title: self.facts.title.to_string(),
            exists: true,
        }
    }
}

impl ProblemRow {
    /// The problem for people.
    pub(crate) fn problem(&self) -> Problem {
        Problem {
            entity_ref: self.entity_ref.clone(),
            location: for_people(&self.location),
            line: self.line,
            column: self.column,
            message: self.message.clone(),
            since: self.since,
        }
    }

    /// Whether it is about an entity that another place gave first.
    pub(crate) fn is_conflict(&self) -> bool {
        self.problem_type == ProblemType::Conflict
    }
}

/// The name of an entity that is not there, from its reference alone.
pub(crate) fn dangling(entity_ref: &str) -> EntityLink {
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

/// The entities whose relations are not yet in their JSON, with them.
fn related(items: &[Arc<Item>], by_ref: &HashMap<Arc<str>, u32>) -> Vec<(usize, Item)> {
    let mut all: Vec<Vec<(&str, &str)>> = vec![Vec::new(); items.len()];
    for (index, item) in items.iter().enumerate() {
        for edge in edges(&item.facts.edges) {
            if edge.out {
                all[index].push((edge.r#type, edge.other));
            } else if let Some(other) = by_ref.get(edge.other) {
                all[*other as usize].push((edge.r#type, &item.facts.entity_ref));
            }
        }
    }
    let mut changed = Vec::new();
    let mut text = String::new();
    for (index, (item, relations)) in items.iter().zip(&mut all).enumerate() {
        relations.sort_unstable();
        relations.dedup();
        text.clear();
        for (r#type, target) in relations.iter() {
            text.push_str(if text.is_empty() { "{\"type\":" } else { ",{\"type\":" });
            push_json_text(&mut text, r#type);
            text.push_str(",\"targetRef\":");
            push_json_text(&mut text, target);
            text.push('}');
        }
        changed.extend(item.related(&text).map(|item| (index, item)));
    }
    changed
}
