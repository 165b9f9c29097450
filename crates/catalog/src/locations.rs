//! Places that are registered at run time, and reading a single entity's place again.

use crate::Catalog;
use crate::apply;
use crate::state::State;
use crate::store::{self, LocationRow};
use crate::write::{LocationChange, carry_out};
use access::{OpContext, Permission};
use catalog_ingest::document::{Outcome, generated};
use catalog_ingest::reading::{Reading, UnitContent};
use catalog_ingest::rules::LocationType;
use catalog_ingest::source::Source;
use catalog_ingest::source::git::{self, GitTarget};
use catalog_ingest::source::read::{Memory, RefreshMode};
use clients::git::Remote;
use model::catalog::LocationView;
use model::entity::Entity;
use model::entity_ref::EntityRef;
use model::source::RefreshOutcome;
use model::{Error, Result};
use serde_json::json;
use std::sync::Arc;

/// A place that was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its id.
    pub location_id: String,
    /// The Location entity that stands for it.
    pub location_ref: String,
    /// The entities it gave, in the order of its descriptors.
    pub entity_refs: Vec<String>,
}

/// What a place would give.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// Whether it is configured or registered already.
    pub exists: bool,
    /// The place; its id is its type and target.
    pub location: LocationView,
    /// The Location entity that would stand for it, then what it gives.
    pub entities: Vec<Entity>,
}

impl Catalog {
    /// The registered places; configured ones are not among them.
    pub fn locations(&self, op: &OpContext) -> Result<Vec<LocationView>> {
        op.authorize(Permission::CatalogLocationRead)?;
        activity::note_read(op, "location-fetch", "", "");
        Ok(self.state(op)?.registered().iter().map(view).collect())
    }

