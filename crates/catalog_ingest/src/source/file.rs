//! Reads files, several at once: their bytes, their documents, and what these point at.
//!
//! What is known from the last reading (time and size of a file, the hash of its bytes) saves taking
//! a file apart again.

use crate::descriptor::{self, Options, placeholder::Placeholder};
use crate::document::{Outcome, process};
use crate::place::Place;
use crate::reading::{Unit, UnitContent};
use crate::rules::RuleSetting;
use crate::source::Source;
use crate::source::git::Checkout;
use crate::source::scan::{FoundFile, Stamp, leaves};
use crate::source::web::{Web, WebFile};
use catalog_index::complaint::Complaint;
use catalog_index::item::hex;
use catalog_index::kinds::KindSet;
use catalog_index::memory;
use model::validation::Strictness;
use sha1::{Digest, Sha1};
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::runtime::Handle;

/// What all threads need.
pub(super) struct Shared {
    pub(super) source: Source,
    pub(super) rules: Vec<RuleSetting>,
    pub(super) kinds: Arc<KindSet>,
    pub(super) web: Web,
    pub(super) max: u64,
    pub(super) salt: String,
    pub(super) handle: Handle,
    pub(super) known: HashMap<String, String>,
    pub(super) stamps: HashMap<PathBuf, Stamp>,
    /// What begins like this is of the same version as the files that are read.
    pub(super) inside: Option<String>,
    /// The files are those of a repository.
    pub(super) checkout: Option<ShownCheckout>,
}

/// What people are shown in place of the folder with the files of a repository.
pub(super) struct ShownCheckout {
    roots: Vec<String>,
    repository: String,
}

impl ShownCheckout {
    pub(super) fn of(checkout: &Checkout) -> ShownCheckout {
        let real = checkout.root.canonicalize().ok();
        let roots = [Some(checkout.root.clone()), real].into_iter().flatten();
        let target = &checkout.target;
        let repository = match &checkout.branch {
            Some(branch) => format!("{} at {branch}", target.remote),
            None => target.remote.clone(),
        };
        ShownCheckout { roots: roots.map(|root| root.display().to_string()).collect(), repository }
    }
}

impl Shared {
    /// A text for people: paths within a repository instead of on this machine, and the repository.
    pub(super) fn shown(&self, text: String) -> String {
        let Some(checkout) = &self.checkout else { return text };
        let inner = checkout.roots.iter().fold(text.clone(), |text, root| {
            text.replace(&format!("{root}/"), "").replace(root.as_str(), "the repository")
        });
        match inner == text {
            true => text,
            false => format!("{inner} (in {})", checkout.repository),
        }
    }

    /// Whether an address changes only together with the files that are read.
    pub(super) fn is_inside(&self, url: &str) -> bool {
        self.inside.as_ref().is_some_and(|inside| url.starts_with(inside.as_str()))
    }
}

/// A file to be read.
pub(super) struct Input {
    pub(super) place: Place,
    pub(super) parent_ref: String,
    pub(super) body: Body,
    pub(super) base: Base,
}

pub(super) enum Body {
    File(FoundFile),
    Bytes(Vec<u8>),
    Same,
    Failed(String),
}

/// What relative paths in a descriptor start from.
#[derive(Clone)]
pub(super) enum Base {
    Folder { root: PathBuf, file: PathBuf },
    Url(String),
}

/// What the placeholders of a file led to.
#[derive(Default)]
struct Used {
    files: Vec<PathBuf>,
    addresses: bool,
    /// An address that changes by itself.
    outside: bool,
}

/// A file that was read.
pub(super) struct Done {
    pub(super) unit: Unit,
    pub(super) base: Base,
    pub(super) stamp: Option<FoundFile>,
    pub(super) placeholders: Vec<PathBuf>,
    pub(super) remote: bool,
}

/// Reads files on a few threads, in their order.
pub(super) fn read_all(shared: &Shared, inputs: Vec<Input>) -> Vec<Done> {
    let count = inputs.len();
    let inputs: Vec<Mutex<Option<Input>>> =
        inputs.into_iter().map(|input| Mutex::new(Some(input))).collect();
    let next = AtomicUsize::new(0);
    let work = |_| {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(slot) = inputs.get(index) else { return done };
            if let Some(input) = slot.lock().ok().and_then(|mut slot| slot.take()) {
                done.push((index, read_one(shared, input)));
            }
        }
    };
    let mut all: Vec<_> =
        memory::shared(memory::threads(count), work).into_iter().flatten().collect();
    all.sort_unstable_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, done)| done).collect()
}

