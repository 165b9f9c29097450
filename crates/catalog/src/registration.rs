//! What registering an address, or adding a descriptor's text, would do. Nothing is written.

use crate::Catalog;
use crate::analysis::seen_in;
use crate::history::fields;
use crate::state::State;
use access::{OpContext, Permission};
use catalog_index::complaint::for_people;
use catalog_index::edges::edges;
use catalog_index::index::Index;
use catalog_ingest::address::host_of;
use catalog_ingest::analysis_draft::{OWNER_FILES, Seen};
use catalog_ingest::descriptor::{self, Document, Options};
use catalog_ingest::document::{Outcome, Processed};
use catalog_ingest::reading::{Reading, UnitContent};
use catalog_ingest::rules::LocationType;
use catalog_ingest::source::Source;
use catalog_ingest::source::git::{self, GitTarget};
use catalog_ingest::source::read::{Memory, RefreshMode};
use model::catalog::{EntityLink, Problem, RelationView};
use model::entity::Entity;
use model::registration::{
    DescriptorDraft, PreviewEntity, PreviewState, Registration, RegistrationAsked,
};
use model::relation::label;
use model::time::Timestamp;
use model::validation::Strictness;
use model::{Error, Result};
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// So many entities and problems are shown.
const MAX_SHOWN: usize = 200;

