//! Compares what a source holds with what the catalog holds of it: which rows have to change.
//!
//! Nothing here reads or writes. The rules: the first location to give an entity keeps it; an
//! error keeps the last good version; what cannot be looked at stays as it is.

use crate::held::{HeldChange, HoldSettings, hold};
use arcstr::ArcStr;
use catalog_index::complaint::{Complaint, kept};
use catalog_index::content::orphaned;
use catalog_index::index::Index;
use catalog_index::item::Item;
use catalog_index::overlay::OverlayChange;
use catalog_index::rows::{EntityRow, ProblemRow, ProblemType};
use catalog_ingest::document::{Failed, Outcome, Processed, generated};
use catalog_ingest::reading::{Reading, UnitContent};
use catalog_ingest::source::Source;
use model::history::Change;
use model::time::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How the reference of a Location entity begins that stands for a place.
const GENERATED: &str = "location:default/generated-";

/// What has to change.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) upserts: Vec<EntityRow>,
    pub(crate) deletes: Vec<String>,
    /// All problems of the source from now on; nothing when they stay.
    pub(crate) problems: Option<Vec<ProblemRow>>,
    /// The hash of each file of the source; nothing when they stay.
    pub(crate) files: Option<HashMap<String, String>>,
    /// Edits of entities that are others from now on.
    pub(crate) overlays: Vec<OverlayChange>,
    /// What becomes of the source's held run, if anything.
    pub(crate) held: Option<HeldChange>,
    /// What to call the changes in the history, when that does not follow from the rows.
    pub(crate) change: Option<Change>,
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) removed: usize,
    /// References that another place holds.
    pub(crate) conflicts: usize,
}

/// What an administrator decided about what is gone from a source.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Keeping {
    /// It stays, marked as orphans.
    pub(crate) orphans: bool,
    /// When it is too much; none when that is not to be judged.
    pub(crate) hold: Option<HoldSettings>,
}

impl Plan {
    /// Removes these too, as far as the source gave them and does not give them now.
    pub(crate) fn remove(&mut self, index: &Index, source_key: &str, refs: Vec<String>) {
        let given: HashSet<&str> = self.upserts.iter().map(|row| row.entity_ref.as_str()).collect();
        let of_source = |found: &String| {
            index.get(found).is_some_and(|item| *item.facts.origin.source_key == *source_key)
        };
        let refs: HashSet<String> = refs
            .into_iter()
            .filter(|found| of_source(found) && !given.contains(&**found))
            .collect();
        self.removed += refs.len();
        self.deletes.extend(refs);
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.upserts.is_empty()
            && self.deletes.is_empty()
            && self.problems.is_none()
            && self.files.is_none()
            && self.held.is_none()
            && self.overlays.is_empty()
    }
}

/// Plans for one source; an error means that it cannot be read as a whole.
pub(crate) fn plan(
    index: &Index,
    source: &Source,
    reading: Result<Reading, String>,
    keeping: Keeping,
    now: Timestamp,
) -> Plan {
    let before: Vec<&ProblemRow> =
        index.problems.iter().filter(|row| row.source_key == source.key).collect();
    let mut work = Work {
        index,
        source,
        now,
        own: source.entity_ref(),
        still: HashSet::new(),
        seen: HashMap::new(),
        before: &before,
        problems: Vec::new(),
        files: None,
        volatile: HashSet::new(),
        plan: Plan::default(),
    };
    match reading {
        Err(reason) => work.unreadable_source(&reason),
        Ok(reading) => {
            work.reading(reading, keeping.orphans);
            let given = work.all_mine().len();
            if let Some(settings) = keeping.hold {
                hold(&mut work.plan, index, &source.key, given, settings, now);
            }
        }
    }
    let Work { mut plan, problems, files, volatile, .. } = work;
    plan.conflicts = problems.iter().filter(|row| row.is_conflict()).count();
    if !(problems.len() == before.len() && problems.iter().zip(&before).all(|(a, b)| a == *b)) {
        plan.problems = Some(problems);
    }
    plan.files = files.map(|mut files| {
        for (location, hash) in &mut files {
            if volatile.contains(location) {
                hash.clear();
            }
        }
        files
    });
    plan
}

/// Plans the removal of everything a source gave.
pub(crate) fn removal(index: &Index, source_key: &str) -> Plan {
    let deletes: Vec<String> =
        index.of_source(source_key).map(|item| item.facts.entity_ref.to_string()).collect();
    let removed = deletes.len();
    let held = index.held.iter().find(|row| row.source_key == source_key);
    Plan {
        deletes,
        removed,
        problems: Some(Vec::new()),
        files: Some(HashMap::new()),
        held: held.map(|row| HeldChange::Release(row.source_key.clone())),
        ..Plan::default()
    }
}

