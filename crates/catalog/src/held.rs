//! Runs that would remove too much: nothing goes until an administrator has decided.

use crate::Catalog;
use crate::apply::Plan;
use crate::refresh::RefreshReport;
use crate::write::{Change, LocationChange, carry_out};
use access::{OpContext, Permission};
use catalog_index::complaint::for_people;
use catalog_index::index::Index;
use catalog_index::rows::EntityRow;
use catalog_index::rows::HeldRow;
use catalog_index::rows::KEPT;
use model::history::HeldRun;
use model::time::Timestamp;
use model::{Error, Result};

/// How many entities of a held run are listed.
const LISTED: usize = 200;

/// Which runs are held for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldSettings {
    /// A run may remove this share of what its source gave, in per cent.
    pub above_percent: u32,
    /// So many entities may go whatever their share.
    pub free: usize,
}

/// What becomes of the held run of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HeldChange {
    /// It is held, perhaps in place of an earlier one.
    Hold(HeldRow),
    /// It is held no longer.
    Release(String),
}

impl Default for HoldSettings {
    fn default() -> Self {
        HoldSettings { above_percent: 30, free: 5 }
    }
}

impl HoldSettings {
    fn holds(self, removed: usize, given: usize) -> bool {
        removed > self.free && removed * 100 > self.above_percent as usize * given
    }
}

impl HeldChange {
    /// The source.
    pub(crate) fn source_key(&self) -> &str {
        match self {
            HeldChange::Hold(row) => &row.source_key,
            HeldChange::Release(source_key) => source_key,
        }
    }
}

/// Takes the deletions out of a plan that would remove too much, and holds them; what the source
/// adds and changes is carried out all the same.
pub(crate) fn hold(
    plan: &mut Plan,
    index: &Index,
    source_key: &str,
    given: usize,
    settings: HoldSettings,
    now: Timestamp,
) {
    let known = index.held.iter().find(|row| row.source_key == source_key);
    if !settings.holds(plan.deletes.len(), given) {
        plan.held = known.map(|_| HeldChange::Release(source_key.to_owned()));
        return;
    }
    plan.removed = 0;
    let mut entity_refs = std::mem::take(&mut plan.deletes);
    entity_refs.sort();
    let row = HeldRow {
        source_key: source_key.to_owned(),
        held_at: known.map_or(now, |known| known.held_at),
        given: given as u32,
        entity_refs,
    };
    if known != Some(&row) {
        plan.held = Some(HeldChange::Hold(row));
    }
}

impl Catalog {
    /// Runs that wait for a decision, the oldest first.
    pub fn held_runs(&self, op: &OpContext) -> Result<Vec<HeldRun>> {
        op.authorize(Permission::CatalogRemovalDecide)?;
        let index = self.state(op)?.index();
        let run = |row: &HeldRow| HeldRun {
            source_key: row.source_key.clone(),
            source: for_people(&row.source_key),
            at: row.held_at,
            given: row.given,
            total: row.entity_refs.len() as u32,
            entities: row.entity_refs.iter().take(LISTED).map(|found| index.link(found)).collect(),
        };
        Ok(index.held.iter().map(run).collect())
    }

    /// Removes what a held run would have removed.
    pub async fn held_accept(&self, op: &OpContext, source_key: &str) -> Result<()> {
        op.authorize(Permission::CatalogRemovalDecide)?;
        self.decide(op, source_key, "accept", |index, row| {
            let deletes: Vec<String> = still_given(index, row).map(|row| row.entity_ref).collect();
            Plan { removed: deletes.len(), deletes, ..Plan::default() }
        })
        .await?;
        self.make_way(op).await
    }

    /// Keeps what a held run would have removed: by hand, until a source gives it again.
    pub async fn held_reject(&self, op: &OpContext, source_key: &str) -> Result<()> {
        op.authorize(Permission::CatalogRemovalDecide)?;
        self.decide(op, source_key, "reject", |index, row| {
            let kept = still_given(index, row).map(|row| EntityRow {
                source_key: KEPT.to_owned(),
                parent_ref: String::new(),
                changed_at: access::now(),
                ..row
            });
            let upserts: Vec<EntityRow> = kept.collect();
            let change = Some(model::history::Change::Kept);
            Plan { changed: upserts.len(), upserts, change, ..Plan::default() }
        })
        .await
    }

    /// Lets sources give what was held by something that is gone now.
    pub(crate) async fn make_way(&self, op: &OpContext) -> Result<()> {
        let state = self.state(op)?;
        let sources = self.sources(&state);
        self.give_way(op, &state, &sources, &mut RefreshReport::default()).await
    }

    async fn decide(
        &self,
        op: &OpContext,
        source_key: &str,
        action: &'static str,
        plan: fn(&Index, &HeldRow) -> Plan,
    ) -> Result<()> {
        let key = source_key.to_owned();
        let plan = move |index: &Index| {
            let row = index.held.iter().find(|row| row.source_key == key).ok_or_else(|| {
                Error::not_found(format!("No run of {} waits for a decision.", for_people(&key)))
            })?;
            Ok(Plan { held: Some(HeldChange::Release(key.clone())), ..plan(index, row) })
        };
        let subject = source_key.to_owned();
        let change = Change::Asked { subject, action, plan: Box::new(plan) };
        carry_out(op, &self.state(op)?, change, LocationChange::None).await?;
        Ok(())
    }
}

/// Of what a held run would have removed, what its source has not given again meanwhile.
fn still_given<'a>(index: &'a Index, row: &'a HeldRow) -> impl Iterator<Item = EntityRow> + 'a {
    let items = row.entity_refs.iter().filter_map(|found| index.get(found));
    items.filter(|item| *item.facts.origin.source_key == *row.source_key).map(|item| item.row())
}