impl Catalog {
    /// What registering an address would do: that of a descriptor, or of a repository.
    pub async fn registration_of_address(
        &self,
        op: &OpContext,
        address: &str,
    ) -> Result<Registration> {
        op.authorize(Permission::CatalogLocationCreate)?;
        activity::note_read(op, "location-analyze", "", clients::redact::redact(address));
        let address = address.trim();
        let shown = Registration {
            asked: RegistrationAsked::Address(clients::redact::redact(address)),
            ..Registration::default()
        };
        let r#type = type_of(address);
        // What may not be registered is not looked at either.
        self.acceptable(op, r#type, address)?;
        let Some(url) = Url::parse(address).ok().filter(|_| r#type == "url" && !is_file(address))
        else {
            let source = self.acceptable(op, r#type, address)?;
            return self.previewed(op, &source, shown).await;
        };
        if self.connected_to(&url).is_none() {
            // A host nobody configured is asked as git asks it.
            let source = self.acceptable(op, "git", address)?;
            return self.previewed(op, &source, shown).await;
        }
        let found = self.location_analyze(op, address, None).await?;
        let mut files: Vec<String> = found
            .existing
            .iter()
            .filter_map(|it| it.location.strip_prefix("url:").map(str::to_owned))
            .collect();
        files.dedup();
        match files.as_slice() {
            [] => {
                let draft =
                    found.drafts.first().map(|draft| written(draft, found.owner.as_deref()));
                let refusal = Some(no_descriptor(address));
                Ok(Registration { draft, refusal, ..shown })
            }
            [file] => {
                let source = self.acceptable(op, "url", file)?;
                self.previewed(op, &source, shown).await
            }
            _ => Ok(Registration { choices: files, ..shown }),
        }
    }

    /// What is in a descriptor's text, as it would be read from a file.
    pub fn registration_of_text(&self, op: &OpContext, text: &str) -> Result<Registration> {
        op.authorize(Permission::CatalogEntityValidate)?;
        let state = self.state(op)?;
        let (index, kinds) = (state.index(), state.kinds());
        let options = Options {
            strictness: Strictness::Liberal,
            all_errors: true,
            kinds: kinds.kinds(),
            ..Options::default()
        };
        let documents = descriptor::read(text, &options);
        let within: HashSet<&str> =
            documents.iter().filter_map(|document| document.entity_ref.as_deref()).collect();
        let mut shown = Registration {
            asked: RegistrationAsked::Text(text.to_owned()),
            ..Registration::default()
        };
        for document in documents.iter().take(MAX_SHOWN) {
            match &document.entity {
                Some(entity) => {
                    shown.entities.push(of_document(document, entity, &within, &index));
                }
                None => shown.problems.extend(document.errors.iter().map(|error| Problem {
                    entity_ref: document.entity_ref.clone(),
                    location: "text".to_owned(),
                    line: Some(error.line),
                    column: Some(error.column),
                    message: error.message.clone(),
                    since: Timestamp(0),
                })),
            }
        }
        if documents.is_empty() {
            shown.refusal = Some("The text holds no document: expected a descriptor.".to_owned());
        }
        Ok(shown)
    }

    /// Reads a place as registering it would, and forgets it.
    async fn previewed(
        &self,
        op: &OpContext,
        source: &Source,
        shown: Registration,
    ) -> Result<Registration> {
        let state = self.state(op)?;
        let memory = state.memory(&source.key);
        let _nobody_reads = memory.lock().await;
        let exists = self.is_named(&state, &source.key);
        let outcome =
            self.read_source(op, &state, source, &mut Memory::default(), RefreshMode::Full).await;
        let location = Some((source.r#type.name().to_owned(), source.target.clone()));
        let mut shown = Registration { location, exists, ..shown };
        match outcome {
            Ok(reading) => self.judge(&state, source, reading.unwrap_or_default(), &mut shown),
            Err(reason) => {
                shown.problems.push(Problem {
                    entity_ref: None,
                    location: source.target.clone(),
                    line: None,
                    column: None,
                    message: reason.clone(),
                    since: Timestamp(0),
                });
                shown.refusal = Some(reason);
            }
        }
        if shown.entities.is_empty()
            && shown.problems.is_empty()
            && source.r#type == LocationType::Git
        {
            let home = git::home(&op.tenant.folder, &source.key);
            if let Some(seen) = seen_by_git(source, git::current(&home)).await {
                let owner = seen.owner();
                shown.draft = Some(written(&seen.draft(), owner.as_deref()));
                shown.refusal = Some(no_descriptor(&source.target));
            }
        }
        if !exists {
            self.forget_new(op, &state, source).await;
        }
        Ok(shown)
    }

    fn judge(&self, state: &State, source: &Source, reading: Reading, shown: &mut Registration) {
        let index = state.index();
        let mut good: Vec<(String, Processed)> = Vec::new();
        let problem = |complaint: &catalog_index::complaint::Complaint,
                       entity_ref: Option<&String>| {
            let own = complaint.problem("");
            Problem { entity_ref: entity_ref.cloned(), ..own }
        };
        for unit in reading.units {
            match unit.content {
                // Read with nothing known, so every file is there as a whole.
                UnitContent::Unchanged => {}
                UnitContent::Unreadable(complaint) => {
                    shown.problems.push(problem(&complaint, None))
                }
                UnitContent::Documents(documents) => {
                    for document in documents {
                        match document {
                            Outcome::Good(found) => good.push((unit.location.clone(), found)),
                            Outcome::Bad(failed) => shown.problems.extend(
                                failed
                                    .complaints
                                    .iter()
                                    .map(|it| problem(it, failed.entity_ref.as_ref())),
                            ),
                        }
                    }
                }
            }
        }
        let within: HashSet<String> =
            good.iter().map(|(_, found)| found.entity_ref.clone()).collect();
        let within: HashSet<&str> = within.iter().map(String::as_str).collect();
        let taken = |found: &Processed| {
            let item: Option<&Arc<_>> = index.get(&found.entity_ref);
            item.is_some_and(|it| *it.facts.origin.source_key != *source.key && !it.yields())
        };
        if shown.exists {
            shown.refusal = Some("The catalog reads this place already.".to_owned());
        } else if good.is_empty() {
            shown.refusal = Some(match shown.problems.is_empty() {
                true => no_descriptor(&source.target),
                false => "Nothing of it can be read; mend what is wrong first.".to_owned(),
            });
        } else if good.iter().all(|(_, found)| taken(found)) {
            shown.refusal = Some(
                "Everything it describes is in the catalog already, from elsewhere.".to_owned(),
            );
        } else if self.settings.readonly {
            shown.refusal = Some("The catalog is configured to be read only.".to_owned());
        }
        for (location, found) in good.iter().take(MAX_SHOWN) {
            let Ok(content) = serde_json::from_str::<Value>(&found.content) else { continue };
            let Ok(entity) = Entity::from_json(content) else { continue };
            let place = format!("{}:{}", for_people(location), found.line);
            let relations = edges(&found.relations).filter(|edge| edge.out);
            let relations: Vec<(&str, &str)> =
                relations.map(|edge| (edge.r#type, edge.other)).collect();
            let given_by = if taken(found) { GivenBy::Another } else { GivenBy::This };
            let problems = found.complaints.iter().map(|it| it.problem(&found.entity_ref));
            let mut preview = preview(&entity, place, &relations, given_by, &within, &index);
            preview.problems = problems.collect();
            shown.entities.push(preview);
        }
        shown.problems.truncate(MAX_SHOWN);
    }
}

/// Whether what the catalog has of an entity would give way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GivenBy {
    This,
    Another,
}

fn of_document(
    document: &Document,
    entity: &Entity,
    within: &HashSet<&str>,
    index: &Index,
) -> PreviewEntity {
    let own = entity.entity_ref().to_string();
    let relations = document.relations.iter().filter(|relation| relation.source.to_string() == own);
    let relations: Vec<(&str, String)> =
        relations.map(|it| (&*it.relation_type, it.target.to_string())).collect();
    let relations: Vec<(&str, &str)> =
        relations.iter().map(|(kind, target)| (*kind, target.as_str())).collect();
    preview(entity, format!("line {}", document.line), &relations, GivenBy::This, within, index)
}

fn preview(
    entity: &Entity,
    place: String,
    relations: &[(&str, &str)],
    given_by: GivenBy,
    within: &HashSet<&str>,
    index: &Index,
) -> PreviewEntity {
    let entity_ref = entity.entity_ref().to_string();
    let item = index.get(&entity_ref);
    let before = item.and_then(|item| item.entity().ok());
    let (mut old, new) = (before.as_ref().map(bare), bare(entity));
    // Annotations that say where an entity came from are put on while reading.
    if given_by == GivenBy::This
        && let Some(old) = &mut old
    {
        same_origin(old, &new);
    }
    let changes = match &old {
        Some(old) => fields(Some(old), Some(&new)),
        None => Vec::new(),
    };
    let state = match (&old, given_by) {
        (None, _) => PreviewState::New,
        (Some(_), GivenBy::Another) => PreviewState::Taken,
        (Some(_), GivenBy::This) if changes.is_empty() => PreviewState::Same,
        (Some(_), GivenBy::This) => PreviewState::Changed,
    };
    let link = |target: &str| {
        let known = index.link(target);
        EntityLink { exists: known.exists || within.contains(target), ..known }
    };
    let mut views: Vec<RelationView> = Vec::new();
    let mut sorted = relations.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for (relation_type, target) in sorted {
        match views.last_mut().filter(|view| view.r#type == relation_type) {
            Some(view) => view.targets.push(link(target)),
            None => views.push(RelationView {
                r#type: relation_type.to_owned(),
                label: label(relation_type),
                targets: vec![link(target)],
            }),
        }
    }
    let own = entity.spec_str("target").into_iter().chain(entity.spec_list("targets"));
    let targets =
        if entity.kind == "Location" { own.map(str::to_owned).collect() } else { Vec::new() };
    PreviewEntity {
        entity: EntityLink {
            kind: entity.kind.clone(),
            title: entity.display_name().to_owned(),
            exists: item.is_some(),
            entity_ref,
        },
        r#type: entity.spec_str("type").map(str::to_owned),
        description: entity.metadata.description.clone(),
        place,
        relations: views,
        state,
        held_by: item.map(|item| for_people(&item.facts.origin.location)),
        changes,
        targets,
        problems: Vec::new(),
    }
}

/// What a descriptor says of an entity, without what the catalog adds.
fn bare(entity: &Entity) -> Value {
    let mut value = entity.to_json();
    if let Value::Object(map) = &mut value {
        map.shift_remove("relations");
        map.shift_remove("status");
    }
    if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
        metadata.shift_remove("uid");
        metadata.shift_remove("etag");
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            for name in ["managed-by-location", "managed-by-origin-location", "orphan"] {
                annotations.shift_remove(&format!("backstage.io/{name}"));
            }
        }
    }
    value
}

/// Leaves out addresses that were put on while reading and that the other one does not have.
fn same_origin(old: &mut Value, new: &Value) {
    let Some(Value::Object(annotations)) = old.pointer_mut("/metadata/annotations") else { return };
    for name in ["view-url", "edit-url", "source-location"] {
        let key = format!("backstage.io/{name}");
        if new["metadata"]["annotations"].get(&key).is_none() {
            annotations.shift_remove(&key);
        }
    }
    if annotations.is_empty()
        && new["metadata"].get("annotations").is_none()
        && let Some(Value::Object(metadata)) = old.get_mut("metadata")
    {
        metadata.shift_remove("annotations");
    }
}

/// `git` for what can only be cloned, `url` for everything else.
fn type_of(address: &str) -> &'static str {
    let target = GitTarget::parse(address);
    let is_git = target.remote.ends_with(".git")
        || !target.path.is_empty()
        || address.starts_with("ssh://")
        || (!address.contains("://") && host_of(address).is_some())
        || target.local_path().is_some()
        || address.starts_with("repositories/");
    if is_git { "git" } else { "url" }
}

/// Whether an address is that of a file rather than of a repository.
fn is_file(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default().to_lowercase();
    [".yaml", ".yml", ".json"].iter().any(|ending| path.ends_with(ending))
}

fn no_descriptor(target: &str) -> String {
    format!("{target} holds no descriptor (catalog-info.yaml).")
}

/// The text of a draft, with an owner to be looked over.
fn written(draft: &Value, owner: Option<&str>) -> DescriptorDraft {
    let mut draft = draft.clone();
    draft["spec"]["owner"] = owner.unwrap_or("unknown").into();
    DescriptorDraft { file: "catalog-info.yaml".to_owned(), text: yaml::to_string(&draft) }
}

/// What a checkout shows of a repository.
async fn seen_by_git(source: &Source, checkout: Option<std::path::PathBuf>) -> Option<Seen> {
    let root = checkout?;
    let remote = GitTarget::parse(&source.target).remote;
    let named = Url::parse(&remote).ok().as_ref().and_then(seen_in).or_else(|| {
        let name = Path::new(&remote).file_name()?.to_str()?.trim_end_matches(".git").to_owned();
        Some(Seen { repository: name, ..Seen::default() })
    })?;
    let work = move || {
        const LOOKED_AT: [&str; 5] =
            ["src/lib.rs", "src/main.rs", "public/index.html", "docs", "src"];
        let entries = std::fs::read_dir(&root).into_iter().flatten().flatten();
        let mut files: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        files.extend(
            LOOKED_AT.iter().filter(|path| root.join(path).is_file()).map(|it| (*it).to_owned()),
        );
        // A link could lead anywhere, so only plain files are read.
        let is_plain = |path: &Path| path.symlink_metadata().is_ok_and(|data| data.is_file());
        let owners = OWNER_FILES.iter().map(|path| root.join(path)).find(|path| is_plain(path));
        let owners = owners.and_then(|path| std::fs::read_to_string(path).ok());
        Seen { files, owners, ..named }
    };
    tokio::task::spawn_blocking(work).await.ok()
}

/// Registering what was looked at.
impl Catalog {
    /// Registers the place of a preview.
    pub async fn registration_create(
        &self,
        op: &OpContext,
        r#type: &str,
        target: &str,
    ) -> Result<Vec<EntityLink>> {
        op.authorize(Permission::CatalogLocationCreate)?;
        let done = self.location_register(op, r#type, target).await?;
        let index = self.state(op)?.index();
        if done.entity_refs.is_empty() {
            return Err(Error::conflict("Everything it describes is in the catalog already."));
        }
        Ok(done.entity_refs.iter().take(MAX_SHOWN).map(|found| index.link(found)).collect())
    }
}
