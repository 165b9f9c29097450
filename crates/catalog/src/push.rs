//! Entities that programs give by themselves: each name is a source of its own.

use crate::Catalog;
use crate::apply::Keeping;
use crate::write::{Change, LocationChange, carry_out};
use access::{OpContext, Permission};
use catalog_index::memory::run_blocking;
use catalog_ingest::document::Outcome;
use catalog_ingest::given::outcome;
use catalog_ingest::reading::{Reading, Unit, UnitContent};
use catalog_ingest::rules::LocationType;
use catalog_ingest::source::Source;
use model::entity_ref::EntityRef;
use model::{Error, Result, format};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How the keys of such sources begin.
pub(crate) const PUSH: &str = "push:";

/// What a program gives.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum Mutation {
    /// Everything there is: what it gave before and is not among these goes.
    Full {
        /// Whole entities, as in a descriptor.
        entities: Vec<Value>,
    },
    /// What is different: everything else stays.
    Delta {
        /// Whole entities, new or changed.
        #[serde(default)]
        added: Vec<Value>,
        /// References of what goes.
        #[serde(default)]
        removed: Vec<String>,
    },
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PushReport {
    /// How many are new.
    pub added: usize,
    /// How many are different now.
    pub changed: usize,
    /// How many are gone.
    pub removed: usize,
    /// How many would go and wait for an administrator's decision.
    pub held: usize,
    /// What could not be taken; an earlier good version of it stays.
    pub errors: Vec<PushError>,
}

/// An entity that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PushError {
    /// Which entity it is, or would be, when it says so.
    pub entity_ref: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl Catalog {
    /// Takes what a program gives under a name of its own. What is wrong with one entity does not
    /// keep the others out.
    pub async fn provider_push(
        &self,
        op: &OpContext,
        name: &str,
        mutation: Mutation,
    ) -> Result<PushReport> {
        op.authorize(Permission::CatalogProviderUpdate)?;
        let source = source(name)?;
        let (given, removed, is_full) = match mutation {
            Mutation::Full { entities } => (entities, Vec::new(), true),
            Mutation::Delta { added, removed } => (added, references(&removed)?, false),
        };
        let state = self.state(op)?;
        let (of, rules, kinds) = (source.clone(), self.settings.rules.clone(), state.kinds());
        let reading = move || {
            let given = given.iter();
            given.map(|entity| outcome(entity, &of.key, &of, &rules, &kinds)).collect()
        };
        let outcomes: Vec<Outcome> = run_blocking(reading).await?;
        let mut errors: Vec<PushError> = outcomes.iter().filter_map(error).collect();
        let unit = Unit {
            location: source.key.clone(),
            parent_ref: source.entity_ref(),
            hash: String::new(),
            content: UnitContent::Documents(outcomes),
        };
        // What a delta does not name counts as not looked at.
        let blocked = if is_full { Vec::new() } else { vec![source.key.clone()] };
        let reading = Reading { units: vec![unit], blocked };
        let hold = is_full.then_some(self.settings.hold);
        let keeping = Keeping { orphans: false, hold };
        let change =
            Change::Reading { source: source.clone(), reading: Ok(reading), keeping, removed };
        let done = carry_out(op, &state, change, LocationChange::None).await?;
        state.note_read(&source.key, access::now());
        let index = state.index();
        let conflicts =
            index.problems.iter().filter(|row| row.source_key == source.key && row.is_conflict());
        errors.extend(conflicts.map(|row| PushError {
            entity_ref: row.entity_ref.clone(),
            message: row.message.clone(),
        }));
        let held = index.held.iter().find(|row| row.source_key == source.key && is_full);
        if done.removed > 0 {
            self.make_way(op).await?;
        }
        Ok(PushReport {
            added: done.added,
            changed: done.changed,
            removed: done.removed,
            held: held.map_or(0, |row| row.entity_refs.len()),
            errors,
        })
    }

    /// Removes everything that was given under a name.
    pub async fn provider_delete(&self, op: &OpContext, name: &str) -> Result<()> {
        op.authorize(Permission::CatalogProviderUpdate)?;
        let source = source(name)?;
        let state = self.state(op)?;
        if state.index().of_source(&source.key).next().is_none() {
            return Err(Error::not_found(format!("Nothing was given under the name {name}.")));
        }
        self.remove_source(op, &state, &source.key, LocationChange::None).await?;
        self.make_way(op).await
    }
}

fn source(name: &str) -> Result<Source> {
    match format::is_object_name(name) {
        true => Ok(Source::new(LocationType::Push, name)),
        false => Err(Error::invalid(format!(
            "The name \"{name}\" cannot be used: expected letters and digits separated by any of \
             [-_.], at most 63 characters"
        ))),
    }
}

fn references(removed: &[String]) -> Result<Vec<String>> {
    let parsed = removed.iter().map(|text| EntityRef::parse(text));
    let refs: std::result::Result<Vec<EntityRef>, _> = parsed.collect();
    let refs = refs.map_err(|error| Error::invalid(error.to_string()))?;
    Ok(refs.iter().map(ToString::to_string).collect())
}

fn error(outcome: &Outcome) -> Option<PushError> {
    let Outcome::Bad(failed) = outcome else { return None };
    let message = failed.complaints.first().map(|complaint| complaint.message.clone());
    let entity_ref = failed.entity_ref.clone();
    Some(PushError { entity_ref, message: message.unwrap_or_default() })
}
