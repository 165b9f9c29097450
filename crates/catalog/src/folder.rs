//! Where an entity's files are on this machine.

use crate::Catalog;
use access::{OpContext, Permission};
use catalog_ingest::source::Source;
use catalog_ingest::source::git::{self, GitTarget};
use catalog_ingest::source::scan::{leaves, start_of};
use model::entity_ref::EntityRef;
use model::{Error, Result};
use std::path::{Path, PathBuf};

/// Where the files around a descriptor are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFolder {
    /// The folder that holds the descriptor.
    pub folder: PathBuf,
    /// The folder nothing may lead out of: the configured one, or the repository.
    pub root: PathBuf,
    /// The copy of the repository the root was written out from, and its commit. Symbolic links are
    /// in it alone.
    pub repository: Option<(PathBuf, String)>,
}

impl Catalog {
    /// The folder on this machine that holds an entity's descriptor, links resolved, and the one
    /// nothing may lead out of.
    pub fn source_folder(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<SourceFolder> {
        op.authorize(Permission::CatalogEntityRead)?;
        let item = self.item(op, entity_ref)?;
        let (location, key) = (&*item.facts.origin.location, &*item.facts.origin.source_key);
        let no_files = |reason: &str| {
            Err(Error::conflict(format!("The files of {entity_ref} are not here: {reason}")))
        };
        if let Some(path) = location.strip_prefix("file:") {
            let Some(source) = Source::from_key(key) else {
                return no_files("its source is gone.");
            };
            let root = start_of(Path::new(&source.target));
            return inside(Path::new(path), &root, entity_ref);
        }
        if let Some(target) = location.strip_prefix("git:") {
            let home = git::home(&op.tenant.folder, key);
            let Some(root) = git::current(&home) else {
                return no_files("the repository has not been copied yet. Try again in a moment.");
            };
            let found = inside(&root.join(GitTarget::parse(target).path), &root, entity_ref)?;
            return Ok(SourceFolder { repository: git::copied(&home, &root), ..found });
        }
        no_files(
            "its descriptor was read from an address. Register the repository as a location of \
             type git instead.",
        )
    }
}

fn inside(descriptor: &Path, root: &Path, entity_ref: &EntityRef) -> Result<SourceFolder> {
    let folder = descriptor.parent().unwrap_or(root);
    let real = |path: &Path| {
        path.canonicalize().map_err(|error| {
            tracing::debug!(file.path = %path.display(), "not there: {error}");
            Error::not_found(format!(
                "The folder of {entity_ref} is not there any more. Its descriptor was read from {}.",
                descriptor.display()
            ))
        })
    };
    let (folder, root) = (real(folder)?, real(root)?);
    if !folder.starts_with(&root) {
        return Err(Error::conflict(leaves(&folder, &root)));
    }
    Ok(SourceFolder { folder, root, repository: None })
}
