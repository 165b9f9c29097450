//! Reads everything a source holds: its descriptors, and those that Location entities in them name.

use crate::document::{Child, Outcome};
use crate::place::{Place, seen_at};
use crate::reading::{FORM, Reading, Unit, UnitContent};
use crate::rules::{LocationType, RuleSetting};
use crate::source::Source;
use crate::source::file::{Base, Body, Done, Input, Shared, ShownCheckout, plain_path, read_all};
use crate::source::git::{self, Checkout};
use crate::source::scan::{FoundFile, Scan, Stamp, scan};
use crate::source::web::{self, Web, WebFile};
use catalog_index::complaint::Complaint;
use catalog_index::kinds::KindSet;
use catalog_index::memory::run_blocking;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Location entities lead at most this far from the place that was configured.
const MAX_ROUNDS: usize = 8;

/// One source gives at most this many files.
const MAX_FILES: usize = 200_000;

/// How much of a source is refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshMode {
    /// Only files on this machine whose time or size has changed.
    LocalChanges,
    /// What has changed, at remote places too.
    AllChanges,
    /// Everything, whatever is known of it.
    Full,
}

/// What is remembered of a source between readings, as long as the program runs.
#[derive(Default)]
pub struct Memory {
    watched: Vec<Watched>,
    stamps: HashMap<PathBuf, Stamp>,
    etags: HashMap<String, String>,
    commit: Option<String>,
    has_remote: bool,
    unsettled: bool,
    /// It has to be read although it seems unchanged: it failed, or others have given way.
    pub again: bool,
    /// What tells the kinds it was read by from others.
    kinds: String,
}

/// A scan that will be made again to see whether anything has changed.
struct Watched {
    target: PathBuf,
    within: Option<PathBuf>,
    files: Vec<FoundFile>,
    refused: Vec<(PathBuf, String)>,
}

/// What reading needs to know.
pub struct Request<'a> {
    /// The source.
    pub source: &'a Source,
    /// Which kinds are taken.
    pub rules: &'a [RuleSetting],
    /// The kinds that were added.
    pub kinds: &'a Arc<KindSet>,
    /// For addresses.
    pub web: &'a Web,
    /// The largest descriptor that is read, in bytes.
    pub max_file_size: u64,
    /// The tenant's own folder.
    pub folder: &'a Path,
    /// Hashes of the last reading by location.
    pub known: HashMap<String, String>,
}

/// Reads a source; nothing when it is as it was. An error means that the source as a whole cannot
/// be read.
pub async fn read(
    request: Request<'_>,
    memory: &mut Memory,
    mode: RefreshMode,
) -> Result<Option<Reading>, String> {
    let source = request.source;
    // What is unchanged may say something else by other kinds.
    let same_kinds = memory.kinds == request.kinds.fingerprint();
    let mode = if same_kinds { mode } else { RefreshMode::Full };
    let mut checkout = None;
    if source.r#type == LocationType::Git {
        let home = git::home(request.folder, &source.key);
        let read_before = memory.commit.as_deref().filter(|_| mode != RefreshMode::Full);
        let found =
            git::checkout(&source.target, &home, request.web, request.folder, read_before).await?;
        let same = memory.commit.as_ref() == Some(&found.commit) && !memory.has_remote;
        if same && !memory.again && mode != RefreshMode::Full {
            return Ok(None);
        }
        checkout = Some(Arc::new(found));
    } else if mode != RefreshMode::Full
        && !memory.watched.is_empty()
        && (mode == RefreshMode::LocalChanges || !memory.has_remote)
        && !memory.unsettled
        && !memory.again
        && unchanged(memory).await
    {
        return Ok(None);
    }
    let stamps = if mode == RefreshMode::Full { HashMap::new() } else { memory.stamps.clone() };
    let mut round = Round::new(request, None, stamps, checkout.as_deref());
    round.next.commit = checkout.as_ref().map(|found| found.commit.clone());
    round.checkout = checkout;
    if mode != RefreshMode::Full {
        round.etags = memory.etags.clone();
    }
    let inputs = round.start().await?;
    let (reading, next) = round.run(inputs).await?;
    *memory = next;
    Ok(Some(reading))
}

/// A file that was found by the API of its host.
pub struct RemoteFile {
    /// The address at which a browser sees it.
    pub url: String,
    /// What is in it, or why it cannot be read; nothing when it is as it was.
    pub content: Option<Result<Vec<u8>, String>>,
}

