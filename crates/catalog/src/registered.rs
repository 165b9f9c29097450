//! Looks among registered places, and moves them.

use crate::Catalog;
use crate::locations::view;
use crate::refresh::RefreshReport;
use crate::settings::OnConflict;
use crate::store::LocationRow;
use crate::write::{LocationChange, carry_out};
use access::{OpContext, Permission};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use catalog_index::query::predicate;
use catalog_ingest::source::Source;
use catalog_ingest::source::read::{Memory, RefreshMode};
use model::catalog::LocationView;
use model::entity_ref::EntityRef;
use model::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many places a page has when nobody says so.
const PAGE_LIMIT: usize = 1000;

/// Which registered places are asked for.
#[derive(Debug, Clone, Default)]
pub struct LocationsRequest {
    /// A predicate over `id`, `type` and `target`.
    pub query: Option<Value>,
    /// At most so many; 1,000 when nothing is said.
    pub limit: Option<usize>,
    /// What the page before said.
    pub cursor: Option<String>,
}

/// A page of registered places, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocationPage {
    /// The places.
    pub items: Vec<LocationView>,
    /// How many there are altogether.
    pub total_items: usize,
    /// For the page after this one.
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    #[serde(default)]
    query: Option<Value>,
    after: String,
}

impl Catalog {
    /// A registered place.
    pub fn location(&self, op: &OpContext, id: &str) -> Result<LocationView> {
        op.authorize(Permission::CatalogLocationRead)?;
        let registered = self.state(op)?.registered();
        registered.iter().find(|row| row.location_id == id).map(view).ok_or_else(|| unknown(id))
    }

