//! Looks at one repository: which files hold descriptors, and what is in them.

use crate::host::{Host, Repository};
use crate::integration::Forge;
use crate::provider::ProviderSetting;
use crate::reading::{FORM, Unit};
use crate::record::{FileRecord, Record};
use crate::rules::{LocationType, RuleSetting};
use crate::source::Source;
use crate::source::file::too_large;
use crate::source::read::{RemoteFile, Request, read_remote};
use crate::source::web::Web;
use catalog_index::item::hex;
use catalog_index::kinds::KindSet;
use clients::http::{Fetched, HttpError};
use globs::is_pattern;
use model::time::Timestamp;
use sha1::{Digest, Sha1};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// One repository gives at most this many files of descriptors.
const MAX_FILES: usize = 2000;

/// A change is reported a moment after it was made, by a clock that is not ours.
const SETTLED_AFTER: i64 = 60_000;

/// GitLab reports one activity an hour; what follows within it is not reported.
const GITLAB_SETTLED_AFTER: i64 = 3_660_000;

/// What looking at repositories of a provider needs.
pub struct Look {
    /// The organisation.
    pub setting: Arc<ProviderSetting>,
    /// Its host.
    pub host: Host,
    /// For what lies elsewhere.
    pub web: Web,
    /// Which kinds are taken.
    pub rules: Vec<RuleSetting>,
    /// The kinds that were added.
    pub kinds: Arc<KindSet>,
    /// The largest descriptor that is read, in bytes.
    pub max_file_size: u64,
    /// The tenant's own folder.
    pub folder: PathBuf,
    /// Hashes of the provider's files by location.
    pub hashes: HashMap<String, String>,
}

/// A repository that was looked at.
pub struct Looked {
    /// What is known of it now.
    pub record: Record,
    /// Its files.
    pub units: Vec<Unit>,
}

/// Why a repository was not looked at.
pub enum NotLooked {
    /// No more requests may be made for now.
    Limit(String),
    /// It is this one's own fault.
    Repository(String),
}

impl From<HttpError> for NotLooked {
    fn from(error: HttpError) -> NotLooked {
        match error {
            HttpError::Limited { .. } | HttpError::Budget { .. } => {
                NotLooked::Limit(error.to_string())
            }
            other => NotLooked::Repository(other.to_string()),
        }
    }
}

impl Look {
    /// The state of a repository, and how it would be read.
    pub fn fingerprint(&self, repository: &Repository) -> String {
        let form = self.form(self.setting.branch_of(repository).unwrap_or_default());
        format!("{} {form}", repository.changed_at)
    }

    /// What tells how a branch is read from other ways.
    fn form(&self, branch: &str) -> String {
        let (path, kinds) = (self.setting.path(), self.kinds.fingerprint());
        hex(&Sha1::digest(format!("{FORM} {:?} {path} {branch}{kinds}", self.rules)))
    }

    /// Whether a repository has to be looked at. `again`: others may have given way to what it
    /// could not give before.
    pub fn is_due(&self, repository: &Repository, record: Option<&Record>, again: bool) -> bool {
        let Some(record) = record else { return true };
        let unsure =
            |file: &FileRecord| self.hashes.get(&file.location).is_none_or(String::is_empty);
        record.fingerprint != self.fingerprint(repository)
            || record.outside
            || record.error.is_some()
            || !self.is_settled(&repository.changed_at, record.looked_at)
            || (again && record.files.iter().any(unsure))
    }

    fn is_settled(&self, changed_at: &str, looked_at: Timestamp) -> bool {
        let after = match self.setting.forge {
            Forge::GitLab => GITLAB_SETTLED_AFTER,
            Forge::GitHub | Forge::Gitea => SETTLED_AFTER,
        };
        // Nothing was ever pushed to a repository without a date.
        changed_at.is_empty()
            || changed_at
                .parse::<jiff::Timestamp>()
                .is_ok_and(|changed| looked_at.0 >= changed.as_millisecond() + after)
    }