/// Reads files of one repository; the flag says that they use what does not lie under `inside`.
pub async fn read_remote(
    request: Request<'_>,
    inside: String,
    files: Vec<RemoteFile>,
) -> Result<(Reading, bool), String> {
    let parent_ref = request.source.entity_ref();
    let mut round = Round::new(request, Some(inside), HashMap::new(), None);
    let mut inputs = Vec::with_capacity(files.len());
    for RemoteFile { url, content } in files {
        let place = Place { location: format!("url:{url}"), ..seen_at(&url) };
        if round.seen.insert(place.location.clone()) {
            let body = match content {
                None => Body::Same,
                Some(Ok(bytes)) => Body::Bytes(bytes),
                Some(Err(reason)) => Body::Failed(reason),
            };
            inputs.push(Input {
                place,
                parent_ref: parent_ref.clone(),
                body,
                base: Base::Url(url),
            });
        }
    }
    let (reading, next) = round.run(inputs).await?;
    Ok((reading, next.has_remote))
}

/// Whether every scan finds the same files with the same stamps.
async fn unchanged(memory: &mut Memory) -> bool {
    let watched = std::mem::take(&mut memory.watched);
    let work = tokio::task::spawn_blocking(move || {
        let same = watched.iter().all(|known| {
            scan(&known.target, known.within.as_deref())
                .is_ok_and(|found| found.files == known.files && found.refused == known.refused)
        });
        (watched, same)
    });
    match work.await {
        Ok((watched, same)) => {
            memory.watched = watched;
            same
        }
        Err(_) => false,
    }
}

/// The work on one source: files, then what Location entities in them name, and so on.
struct Round {
    shared: Arc<Shared>,
    checkout: Option<Arc<Checkout>>,
    next: Memory,
    etags: HashMap<String, String>,
    seen: HashSet<String>,
    reading: Reading,
}

impl Round {
    fn new(
        request: Request<'_>,
        inside: Option<String>,
        stamps: HashMap<PathBuf, Stamp>,
        checkout: Option<&Checkout>,
    ) -> Round {
        Round {
            shared: Arc::new(Shared {
                salt: salt(&request),
                source: request.source.clone(),
                rules: request.rules.to_vec(),
                kinds: request.kinds.clone(),
                web: request.web.clone(),
                max: request.max_file_size,
                handle: Handle::current(),
                known: request.known,
                inside,
                stamps,
                checkout: checkout.map(ShownCheckout::of),
            }),
            checkout: None,
            next: Memory { kinds: request.kinds.fingerprint().to_owned(), ..Memory::default() },
            etags: HashMap::new(),
            seen: HashSet::new(),
            reading: Reading::default(),
        }
    }

    async fn run(mut self, mut inputs: Vec<Input>) -> Result<(Reading, Memory), String> {
        for round in 0.. {
            let shared = self.shared.clone();
            let work = run_blocking(move || read_all(&shared, inputs));
            let done = work.await.map_err(|_| "reading was interrupted".to_owned())?;
            let mut next = Vec::new();
            for mut done in done {
                let children = self.children(&mut done, round).await;
                next.extend(children);
                self.note(done);
            }
            if next.is_empty() {
                break;
            }
            inputs = next;
        }
        Ok((self.reading, self.next))
    }