struct Work<'a> {
    index: &'a Index,
    source: &'a Source,
    now: Timestamp,
    /// The reference of the entity that stands for the source.
    own: String,
    /// Locations that are as they were: what they gave is still given.
    still: HashSet<String>,
    /// References that other locations give, with the location.
    seen: HashMap<ArcStr, ArcStr>,
    before: &'a [&'a ProblemRow],
    problems: Vec<ProblemRow>,
    files: Option<HashMap<String, String>>,
    /// Locations that have to be taken apart again next time, because others may give way.
    volatile: HashSet<String>,
    plan: Plan,
}

impl<'a> Work<'a> {
    fn unreadable_source(&mut self, reason: &str) {
        let complaint = Complaint::plain(&self.source.key, reason);
        self.problems = self
            .before
            .iter()
            .filter(|row| row.problem_type != ProblemType::Source)
            .map(|row| (*row).clone())
            .collect();
        self.problem(ProblemType::Source, None, &complaint);
        self.own_entity(vec![complaint]);
    }

    fn reading(&mut self, reading: Reading, orphan_keep: bool) {
        self.own_entity(Vec::new());
        let by_location = self.by_location(&reading);
        // First which of several documents may have a reference: the one that has it already goes
        // before those that come earlier.
        let mut holders: HashMap<ArcStr, ArcStr> = HashMap::new();
        for unit in &reading.units {
            let location: ArcStr = unit.location.as_str().into();
            match &unit.content {
                UnitContent::Unchanged => {}
                UnitContent::Unreadable(_) => {
                    for item in by_location.get(unit.location.as_str()).into_iter().flatten() {
                        holders.insert(item.facts.entity_ref.clone(), location.clone());
                    }
                }
                UnitContent::Documents(documents) => {
                    for document in documents {
                        let Some(entity_ref) = given(document) else { continue };
                        let holds = self.mine(entity_ref).is_some_and(|item| {
                            *item.facts.origin.location == *unit.location && !item.flags.orphan
                        });
                        if holds {
                            holders.insert(entity_ref.into(), location.clone());
                        }
                    }
                }
            }
        }
        let mut files = HashMap::new();
        for unit in reading.units {
            let (location, parent_ref) = (unit.location, unit.parent_ref);
            let place: ArcStr = location.as_str().into();
            let there = by_location.get(location.as_str()).map(Vec::as_slice).unwrap_or_default();
            files.insert(location.clone(), unit.hash);
            match unit.content {
                UnitContent::Unchanged => {
                    let kept = self.before.iter().filter(|row| row.location == location);
                    self.problems.extend(kept.map(|row| (*row).clone()));
                }
                UnitContent::Unreadable(complaint) => {
                    for item in there {
                        self.seen.insert(item.facts.entity_ref.clone(), place.clone());
                        self.complain(item, &location, vec![complaint.clone()]);
                    }
                    // A Location entity that names the file carries the complaint itself, unless
                    // it only stands for the place.
                    if there.is_empty() && parent_ref.starts_with(GENERATED) {
                        self.problem(ProblemType::File, None, &complaint);
                    }
                }
                UnitContent::Documents(documents) => {
                    let mut unsure = None;
                    for document in documents {
                        match document {
                            Outcome::Good(found) => {
                                match self.holder(&found.entity_ref, &holders) {
                                    Some(holder) if holder != place => {
                                        self.conflict(&found, &location, &holder);
                                    }
                                    _ => self.good(found, &location, &parent_ref),
                                }
                            }
                            Outcome::Bad(failed) => {
                                if failed.entity_ref.is_none() {
                                    unsure = failed.complaints.first().cloned().or(unsure);
                                }
                                self.bad(failed, &location, &holders);
                            }
                        }
                    }
                    if let Some(complaint) = unsure {
                        self.unsure(there, &location, &complaint);
                    }
                }
            }
        }
        self.files = Some(files);
        self.gone(&reading.blocked, orphan_keep);
    }

