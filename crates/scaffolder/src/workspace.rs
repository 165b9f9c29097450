//! The folder a run works in. No path of a template leads out of it.

use std::path::{Component, Path, PathBuf};

const OUTSIDE: &str = "Relative path is not allowed to refer to a directory outside its parent";

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

    /// A path inside of it. Links are followed, so that none leads out.
    pub(crate) fn resolve(&self, relative: &str) -> Result<PathBuf, String> {
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
            let stays = match path.canonicalize() {
                Ok(real) => real.starts_with(&self.0),
                // A link whose target is not there yet would still be written through.
                Err(_) => match std::fs::read_link(&path) {
                    Ok(target) => self.may_link(&path, &target),
                    Err(_) => true,
                },
            };
            if !stays {
                return Err(OUTSIDE.to_owned());
            }
        }
        Ok(path)
    }

    /// Whether a link at this path to that target stays inside, wherever other links lead: it goes
    /// up first, if at all, and not further than the workspace.
    pub(crate) fn may_link(&self, link: &Path, target: &Path) -> bool {
        let parent = link.parent().and_then(|parent| parent.canonicalize().ok());
        let Some(inside) = parent.as_deref().and_then(|parent| parent.strip_prefix(&self.0).ok())
        else {
            return false;
        };
        let mut depth = inside.components().count();
        let mut went_down = false;
        for component in target.components() {
            match component {
                Component::CurDir => {}
                Component::Normal(_) => went_down = true,
                Component::ParentDir if went_down || depth == 0 => return false,
                Component::ParentDir => depth -= 1,
                Component::RootDir | Component::Prefix(_) => return false,
            }
        }
        true
    }

    /// Every file, relative, sorted; links are named and not followed.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect(&self.0, &self.0, &mut files);
        files.sort();
        files
    }

    /// Removes the folder with everything that was fetched for it.
    pub(crate) fn remove(&self) {
        remove_beside(&self.0);
    }
}

/// What the actions keep beside a workspace while they fetch.
const BESIDE: [&str; 2] = ["fetched", "fetched.git"];

/// Removes a run's folders.
fn remove_beside(workspace: &Path) {
    let beside = BESIDE.iter().map(|extension| workspace.with_extension(extension));
    for folder in beside.chain([workspace.to_owned()]) {
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(file.path = %folder.display(), "not removed: {error}");
            }
            _ => {}
        }
    }
}

/// The runs that have folders below a root.
pub(crate) fn runs_in(root: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut runs: Vec<String> =
        names.map(|name| name.split('.').next().unwrap_or_default().to_owned()).collect();
    runs.sort();
    runs.dedup();
    runs.retain(|run| !run.is_empty());
    runs
}

/// Removes the folders of a run that has ended.
pub(crate) fn remove_run(root: &Path, run: &str) {
    remove_beside(&root.join(run));
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
    fn links_go_no_further_up_than_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(folder.path(), "one").unwrap();
        std::fs::create_dir_all(workspace.root().join("a/b")).unwrap();
        let check = |link: &str, target: &str, expected: bool| {
            let link = workspace.root().join(link);
            assert_eq!(workspace.may_link(&link, Path::new(target)), expected, "{target}");
        };
        check("a/b/link", "../../x", true);
        check("a/b/link", "./x/y", true);
        check("a/b/link", "../../../x", false);
        check("link", "../x", false);
        check("link", "/etc/passwd", false);
        // What is in between may be a link itself, so that this may lead anywhere.
        check("a/b/link", "x/../../y", false);
    }

    #[test]
    fn nothing_of_a_run_stays() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(folder.path(), "one").unwrap();
        Workspace::open(folder.path(), "two").unwrap();
        std::fs::create_dir_all(folder.path().join("one.fetched/x")).unwrap();
        std::fs::create_dir_all(folder.path().join("one.fetched.git")).unwrap();
        assert_eq!(runs_in(folder.path()), ["one", "two"]);
        workspace.remove();
        assert_eq!(runs_in(folder.path()), ["two"]);
        remove_run(folder.path(), "two");
        assert!(runs_in(folder.path()).is_empty());
    }

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
            let link = |name: &str, target: &str| {
                std::os::unix::fs::symlink(target, workspace.root().join(name)).unwrap();
            };
            link("link", "/etc");
            assert!(workspace.resolve("link/passwd").is_err());
            // Nor does a link whose target is not there.
            link("later", "../nothing");
            link("inside", "nothing");
            assert!(workspace.resolve("later").is_err());
            assert!(workspace.resolve("inside").is_ok());
        }
    }
}