    async fn start(&mut self) -> Result<Vec<Input>, String> {
        let source = self.shared.source.clone();
        let parent = source.entity_ref();
        match source.r#type {
            LocationType::File => {
                let found = self.scan(PathBuf::from(&source.target), None).await?;
                Ok(self.found(found, &parent))
            }
            LocationType::Git => {
                let Some(checkout) = self.checkout.clone() else { return Ok(Vec::new()) };
                let target = match checkout.target.path.as_str() {
                    "" => checkout.root.clone(),
                    path => checkout.root.join(path),
                };
                let root = Some(checkout.root.clone());
                let found = self.scan(target, root).await?;
                Ok(self.found(found, &parent))
            }
            LocationType::Push => Ok(Vec::new()),
            LocationType::Url => {
                let input = self.url_input(&source.target, parent).await;
                match input.body {
                    Body::Failed(reason) => Err(reason),
                    _ => {
                        self.seen.insert(input.place.location.clone());
                        Ok(vec![input])
                    }
                }
            }
        }
    }

    async fn scan(&mut self, target: PathBuf, within: Option<PathBuf>) -> Result<Scan, String> {
        let (path, boundary) = (target.clone(), within.clone());
        let shared = self.shared.clone();
        let mut found = tokio::task::spawn_blocking(move || scan(&path, boundary.as_deref()))
            .await
            .map_err(|error| format!("reading was interrupted: {error}"))?
            .map_err(|error| shared.shown(error))?;
        for (_, reason) in &mut found.refused {
            *reason = shared.shown(std::mem::take(reason));
        }
        let (files, refused) = (found.files.clone(), found.refused.clone());
        self.next.unsettled |= files.iter().any(|file| file.stamp.is_fresh());
        self.next.watched.push(Watched { target, within, files, refused });
        Ok(found)
    }

    /// The files of a scan that were not read yet.
    fn found(&mut self, found: Scan, parent_ref: &str) -> Vec<Input> {
        for (path, reason) in found.refused {
            let place = self.place(&path);
            if self.seen.insert(place.location.clone()) {
                let complaint = Complaint::plain(&place.location, reason);
                self.reading.units.push(unreadable(place.location, parent_ref, complaint));
            }
        }
        for folder in found.blocked {
            self.reading.blocked.push(format!("{}/", self.place(&folder).location));
        }
        let mut inputs = Vec::new();
        for file in found.files {
            let place = self.place(&file.path);
            if self.seen.len() < MAX_FILES && self.seen.insert(place.location.clone()) {
                let base = Base::Folder { root: found.root.clone(), file: file.path.clone() };
                let parent_ref = parent_ref.to_owned();
                let body = match self.same_as_before(&file.path, &place.location) {
                    true => Body::Same,
                    false => Body::File(file),
                };
                inputs.push(Input { place, parent_ref, body, base });
            }
        }
        inputs
    }

    /// Whether a file of a repository is the one that was read from the commit before.
    fn same_as_before(&self, path: &Path, location: &str) -> bool {
        let known = self.shared.known.get(location).is_some_and(|hash| !hash.is_empty());
        let Some(checkout) = self.checkout.as_ref().filter(|_| known) else { return false };
        let inner = path.strip_prefix(&checkout.root).ok().and_then(Path::to_str);
        let changed = checkout.changed.as_ref().zip(inner);
        changed.is_some_and(|(changed, inner)| !changed.contains(inner))
    }

    fn place(&self, path: &Path) -> Place {
        let Some(checkout) = &self.checkout else {
            return Place { location: format!("file:{}", path.display()), ..Place::default() };
        };
        let inner = path.strip_prefix(&checkout.root).unwrap_or(path).to_string_lossy();
        let location = checkout.target.location(&inner);
        let branch = checkout.branch.as_deref().unwrap_or("HEAD");
        match web::shown_at(&checkout.target.remote, branch, &inner) {
            Some(url) => Place { location, ..seen_at(&url) },
            None => Place { location, ..Place::default() },
        }
    }

    async fn url_input(&mut self, url: &str, parent_ref: String) -> Input {
        self.next.has_remote |= !self.shared.is_inside(url);
        let place = Place { location: format!("url:{url}"), ..seen_at(url) };
        let known = self.shared.known.get(&place.location).is_some_and(|hash| !hash.is_empty());
        let etag = self.etags.get(url).filter(|_| known).cloned();
        let body = match self.shared.web.fetch(url, etag.as_deref()).await {
            Ok(WebFile::NotModified) => {
                self.next.etags.extend(etag.map(|etag| (url.to_owned(), etag)));
                Body::Same
            }
            Ok(WebFile::Body(bytes, etag)) => {
                self.next.etags.extend(etag.map(|etag| (url.to_owned(), etag)));
                Body::Bytes(bytes)
            }
            Err(reason) => Body::Failed(format!("Unable to read url, {reason}")),
        };
        Input { place, parent_ref, body, base: Base::Url(url.to_owned()) }
    }

    /// What the Location entities of a file name; what cannot be read becomes their complaint.
    async fn children(&mut self, done: &mut Done, round: usize) -> Vec<Input> {
        let UnitContent::Documents(documents) = &mut done.unit.content else { return Vec::new() };
        let mut inputs = Vec::new();
        for document in documents {
            let Outcome::Good(found) = document else { continue };
            let before = inputs.len();
            for child in std::mem::take(&mut found.children) {
                let outcome = match round < MAX_ROUNDS {
                    true => self.child(&child, &done.base, &found.entity_ref).await,
                    false => Err(format!(
                        "{} is not read: Location entities lead at most {MAX_ROUNDS} steps from \
                         the place that was configured",
                        child.target
                    )),
                };
                match outcome {
                    Ok(found) => inputs.extend(found),
                    Err(_) if !child.required => {}
                    Err(reason) => {
                        let complaint = Complaint::plain(&done.unit.location, reason);
                        found.complaints.push(complaint);
                    }
                }
            }
            found.barren = !found.complaints.is_empty() && inputs.len() == before;
        }
        inputs
    }

    async fn child(
        &mut self,
        child: &Child,
        base: &Base,
        parent_ref: &str,
    ) -> Result<Vec<Input>, String> {
        let absolute = child.target.starts_with("https://") || child.target.starts_with("http://");
        match (child.r#type.as_deref(), base) {
            (Some("url"), _) | (None, Base::Url(_)) => {}
            (None, Base::Folder { .. }) if absolute => {}
            (None | Some("file"), Base::Folder { root, file }) => {
                return self.child_files(&child.target, root, file, parent_ref).await;
            }
            (Some("file"), Base::Url(url)) => {
                return Err(format!(
                    "{} is not read: a descriptor from {url} cannot name files of this machine",
                    child.target
                ));
            }
            (Some(other), _) => {
                return Err(format!(
                    "No processor was able to handle reading of {other}:{}; use the type `url` or \
                     `file`, or register the place itself",
                    child.target
                ));
            }
        }
        let url = match base {
            _ if absolute => child.target.clone(),
            Base::Url(base) => url::Url::parse(base)
                .and_then(|base| base.join(&child.target))
                .map_err(|error| format!("{} is no address: {error}", child.target))?
                .to_string(),
            Base::Folder { .. } => {
                return Err(format!(
                    "{} is no address: expected one that begins with https://",
                    child.target
                ));
            }
        };
        let location = format!("url:{url}");
        if !self.seen.insert(location) {
            return Ok(Vec::new());
        }
        let input = self.url_input(&url, parent_ref.to_owned()).await;
        match &input.body {
            Body::Failed(reason) => {
                let complaint = Complaint::plain(&input.place.location, reason.clone());
                let reason = reason.clone();
                self.reading.units.push(unreadable(input.place.location, parent_ref, complaint));
                Err(reason)
            }
            _ => Ok(vec![input]),
        }
    }

    async fn child_files(
        &mut self,
        target: &str,
        root: &Path,
        file: &Path,
        parent_ref: &str,
    ) -> Result<Vec<Input>, String> {
        let path = plain_path(&file.parent().unwrap_or(root).join(target));
        let outcome = self.scan(path.clone(), Some(root.to_owned())).await;
        match outcome {
            Ok(found) => Ok(self.found(found, parent_ref)),
            Err(reason) => {
                let location = self.place(&path).location;
                if self.seen.insert(location.clone()) {
                    let complaint = Complaint::plain(&location, reason.clone());
                    self.reading.units.push(unreadable(location, parent_ref, complaint));
                }
                // It may come later.
                self.next.unsettled = true;
                Err(reason)
            }
        }
    }

    fn note(&mut self, done: Done) {
        if let Some(file) = done.stamp
            && !file.stamp.is_fresh()
            && !done.unit.hash.is_empty()
        {
            self.next.stamps.insert(file.path, file.stamp);
        }
        self.next.has_remote |= done.remote;
        for path in done.placeholders {
            let within = path.parent().map(Path::to_owned);
            let found = scan(&path, within.as_deref()).unwrap_or_default();
            self.next.unsettled |= found.files.iter().any(|file| file.stamp.is_fresh());
            let (files, refused) = (found.files, found.refused);
            self.next.watched.push(Watched { target: path, within, files, refused });
        }
        self.reading.units.push(done.unit);
    }
}

/// What decides, beside its bytes, what is kept of a file.
fn salt(request: &Request<'_>) -> String {
    let Request { rules, source, kinds, .. } = request;
    format!("{FORM} {rules:?} {:?}{}", source.rules, kinds.fingerprint())
}

fn unreadable(location: String, parent_ref: &str, complaint: Complaint) -> Unit {
    Unit {
        location,
        parent_ref: parent_ref.to_owned(),
        hash: String::new(),
        content: UnitContent::Unreadable(complaint),
    }
}
