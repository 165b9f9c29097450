//! What could be registered at an address: descriptors that are there, or a first draft. Hosts that
//! are configured are asked; for all others only the address is looked at.

use crate::Catalog;
use access::{OpContext, Permission};
use bytes::Bytes;
use catalog_index::item::Item;
use catalog_index::kinds::KindSet;
use catalog_ingest::analysis_draft::{OWNER_FILES, Seen};
use catalog_ingest::descriptor::{Options, read_bytes};
use catalog_ingest::host::{Host, Repository};
use catalog_ingest::source::web::Connected;
use clients::http::{Fetched, HttpError};
use model::validation::Strictness;
use model::{Error, Result};
use serde_json::Value;
use std::sync::Arc;
use url::Url;

/// Descriptors usually have this name.
const DESCRIPTOR: &str = "catalog-info.yaml";

/// So many descriptors of a repository are read.
const MAX_FILES: usize = 20;

/// What could be registered at an address.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Entities that are described there.
    pub existing: Vec<Described>,
    /// Drafts of entities for a repository that describes none.
    pub drafts: Vec<Value>,
    /// The owner of such a draft, as the repository names it.
    pub owner: Option<String>,
}

/// An entity that a repository describes.
#[derive(Debug, Clone)]
pub struct Described {
    /// Where, as `<type>:<target>`.
    pub location: String,
    /// The entity as JSON.
    pub entity: Bytes,
    /// Whether the catalog has it from there.
    pub is_registered: bool,
}

/// What is looked for in a repository.
struct Wanted<'a> {
    file_name: &'a str,
    kinds: &'a KindSet,
}

impl Catalog {
    /// Looks at the address of a repository or of a file in one. Descriptors are the files called
    /// `file_name`, which is `catalog-info.yaml` unless it is given.
    pub async fn location_analyze(
        &self,
        op: &OpContext,
        target: &str,
        file_name: Option<&str>,
    ) -> Result<Analysis> {
        op.authorize(Permission::CatalogLocationAnalyze)?;
        activity::note_read(op, "location-analyze", "", clients::redact::redact(target));
        let url = Url::parse(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| Error::invalid("The given location.target is not a URL"))?;
        let index = self.state(op)?.index();
        let start = format!("url:{}/", target.trim_end_matches('/').trim_end_matches(".git"));
        let from_there = |item: &&Arc<Item>| {
            item.facts.origin.location.starts_with(&start)
                || *item.facts.origin.location == start[..start.len() - 1]
        };
        let known = index.items.iter().filter(from_there).filter(|item| !item.is_kind("location"));
        let known = known.map(|item| Described {
            location: item.facts.origin.location.to_string(),
            entity: item.json(),
            is_registered: true,
        });
        let mut analysis = Analysis { existing: known.collect(), ..Analysis::default() };
        if !analysis.existing.is_empty() {
            return Ok(analysis);
        }
        let seen = match self.connected_to(&url) {
            Some((connected, name)) => {
                let kinds = self.state(op)?.kinds();
                let file_name = file_name.unwrap_or(DESCRIPTOR);
                let wanted = Wanted { file_name, kinds: &kinds };
                self.see(connected, &name, &wanted, &mut analysis).await?
            }
            None => seen_in(&url),
        };
        if let Some(seen) = seen.filter(|_| analysis.existing.is_empty()) {
            analysis.owner = seen.owner();
            analysis.drafts.push(seen.draft());
        }
        Ok(analysis)
    }

    /// The configured host of a repository's address, and the repository's name there.
    pub(crate) fn connected_to(&self, url: &Url) -> Option<(&Connected, String)> {
        let mut all = self.web.connected().iter();
        all.find_map(|it| Some((it, it.integration.repository_of(url)?)))
    }

    /// Asks a host for a repository: its descriptors are noted, or else what can be seen of it.
    async fn see(
        &self,
        connected: &Connected,
        name: &str,
        wanted: &Wanted<'_>,
        analysis: &mut Analysis,
    ) -> Result<Option<Seen>> {
        let failed = |error: HttpError| Error::unavailable(error.to_string());
        let http = self.web.http().ok_or_else(|| {
            Error::unavailable("No host may be asked: `integrations` names none.")
        })?;
        let host = Host::new(&connected.integration, http, connected.budget.clone());
        let host = host.map_err(failed)?;
        let found = host.repository(name).await.map_err(failed)?.ok_or_else(|| {
            Error::invalid(format!(
                "{} has no repository {name}, or does not show it to this portal: check the \
                 address, and the token under `integrations`",
                connected.integration.host
            ))
        })?;
        let mut seen = Seen {
            host: connected.integration.host.clone(),
            repository: found.name.clone(),
            description: found.description.clone(),
            topics: found.topics.clone(),
            ..Seen::default()
        };
        let Some(branch) = found.default_branch.clone() else { return Ok(Some(seen)) };
        seen.files = host.paths(name, &branch).await.map_err(failed)?;
        self.describe(&host, &found, &branch, wanted, &seen.files, analysis).await?;
        if analysis.existing.is_empty()
            && let Some(path) =
                OWNER_FILES.iter().find(|path| seen.files.iter().any(|file| file == *path))
        {
            let found = host.file(name, path, &branch, None).await.map_err(failed)?;
            seen.owners = found.and_then(text);
        }
        Ok(Some(seen))
    }

    /// Notes the entities of a repository's descriptors.
    async fn describe(
        &self,
        host: &Host,
        found: &Repository,
        branch: &str,
        wanted: &Wanted<'_>,
        files: &[String],
        analysis: &mut Analysis,
    ) -> Result<()> {
        let is_descriptor = |path: &&String| {
            *path == wanted.file_name || path.rsplit('/').next() == Some(wanted.file_name)
        };
        for path in files.iter().filter(is_descriptor).take(MAX_FILES) {
            let read = host.file(&found.name, path, branch, None).await;
            let read = read.map_err(|error| Error::unavailable(error.to_string()))?;
            let Some(Fetched::Body { body, .. }) = read else { continue };
            let location = format!("url:{}", host.file_url(&found.name, branch, path));
            let options = Options {
                location: Some(&location),
                strictness: Strictness::Liberal,
                kinds: wanted.kinds.kinds(),
                ..Options::default()
            };
            let entities = read_bytes(&body, &options).into_iter().filter_map(|it| it.entity);
            analysis.existing.extend(entities.map(|entity| Described {
                location: location.clone(),
                entity: Bytes::from(entity.to_json().to_string()),
                is_registered: false,
            }));
        }
        Ok(())
    }
}

fn text(found: Fetched<Vec<u8>>) -> Option<String> {
    match found {
        Fetched::Body { body, .. } => String::from_utf8(body).ok(),
        Fetched::NotModified => None,
    }
}

/// What an address alone tells of a repository.
pub(crate) fn seen_in(url: &Url) -> Option<Seen> {
    let mut parts = url.path_segments()?.filter(|part| !part.is_empty());
    let (owner, name) = (parts.next()?, parts.next()?);
    Some(Seen {
        host: url.host_str().unwrap_or_default().to_owned(),
        repository: format!("{owner}/{}", name.trim_end_matches(".git")),
        ..Seen::default()
    })
}