    /// What the source gave, without the entity that stands for it.
    fn all_mine(&self) -> Vec<&'a Arc<Item>> {
        let others = self.index.of_source(&self.source.key);
        others.filter(|item| *item.facts.entity_ref != *self.own).collect()
    }

    /// One of these.
    fn mine(&self, entity_ref: &str) -> Option<&'a Arc<Item>> {
        let found = self.index.get(entity_ref).filter(|_| *entity_ref != *self.own);
        found.filter(|item| *item.facts.origin.source_key == *self.source.key)
    }

    fn is_still_given(&self, item: &Item) -> bool {
        !item.flags.orphan && self.still.contains(&*item.facts.origin.location)
    }

    /// Which location may have a reference, where that is known beforehand.
    fn holder(&self, entity_ref: &str, holders: &HashMap<ArcStr, ArcStr>) -> Option<ArcStr> {
        let still = || self.mine(entity_ref).filter(|item| self.is_still_given(item));
        let location = || still().map(|item| item.facts.origin.location.clone());
        holders.get(entity_ref).cloned().or_else(location)
    }

    /// What the locations gave that are not as they were.
    fn by_location(&mut self, reading: &Reading) -> HashMap<&'a str, Vec<&'a Arc<Item>>> {
        let still =
            reading.units.iter().filter(|unit| matches!(unit.content, UnitContent::Unchanged));
        let parents: HashMap<&str, &str> =
            still.map(|unit| (unit.location.as_str(), unit.parent_ref.as_str())).collect();
        self.still = parents.keys().map(|location| (*location).to_owned()).collect();
        let mut found: HashMap<&str, Vec<&Arc<Item>>> = HashMap::new();
        // What nothing names any more is not what a file holds.
        for item in self.all_mine().into_iter().filter(|item| !item.flags.orphan) {
            let location = &*item.facts.origin.location;
            match parents.get(location) {
                Some(parent_ref) => self.same_but_parent(item, parent_ref),
                None => found.entry(location).or_default().push(item),
            }
        }
        found
    }

    /// The Location entity that stands for the source.
    fn own_entity(&mut self, complaints: Vec<Complaint>) {
        // An organisation has one for each of its repositories instead.
        if self.source.provider.is_some() {
            return;
        }
        // A place that never could be read is among the problems only.
        if !complaints.is_empty() && self.index.get(&self.source.entity_ref()).is_none() {
            return;
        }
        let found = Processed { complaints, ..generated(self.source) };
        let location = self.source.key.clone();
        self.good(found, &location, "");
    }

    fn good(&mut self, found: Processed, location: &str, parent_ref: &str) {
        if let Some(first) = self.seen.get(found.entity_ref.as_str()) {
            let first = first.clone();
            if *first != *location {
                return self.conflict(&found, location, &first);
            }
            // Of several documents of one file the last one counts.
            self.described_again(&found, location);
        }
        let known = self.index.get(&found.entity_ref);
        if let Some(item) = known
            && *item.facts.origin.source_key != self.source.key
            && !item.yields()
        {
            let holder = item.facts.origin.location.to_string();
            return self.conflict(&found, location, &holder);
        }
        if known.is_none()
            && found.barren
            && let Some(complaint) = found.complaints.first()
        {
            // Nobody sees an entity before its first good reading.
            self.volatile.insert(location.to_owned());
            return self.problem(ProblemType::Document, Some(found.entity_ref), complaint);
        }
        self.seen.insert(found.entity_ref.as_str().into(), location.into());
        let old_errors = known.map_or("", |item| item.facts.errors());
        let errors = kept(old_errors, found.complaints, self.now);
        let same = known.is_some_and(|item| {
            let facts = &item.facts;
            *facts.origin.source_key == self.source.key
                && *facts.origin.location == *location
                && *facts.origin.parent_ref == *parent_ref
                && *facts.errors() == *errors
                && !item.flags.orphan
                && item.is_made_of(&found.content, &found.relations)
        });
        if same {
            return;
        }
        match known {
            Some(_) => self.plan.changed += 1,
            None => self.plan.added += 1,
        }
        self.plan.upserts.push(EntityRow {
            uid: known.map_or_else(new_uid, |item| item.facts.uid.to_string()),
            entity_ref: found.entity_ref,
            source_key: self.source.key.clone(),
            location: location.to_owned(),
            parent_ref: parent_ref.to_owned(),
            content: found.content,
            relations: found.relations,
            errors,
            orphan: false,
            changed_at: self.now,
        });
    }

    /// Takes back what an earlier document of the same file gave, and says so.
    fn described_again(&mut self, found: &Processed, location: &str) {
        let earlier = self.plan.upserts.iter().position(|row| row.entity_ref == found.entity_ref);
        if let Some(earlier) = earlier {
            self.plan.upserts.remove(earlier);
            match self.index.get(&found.entity_ref) {
                Some(_) => self.plan.changed -= 1,
                None => self.plan.added -= 1,
            }
        }
        let message = format!(
            "{} is described several times in this file; the last one counts. Remove the others",
            found.entity_ref
        );
        let complaint = Complaint {
            line: Some(found.line),
            column: Some(1),
            ..Complaint::plain(location, message)
        };
        self.problem(ProblemType::Document, Some(found.entity_ref.clone()), &complaint);
    }

    fn same_but_parent(&mut self, item: &Item, parent_ref: &str) {
        if *item.facts.origin.parent_ref != *parent_ref {
            self.plan.changed += 1;
            self.plan.upserts.push(EntityRow { parent_ref: parent_ref.to_owned(), ..item.row() });
        }
    }

    /// Keeps the last good version, where this location gave it.
    fn bad(&mut self, failed: Failed, location: &str, holders: &HashMap<ArcStr, ArcStr>) {
        let known = failed.entity_ref.as_deref().and_then(|found| self.mine(found));
        let known = known.filter(|item| {
            let entity_ref = &*item.facts.entity_ref;
            failed.keeps
                && !item.flags.orphan
                && !self.seen.contains_key(entity_ref)
                && self.holder(entity_ref, holders).is_none_or(|holder| *holder == *location)
        });
        match known {
            Some(item) => {
                self.seen.insert(item.facts.entity_ref.clone(), location.into());
                self.complain(item, location, failed.complaints);
            }
            None => {
                for complaint in failed.complaints.iter().take(1) {
                    self.problem(ProblemType::Document, failed.entity_ref.clone(), complaint);
                }
            }
        }
    }

    /// A document does not even say which entity it is: it may be any that the file gave earlier.
    fn unsure(&mut self, there: &[&Arc<Item>], location: &str, complaint: &Complaint) {
        for item in there {
            let entity_ref = &*item.facts.entity_ref;
            if self.seen.contains_key(entity_ref) {
                continue;
            }
            self.seen.insert(entity_ref.into(), location.into());
            self.complain(item, location, vec![complaint.clone()]);
        }
    }

    /// Keeps an entity with complaints.
    fn complain(&mut self, item: &Item, location: &str, complaints: Vec<Complaint>) {
        let errors = kept(item.facts.errors(), complaints, self.now);
        if *item.facts.errors() == *errors && *item.facts.origin.location == *location {
            return;
        }
        self.plan.changed += 1;
        self.plan.upserts.push(EntityRow { errors, location: location.to_owned(), ..item.row() });
    }

    fn conflict(&mut self, found: &Processed, location: &str, holder: &str) {
        self.volatile.insert(location.to_owned());
        let message = format!(
            "{} is given by {} already, which keeps it; rename one of the two, or remove this one",
            found.entity_ref,
            catalog_index::complaint::for_people(holder)
        );
        let complaint = Complaint {
            line: Some(found.line),
            column: Some(1),
            ..Complaint::plain(location, message)
        };
        self.problem(ProblemType::Conflict, Some(found.entity_ref.clone()), &complaint);
    }

    fn problem(
        &mut self,
        problem_type: ProblemType,
        entity_ref: Option<String>,
        complaint: &Complaint,
    ) {
        let mut row = ProblemRow {
            source_key: self.source.key.clone(),
            location: complaint.location.clone(),
            problem_type,
            entity_ref,
            line: complaint.line,
            column: complaint.column,
            message: complaint.message.clone(),
            since: self.now,
        };
        let known = self.before.iter().find(|known| {
            known.location == row.location && known.message == row.message && known.line == row.line
        });
        row.since = known.map_or(self.now, |known| known.since);
        self.problems.push(row);
    }

    /// What nothing names any more.
    fn gone(&mut self, blocked: &[String], orphan_keep: bool) {
        for item in self.all_mine() {
            let facts = &item.facts;
            let entity_ref = &*facts.entity_ref;
            if self.is_still_given(item) || self.seen.contains_key(entity_ref) {
                continue;
            }
            if blocked.iter().any(|start| facts.origin.location.starts_with(start.as_str())) {
                continue;
            }
            if !orphan_keep {
                self.plan.removed += 1;
                self.plan.deletes.push(entity_ref.to_owned());
            } else if !item.flags.orphan {
                let row = item.row();
                self.plan.changed += 1;
                self.plan.upserts.push(EntityRow {
                    content: orphaned(&row.content),
                    orphan: true,
                    errors: String::new(),
                    changed_at: self.now,
                    ..row
                });
            }
        }
    }
}

/// The reference a document gives or would give.
fn given(document: &Outcome) -> Option<&str> {
    match document {
        Outcome::Good(found) => Some(&found.entity_ref),
        Outcome::Bad(failed) if failed.keeps => failed.entity_ref.as_deref(),
        Outcome::Bad(_) => None,
    }
}

/// A random id.
pub(crate) fn new_uid() -> String {
    uuid::Uuid::new_v4().to_string()
}