fn read_one(shared: &Shared, input: Input) -> Done {
    let Input { place, parent_ref, body, base } = input;
    let known = shared.known.get(&place.location).filter(|hash| !hash.is_empty());
    let mut done = Done {
        unit: Unit {
            location: place.location.clone(),
            parent_ref,
            hash: known.cloned().unwrap_or_default(),
            content: UnitContent::Unchanged,
        },
        base,
        stamp: None,
        placeholders: Vec::new(),
        remote: false,
    };
    let bytes = match body {
        Body::Same => return done,
        Body::Bytes(bytes) => Ok(bytes),
        Body::Failed(reason) => Err(reason),
        Body::File(file) => {
            let same = known.is_some() && shared.stamps.get(&file.path) == Some(&file.stamp);
            let bytes = if same { None } else { Some(read_file(shared, &done.base, &file)) };
            done.stamp = Some(file);
            match bytes {
                Some(bytes) => bytes,
                None => return done,
            }
        }
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(reason) => {
            done.unit.hash = String::new();
            let complaint = Complaint::plain(&place.location, shared.shown(reason));
            done.unit.content = UnitContent::Unreadable(complaint);
            return done;
        }
    };
    let hash = hex(&Sha1::new().chain_update(&shared.salt).chain_update(&bytes).finalize());
    if known == Some(&hash) {
        return done;
    }
    let used = RefCell::new(Used::default());
    let fetch = |placeholder: &Placeholder| {
        fetch(shared, &done.base, placeholder, &used).map_err(|reason| shared.shown(reason))
    };
    let options = Options {
        location: Some(&place.location),
        fetch: Some(&fetch),
        strictness: Strictness::Liberal,
        all_errors: false,
        kinds: shared.kinds.kinds(),
    };
    let documents: Vec<Outcome> = descriptor::read_bytes(&bytes, &options)
        .into_iter()
        .map(|document| process(document, &place, &shared.source, &shared.rules, options.kinds))
        .collect();
    let used = used.into_inner();
    let names_more = documents.iter().any(|document| match document {
        Outcome::Good(found) => !found.children.is_empty(),
        Outcome::Bad(_) => false,
    });
    // What depends on other files is looked at each time.
    let depends = names_more || used.addresses || !used.files.is_empty();
    done.unit.hash = if depends { String::new() } else { hash };
    done.unit.content = UnitContent::Documents(documents);
    (done.placeholders, done.remote) = (used.files, used.outside);
    done
}

fn read_file(shared: &Shared, base: &Base, file: &FoundFile) -> Result<Vec<u8>, String> {
    let Base::Folder { root, .. } = base else { return Err("it is no file".to_owned()) };
    read_within(root, &file.path, shared.max)
}

/// The bytes of a plain file that lies in a folder, links resolved.
fn read_within(root: &Path, path: &Path, max: u64) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("file {} does not exist", path.display()),
        _ => format!("the file cannot be read: {error}"),
    };
    let real = path.canonicalize().map_err(unreadable)?;
    if !real.starts_with(root) {
        return Err(leaves(path, root));
    }
    let data = real.metadata().map_err(unreadable)?;
    if !data.is_file() {
        return Err(format!("{} is no plain file", path.display()));
    }
    if data.len() > max {
        return Err(too_large(data.len(), max));
    }
    let file = std::fs::File::open(&real).map_err(unreadable)?;
    let mut bytes = Vec::with_capacity(data.len() as usize);
    file.take(max + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > max {
        return Err(too_large(bytes.len() as u64, max));
    }
    Ok(bytes)
}

/// What is wrong with a file of so many bytes.
pub fn too_large(bytes: u64, max: u64) -> String {
    format!(
        "the file has {} and at most {} are read: split it into several files, or raise \
         `catalog.limits.maxFileSize`",
        crate::descriptor::mebibytes(bytes),
        crate::descriptor::mebibytes(max)
    )
}

/// Fetches what a placeholder points at and notes what was used.
fn fetch(
    shared: &Shared,
    base: &Base,
    placeholder: &Placeholder,
    used: &RefCell<Used>,
) -> Result<String, String> {
    let bytes = match (&placeholder.url, base) {
        (Some(url), _) => {
            let mut used = used.borrow_mut();
            used.addresses = true;
            used.outside |= !shared.is_inside(url);
            drop(used);
            match shared.handle.block_on(shared.web.fetch(url, None))? {
                WebFile::Body(bytes, _) => bytes,
                WebFile::NotModified => Vec::new(),
            }
        }
        (None, Base::Folder { root, file }) => {
            let path = match placeholder.value.strip_prefix('/') {
                Some(from_root) => root.join(from_root),
                None => file.parent().unwrap_or(root).join(&placeholder.value),
            };
            let path = plain_path(&path);
            used.borrow_mut().files.push(path.clone());
            read_within(root, &path, shared.max)?
        }
        (None, Base::Url(url)) => return Err(format!("it is no address from {url}")),
    };
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8; save it as UTF-8".to_owned())
}

/// The path without `.` and `..`, which must not count as folders where there are links.
pub(super) fn plain_path(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