    /// Reads a repository's descriptors. `only` names the paths that can have changed, when that is
    /// known.
    pub async fn look(
        &self,
        repository: &Repository,
        before: Option<&Record>,
        only: Option<&HashSet<String>>,
        now: Timestamp,
    ) -> Result<Looked, NotLooked> {
        let name = &repository.name;
        let path = self.setting.path();
        let branch = self.setting.branch_of(repository).unwrap_or_default();
        let mut record = Record {
            fingerprint: self.fingerprint(repository),
            looked_at: now,
            page: self.host.repository_url(name),
            target: self.host.file_url(name, branch, path),
            files: Vec::new(),
            outside: false,
            error: None,
        };
        if branch.is_empty() {
            return Ok(Looked { record, units: Vec::new() });
        }
        let paths = match is_pattern(path) {
            true => self.host.paths(name, branch).await?,
            false => vec![path.to_owned()],
        };
        // What has not changed is of no use when it is read in another way.
        let form = self.form(branch);
        let before = before.filter(|record| record.fingerprint.ends_with(&form));
        let mut etags = HashMap::new();
        let mut files = Vec::new();
        let pattern = self.setting.path_pattern();
        let pattern = pattern.map_err(|error| NotLooked::Repository(error.to_string()))?;
        let named = |path: &&String| pattern.matches(path).unwrap_or(false);
        for path in paths.iter().filter(named).take(MAX_FILES) {
            let url = self.host.file_url(name, branch, path);
            let location = format!("url:{url}");
            let known = self.hashes.get(&location).is_some_and(|hash| !hash.is_empty());
            let earlier = before.and_then(|record| {
                record.files.iter().find(|file| known && file.location == location)
            });
            let etag = earlier.and_then(|file| file.etag.clone());
            if earlier.is_some() && only.is_some_and(|only| !only.contains(path)) {
                etags.insert(location, etag);
                files.push(RemoteFile { url, content: None });
                continue;
            }
            match self.host.file(name, path, branch, etag.as_deref()).await? {
                None => {}
                Some(Fetched::NotModified) => {
                    etags.insert(location, etag);
                    files.push(RemoteFile { url, content: None });
                }
                Some(Fetched::Body { body, etag, .. }) => {
                    etags.insert(location, etag);
                    files.push(RemoteFile { url, content: Some(self.small_enough(body)) });
                }
            }
        }
        let place = Source::new(LocationType::Url, &record.target);
        let request = Request {
            source: &place,
            rules: &self.rules,
            kinds: &self.kinds,
            web: &self.web,
            max_file_size: self.max_file_size,
            folder: &self.folder,
            known: self.hashes_of(before),
        };
        let inside = format!("{}/", record.page);
        let (reading, outside) =
            read_remote(request, inside, files).await.map_err(NotLooked::Repository)?;
        record.outside = outside;
        record.files = reading
            .units
            .iter()
            .map(|unit| FileRecord {
                location: unit.location.clone(),
                parent_ref: unit.parent_ref.clone(),
                etag: etags.remove(&unit.location).flatten(),
            })
            .collect();
        Ok(Looked { record, units: reading.units })
    }

    fn small_enough(&self, body: Vec<u8>) -> Result<Vec<u8>, String> {
        match body.len() as u64 > self.max_file_size {
            true => Err(too_large(body.len() as u64, self.max_file_size)),
            false => Ok(body),
        }
    }

    /// Hashes of the files that were found before.
    fn hashes_of(&self, before: Option<&Record>) -> HashMap<String, String> {
        let files = before.iter().flat_map(|record| &record.files);
        let known = files.filter_map(|file| self.hashes.get_key_value(&file.location));
        known.map(|(location, hash)| (location.clone(), hash.clone())).collect()
    }
}

impl From<String> for NotLooked {
    fn from(reason: String) -> NotLooked {
        NotLooked::Repository(reason)
    }
}