    /// The registered places that fulfil a predicate.
    pub fn locations_page(
        &self,
        op: &OpContext,
        request: &LocationsRequest,
    ) -> Result<LocationPage> {
        op.authorize(Permission::CatalogLocationRead)?;
        let limit = request.limit.unwrap_or(PAGE_LIMIT);
        if limit == 0 {
            return Err(Error::invalid("Limit must be a positive integer >= 1"));
        }
        let cursor = request.cursor.as_deref().map(read_cursor).transpose()?;
        let (query, after) = match cursor {
            Some(cursor) => (cursor.query, cursor.after),
            None => (request.query.clone(), String::new()),
        };
        let condition = query.as_ref().map(predicate::parse).transpose()?;
        let fits = |row: &&LocationRow| {
            let value = |path: &str| match path {
                "id" => Some(row.location_id.to_lowercase()),
                "type" => Some(row.location_type.to_lowercase()),
                "target" => Some(row.target.to_lowercase()),
                _ => None,
            };
            condition.as_ref().is_none_or(|condition| condition.holds(&value))
        };
        let registered = self.state(op)?.registered();
        let mut found: Vec<&LocationRow> = registered.iter().filter(fits).collect();
        found.sort_by(|left, right| left.location_id.cmp(&right.location_id));
        let total_items = found.len();
        found.retain(|row| row.location_id > after);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|last| Cursor { query, after: last.location_id.clone() });
        Ok(LocationPage {
            items: found.into_iter().map(view).collect(),
            total_items,
            // Texts cannot fail to become JSON.
            next_cursor: next
                .map(|next| STANDARD.encode(serde_json::to_vec(&next).unwrap_or_default())),
        })
    }

    /// The registered place an entity came from.
    pub fn location_of_entity(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
    ) -> Result<LocationView> {
        op.authorize(Permission::CatalogLocationRead)?;
        let state = self.state(op)?;
        let index = state.index();
        let reference = entity_ref.to_string();
        let item = index.get(&reference);
        let item =
            item.ok_or_else(|| Error::not_found(format!("found no entity for ref {reference}")))?;
        let origin = &*item.facts.origin.source_key;
        let registered = state.registered();
        let found = registered
            .iter()
            .find(|row| crate::locations::source(row).is_some_and(|source| source.key == origin));
        found.map(view).ok_or_else(|| {
            let (r#type, target) = origin.split_once(':').unwrap_or((origin, ""));
            Error::not_found(format!("Found no location with type {type} and target {target}"))
        })
    }

    /// Registers a place and reads it at once. One that is registered already is an error or is
    /// read again, as is asked for or else configured.
    pub async fn location_create(
        &self,
        op: &OpContext,
        r#type: &str,
        target: &str,
        on_conflict: Option<OnConflict>,
    ) -> Result<LocationView> {
        op.authorize(Permission::CatalogLocationCreate)?;
        self.refuse_readonly()?;
        if on_conflict.unwrap_or(self.settings.on_conflict) == OnConflict::Refresh {
            let source = self.acceptable(op, r#type, target)?;
            let state = self.state(op)?;
            let registered = state.registered();
            let known = registered.iter().find(|row| {
                crate::locations::source(row).is_some_and(|found| found.key == source.key)
            });
            if let Some(row) = known {
                let mut report = RefreshReport::default();
                self.refresh_source(op, &state, &source, RefreshMode::Full, &mut report).await?;
                return Ok(view(row));
            }
        }
        let done = self.location_register(op, r#type, target).await?;
        self.location(op, &done.location_id)
    }

    /// Changes where a registered place is. What it gave before goes, what it gives now comes; a
    /// place that gives nothing is not taken.
    pub async fn location_update(
        &self,
        op: &OpContext,
        id: &str,
        r#type: &str,
        target: &str,
    ) -> Result<LocationView> {
        op.authorize(Permission::CatalogLocationUpdate)?;
        self.refuse_readonly()?;
        let state = self.state(op)?;
        let registered = state.registered();
        let old = registered.iter().find(|row| row.location_id == id);
        let old = old.cloned().ok_or_else(|| unknown(id))?;
        let source = self.acceptable(op, r#type, target)?;
        let before = crate::locations::source(&old).ok_or_else(|| unknown(id))?;
        if source.key == before.key {
            return Ok(view(&old));
        }
        let row = LocationRow {
            location_type: r#type.to_owned(),
            target: source.target.clone(),
            ..old.clone()
        };
        if self.is_named(&state, &source.key) {
            return Err(crate::locations::there_already(&row));
        }
        let reading = {
            let mut memory = Memory::default();
            match self.read_new(op, &state, &source, &mut memory).await {
                Ok(reading) => reading,
                Err(error) => {
                    self.forget_new(op, &state, &source).await;
                    return Err(error);
                }
            }
        };
        self.drop_source(op, &state, &before).await?;
        let change = self.change(&source, Ok(reading));
        carry_out(op, &state, change, LocationChange::Move(row.clone())).await?;
        state.note_read(&source.key, access::now());
        Ok(view(&row))
    }

    /// Takes an entity out of the catalog. One that its place still gives comes back at once, under
    /// another uid. A uid that nothing has is no error.
    pub async fn entity_delete(&self, op: &OpContext, uid: &str) -> Result<()> {
        op.authorize(Permission::CatalogEntityDelete)?;
        let state = self.state(op)?;
        let found = state.index().with_uid(uid).cloned();
        let Some(item) = found else { return Ok(()) };
        let sources = self.sources(&state);
        let source = sources.iter().find(|source| *source.key == *item.facts.origin.source_key);
        let memory = state.memory(&item.facts.origin.source_key);
        {
            let _nobody_reads = memory.lock().await;
            self.remove_entity(op, &state, &item).await?;
        }
        if let Some(source) = source {
            memory.lock().await.again = true;
            let mut report = RefreshReport::default();
            self.refresh_source(op, &state, source, RefreshMode::AllChanges, &mut report).await?;
        }
        Ok(())
    }

    async fn drop_source(
        &self,
        op: &OpContext,
        state: &std::sync::Arc<crate::state::State>,
        source: &Source,
    ) -> Result<()> {
        let memory = state.memory(&source.key);
        let _nobody_reads = memory.lock().await;
        self.remove_source(op, state, &source.key, LocationChange::None).await?;
        Ok(())
    }
}

fn unknown(id: &str) -> Error {
    Error::not_found(format!("Found no location with ID {id}"))
}

fn read_cursor(text: &str) -> Result<Cursor> {
    if text.is_empty() {
        return Err(Error::invalid("Cursor cannot be empty"));
    }
    let bytes = STANDARD.decode(text.trim()).ok();
    let cursor = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    cursor.ok_or_else(|| Error::invalid("Malformed cursor: it is not one of this portal's"))
}
