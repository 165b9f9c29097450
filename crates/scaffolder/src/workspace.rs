//! The folder a run works in. No path of a template leads out of it.

use std::path::{Component, Path, PathBuf};

/// The folder of one run.
#[derive(Debug, Clone)]
pub(crate) struct Workspace(PathBuf);

impl Workspace {
    /// The folder of this run, made when it is not there yet.
    pub(crate) fn open(root: &Path, task_id: &str) -> std::io::Result<Workspace> {
        let folder = root.join(task_id);
        std::fs::create_dir_all(&folder)?;
        folder.canonicalize().map(Workspace)
    }

    /// The folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    /// A path inside of it. Links are followed as far as the path exists, so that none leads out.
    pub(crate) fn resolve(&self, relative: &str) -> Result<PathBuf, String> {
        const OUTSIDE: &str =
            "Relative path is not allowed to refer to a directory outside its parent";
        let mut path = self.0.clone();
        for component in Path::new(relative).components() {
            match component {
                Component::Normal(name) => path.push(name),
                Component::CurDir => {}
                Component::ParentDir => {
                    if path == self.0 || !path.pop() {
                        return Err(OUTSIDE.to_owned());
                    }
                }
                Component::RootDir | Component::Prefix(_) => return Err(OUTSIDE.to_owned()),
            }
            if let Ok(real) = path.canonicalize()
                && !real.starts_with(&self.0)
            {
                return Err(OUTSIDE.to_owned());
            }
        }
        Ok(path)
    }

    /// Every file, relative, sorted; links are named and not followed.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect(&self.0, &self.0, &mut files);
        files.sort();
        files
    }

    /// Removes the folder.
    pub(crate) fn remove(&self) {
        // What cannot be removed now is removed with the data folder; the run is over either way.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(root, &path, files);
        } else if let Ok(relative) = path.strip_prefix(root) {
            files.push(relative.to_string_lossy().into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(folder.path(), "one").unwrap();
        assert!(workspace.resolve("a/../b/c.txt").unwrap().starts_with(workspace.root()));
        assert_eq!(workspace.resolve("./").unwrap(), workspace.root());
        for bad in ["../x", "a/../../x", "/etc/passwd", ".."] {
            assert!(workspace.resolve(bad).is_err(), "{bad}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/etc", workspace.root().join("link")).unwrap();
            assert!(workspace.resolve("link/passwd").is_err());
        }
    }
}