    /// The registered place that is the same as this one, however it is written.
    pub fn location_find(
        &self,
        op: &OpContext,
        r#type: &str,
        target: &str,
    ) -> Result<Option<LocationView>> {
        op.authorize(Permission::CatalogLocationRead)?;
        let source = self.acceptable(op, r#type, target)?;
        let state = self.state(op)?;
        let registered = state.registered();
        let mut same = registered
            .iter()
            .filter(|row| row.location_type == source.r#type.name() && row.target == source.target);
        Ok(same.next().map(view))
    }

    /// Registers a place and reads it at once. A place that gives nothing is not registered.
    pub async fn location_register(
        &self,
        op: &OpContext,
        r#type: &str,
        target: &str,
    ) -> Result<Registered> {
        op.authorize(Permission::CatalogLocationCreate)?;
        self.refuse_readonly()?;
        let source = self.acceptable(op, r#type, target)?;
        let state = self.state(op)?;
        let row = LocationRow {
            location_id: apply::new_uid(),
            location_type: r#type.to_owned(),
            target: source.target.clone(),
            created_by: op.principal.name(),
            task_id: None,
        };
        let memory = state.memory(&source.key);
        let mut memory = memory.lock().await;
        if self.is_named(&state, &source.key) {
            return Err(there_already(&row));
        }
        let outcome = self.read_new(op, &state, &source, &mut memory).await;
        let reading = match outcome {
            Ok(reading) => reading,
            Err(error) => {
                self.forget_new(op, &state, &source).await;
                return Err(error);
            }
        };
        let refs: Vec<String> =
            good(&reading).map(|(entity_ref, _)| entity_ref.to_owned()).collect();
        if let Err(error) = self.refuse_taken(&state, &source, &refs) {
            self.forget_new(op, &state, &source).await;
            return Err(error);
        }
        let location_id = row.location_id.clone();
        let change = self.change(&source, Ok(reading));
        carry_out(op, &state, change, LocationChange::Register(row)).await?;
        state.note_read(&source.key, access::now());
        let index = state.index();
        let given = |entity_ref: &String| {
            index.get(entity_ref).is_some_and(|item| *item.facts.origin.source_key == *source.key)
        };
        Ok(Registered {
            location_id,
            location_ref: source.entity_ref(),
            entity_refs: refs.into_iter().filter(given).collect(),
        })
    }

    /// What a place would give, without registering it.
    pub async fn location_check(
        &self,
        op: &OpContext,
        r#type: &str,
        target: &str,
    ) -> Result<Checked> {
        op.authorize(Permission::CatalogLocationCreate)?;
        let source = self.acceptable(op, r#type, target)?;
        let state = self.state(op)?;
        let memory = state.memory(&source.key);
        let mut memory = memory.lock().await;
        let exists = self.is_named(&state, &source.key);
        // What is remembered of a known place is left alone.
        let mut fresh = Memory::default();
        let used = if exists { &mut fresh } else { &mut *memory };
        let outcome = self.read_whole(op, &state, &source, used).await;
        if !exists {
            self.forget_new(op, &state, &source).await;
        }
        let reading = outcome?;
        let own = generated(&source);
        let contents = std::iter::once(own.content.as_str());
        let contents = contents.chain(good(&reading).map(|(_, content)| content));
        let entities = contents.map(|content| {
            serde_json::from_str(content).map_err(|error| {
                tracing::error!("content just written cannot be read: {error}");
                Error::internal("")
            })
        });
        let location = LocationView {
            id: source.key.clone(),
            r#type: source.r#type.name().to_owned(),
            target: source.target.clone(),
            entity_ref: source.entity_ref(),
        };
        Ok(Checked { exists, location, entities: entities.collect::<Result<_>>()? })
    }

    /// Removes a registered place with everything it gave.
    pub async fn location_delete(&self, op: &OpContext, id: &str) -> Result<()> {
        op.authorize(Permission::CatalogLocationDelete)?;
        self.refuse_readonly()?;
        let state = self.state(op)?;
        let registered = state.registered();
        let row = registered.iter().find(|row| row.location_id == id);
        let row = row.ok_or_else(|| Error::not_found(format!("Found no location with ID {id}")))?;
        let Some(r#type) = LocationType::parse(&row.location_type) else {
            return Err(Error::not_found(format!("Found no location with ID {id}")));
        };
        let source = Source::new(r#type, &row.target);
        let memory = state.memory(&source.key);
        let _nobody_reads = memory.lock().await;
        self.remove_source(op, &state, &source.key, LocationChange::Unregister(row.clone()))
            .await?;
        Ok(())
    }

    /// Notes the run of a template that registered a place.
    pub async fn location_note_task(
        &self,
        op: &OpContext,
        location_id: &str,
        task_id: &str,
    ) -> Result<()> {
        op.authorize(Permission::CatalogLocationCreate)?;
        store::location_note_task(op.db(), location_id, task_id).await?;
        self.state(op)?.note_task(location_id, task_id);
        Ok(())
    }

    /// Refreshes the place of an entity, whatever is known of it; what came of it. What is wrong is
    /// the entity's own trouble first, then that of its place.
    pub async fn entity_refresh(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
    ) -> Result<RefreshOutcome> {
        op.authorize(Permission::CatalogEntityRefresh)?;
        let state = self.state(op)?;
        let item = state.index().get(&entity_ref.to_string()).cloned();
        let item =
            item.ok_or_else(|| Error::not_found(format!("Entity {entity_ref} not found")))?;
        let sources = self.sources(&state);
        let source = sources.iter().find(|source| *source.key == *item.facts.origin.source_key);
        let source = source.ok_or_else(|| {
            Error::not_found(format!("The source of {entity_ref} is not configured any more."))
        })?;
        let mut tx = op.db().begin().await?;
        let detail = json!({"action": "refresh"});
        activity::record(op, &mut tx, "entity-mutate", &entity_ref.to_string(), &detail).await?;
        tx.commit().await?;
        if source.provider.is_some() {
            return self.repository_refresh(op, &state, source, &item.facts.origin.location).await;
        }
        let outcome = self.refresh_asked(op, &state, source).await?;
        let index = state.index();
        let own = index.get(&entity_ref.to_string()).and_then(|item| {
            let first = item.complaints().into_iter().next();
            first.map(|complaint| complaint.problem(&item.facts.entity_ref))
        });
        Ok(RefreshOutcome { error: own.or(outcome.error), ..outcome })
    }

    pub(crate) fn refuse_readonly(&self) -> Result<()> {
        match self.settings.readonly {
            true => Err(Error::forbidden("This operation not allowed in readonly mode")),
            false => Ok(()),
        }
    }

    /// The place, when one like it may be registered.
    pub(crate) fn acceptable(&self, op: &OpContext, r#type: &str, target: &str) -> Result<Source> {
        let target = target.trim();
        if clients::redact::redact(target) != target {
            return Err(Error::invalid(
                "The target holds a user name, password or token, which would be shown to others. \
                 Leave it out; access is configured under `integrations`.",
            ));
        }
        match LocationType::parse(r#type) {
            Some(LocationType::Url) => {
                let url = url::Url::parse(target).map_err(|error| {
                    Error::invalid(format!(
                        "The target \"{target}\" is no address ({error}): expected https://…"
                    ))
                })?;
                if !matches!(url.scheme(), "http" | "https") {
                    return Err(Error::invalid(format!(
                        "The target \"{target}\" cannot be read: expected an address that begins \
                         with https://"
                    )));
                }
                Ok(Source::new(LocationType::Url, target))
            }
            Some(LocationType::Git) => {
                let parsed = GitTarget::parse(target);
                let own = parsed.own_path(&op.tenant.folder);
                if let Some(path) = own.or_else(|| parsed.local_path()) {
                    let own = self.refuse_elsewhere(op, &parsed, &path)?;
                    let address = own.map(|own| own.address(&own.path));
                    let address = address.as_deref().map(|it| it.trim_end_matches('/'));
                    return Ok(Source::new(LocationType::Git, address.unwrap_or(target)));
                }
                Remote::parse(&parsed.remote, false)
                    .map_err(|error| Error::invalid(error.to_string()))?;
                Ok(Source::new(LocationType::Git, target))
            }
            _ => Err(Error::invalid(
                "Registered locations must be of an allowed type [\"url\",\"git\"]",
            )),
        }
    }

    /// A repository on this machine has to lie among those that templates made for the tenant, or
    /// where an administrator has them made. One of the tenant's is known by an address that names
    /// no folder of this machine.
    fn refuse_elsewhere(
        &self,
        op: &OpContext,
        target: &GitTarget,
        path: &std::path::Path,
    ) -> Result<Option<GitTarget>> {
        let refuse = || {
            Err(Error::invalid(format!(
                "The repository {} may not be registered: it is not there, or lies in none of the \
                 folders where repositories are published.",
                target.remote
            )))
        };
        let Ok(real) = path.canonicalize() else { return refuse() };
        if let Some(own) = target.as_own(&real, &op.tenant.folder) {
            return Ok(Some(own));
        }
        // What other tenants keep lies beside what this one does.
        let tenants = op.tenant.folder.parent().and_then(|folder| folder.canonicalize().ok());
        if tenants.is_some_and(|tenants| real.starts_with(tenants)) {
            return refuse();
        }
        let mut allowed = self.settings.allowed_folders.iter();
        match allowed.any(|folder| folder.canonicalize().is_ok_and(|top| real.starts_with(top))) {
            true => Ok(None),
            false => refuse(),
        }
    }

    /// Reads a place that has to give something.
    pub(crate) async fn read_new(
        &self,
        op: &OpContext,
        state: &State,
        source: &Source,
        memory: &mut Memory,
    ) -> Result<Reading> {
        let outcome = self.read_source(op, state, source, memory, RefreshMode::Full).await;
        self.good_reading(source, outcome)
    }

    /// The same, as if nothing were known of the place.
    async fn read_whole(
        &self,
        op: &OpContext,
        state: &State,
        source: &Source,
        memory: &mut Memory,
    ) -> Result<Reading> {
        let outcome = self.read_anew(op, state, source, memory).await;
        self.good_reading(source, outcome)
    }

    fn good_reading(
        &self,
        source: &Source,
        outcome: std::result::Result<Option<Reading>, String>,
    ) -> Result<Reading> {
        let reading = outcome.map_err(Error::invalid)?.unwrap_or_default();
        let known = reading.units.iter().any(|unit| matches!(unit.content, UnitContent::Unchanged));
        if known || good(&reading).next().is_some() {
            return Ok(reading);
        }
        let complaints: Vec<String> = reading.units.iter().flat_map(complaints).collect();
        Err(Error::invalid(match complaints.is_empty() {
            true => format!("{} holds no descriptor (catalog-info.yaml)", source.target),
            false => complaints.join(", "),
        }))
    }

    /// Refuses a place whose entities are all given by others already.
    fn refuse_taken(&self, state: &State, source: &Source, refs: &[String]) -> Result<()> {
        let index = state.index();
        let holder = |entity_ref: &String| {
            let item: &Arc<_> = index.get(entity_ref)?;
            let other = *item.facts.origin.source_key != *source.key && !item.yields();
            other.then(|| catalog_index::complaint::for_people(&item.facts.origin.location))
        };
        let holders: Vec<Option<String>> = refs.iter().map(holder).collect();
        match (holders.iter().all(Option::is_some), holders.first()) {
            (true, Some(Some(first))) => Err(Error::conflict(format!(
                "{} is in the catalog already, from {first}. Rename it, or remove the other one.",
                refs.join(", ")
            ))),
            _ => Ok(()),
        }
    }

    /// Leaves nothing behind of a place that was not registered.
    pub(crate) async fn forget_new(&self, op: &OpContext, state: &State, source: &Source) {
        state.forget(&source.key);
        let home = git::home(&op.tenant.folder, &source.key);
        if tokio::fs::metadata(&home).await.is_ok()
            && let Err(error) = tokio::fs::remove_dir_all(&home).await
        {
            tracing::warn!(file.path = %home.display(), "not removed: {error}");
        }
    }
}

/// The error of a place that is there already.
pub(crate) fn there_already(row: &LocationRow) -> Error {
    Error::conflict(format!("Location {}:{} already exists", row.location_type, row.target))
}

/// The place of a row.
pub(crate) fn source(row: &LocationRow) -> Option<Source> {
    Some(Source::new(LocationType::parse(&row.location_type)?, &row.target))
}

/// A registered place, for people and programs.
pub(crate) fn view(row: &LocationRow) -> LocationView {
    let r#type = LocationType::parse(&row.location_type).unwrap_or(LocationType::Url);
    LocationView {
        id: row.location_id.clone(),
        r#type: row.location_type.clone(),
        target: row.target.clone(),
        entity_ref: Source::new(r#type, &row.target).entity_ref(),
    }
}

/// References and contents of what a reading gives.
fn good(reading: &Reading) -> impl Iterator<Item = (&str, &str)> {
    reading.units.iter().flat_map(|unit| {
        let documents = match &unit.content {
            UnitContent::Documents(documents) => documents.as_slice(),
            _ => &[],
        };
        documents.iter().filter_map(|document| match document {
            Outcome::Good(found) => Some((found.entity_ref.as_str(), found.content.as_str())),
            Outcome::Bad(_) => None,
        })
    })
}

/// What is wrong with a file, `file:line:column: message` each.
fn complaints(unit: &catalog_ingest::reading::Unit) -> Vec<String> {
    let all = match &unit.content {
        UnitContent::Unchanged => Vec::new(),
        UnitContent::Unreadable(complaint) => vec![complaint],
        UnitContent::Documents(documents) => documents
            .iter()
            .flat_map(|document| match document {
                Outcome::Good(found) => found.complaints.iter().take(1),
                Outcome::Bad(failed) => failed.complaints.iter().take(1),
            })
            .collect(),
    };
    all.iter()
        .map(|complaint| {
            let place = catalog_index::complaint::for_people(&complaint.location);
            match (complaint.line, complaint.column) {
                (Some(line), Some(column)) => {
                    format!("{place}:{line}:{column}: {}", complaint.report)
                }
                _ => format!("{place}: {}", complaint.report),
            }
        })
        .collect()
}
