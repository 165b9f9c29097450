//! Paths of this machine in what a run says: people are shown what they know of them, a path in the
//! workspace or the address of a repository.

use crate::workspace::Workspace;
use access::OpContext;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// How the temporary folders of git begin, below the system's own.
const TEMPORARY: &str = "callboard-git-";

/// The folders whose paths nobody is shown.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The longest first, since some lie in others.
    folders: Vec<Folder>,
    temporary: String,
}

#[derive(Debug, Clone)]
struct Folder {
    path: String,
    /// What the folder itself is called.
    name: &'static str,
    /// What stands before the path of a file in it.
    prefix: &'static str,
}

impl Places {
    /// Those of a run.
    pub(crate) fn of(op: &OpContext, workspace: &Workspace) -> Places {
        let tenant = &op.tenant.folder;
        let real = tenant.canonicalize().unwrap_or_else(|_| tenant.clone());
        let mut folders = Vec::new();
        let mut add = |path: PathBuf, name, prefix| {
            let path = path.to_string_lossy().into_owned();
            folders.push(Folder { path, name, prefix });
        };
        add(workspace.root().to_owned(), "the workspace", "");
        add(workspace.root().with_extension("fetched"), "the fetched files", "");
        add(workspace.root().with_extension("fetched.git"), "the fetched repository", "");
        for tenant in [tenant, &real] {
            add(tenant.join("repositories"), "repositories", "repositories/");
            add(tenant.clone(), "the data folder", "");
        }
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.path.len()));
        let temporary = std::env::temp_dir().join(TEMPORARY).to_string_lossy().into_owned();
        Places { folders, temporary }
    }

    /// The text without these paths.
    pub(crate) fn hidden(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for folder in &self.folders {
            text = folder.hidden(text);
        }
        while let Some(at) = text.find(&self.temporary) {
            let rest = &text[at + self.temporary.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            text.replace_range(at..at + self.temporary.len() + end, "a temporary folder");
        }
        text
    }

    /// The value without these paths in any of its texts.
    pub(crate) fn hidden_in(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.hidden(&text)),
            Value::Array(items) => {
                Value::Array(items.into_iter().map(|item| self.hidden_in(item)).collect())
            }
            Value::Object(map) => {
                let entries = map.into_iter().map(|(key, item)| (key, self.hidden_in(item)));
                Value::Object(entries.collect())
            }
            other => other,
        }
    }
}

impl Folder {
    fn hidden(&self, text: String) -> String {
        // A path of one letter would be found in any text.
        if self.path.len() < 2 || !Path::new(&self.path).is_absolute() || !text.contains(&self.path)
        {
            return text;
        }
        let mut shown = String::with_capacity(text.len());
        let mut parts = text.split(&self.path);
        shown.push_str(parts.next().unwrap_or_default());
        for part in parts {
            // A longer name that only begins like the folder's is another place.
            let continues = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            // What follows a path in a text is no part of it.
            let begins = |c: char| continues(c) || matches!(c, '.' | '@' | '~' | '+');
            if let Some(file) = part.strip_prefix('/').filter(|file| file.starts_with(begins)) {
                shown.push_str(self.prefix);
                shown.push_str(file);
            } else if part.starts_with(continues) {
                shown.push_str(&self.path);
                shown.push_str(part);
            } else {
                shown.push_str(self.name);
                shown.push_str(part.strip_prefix('/').unwrap_or(part));
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn places() -> Places {
        let folder = |path: &str, name, prefix| Folder { path: path.to_owned(), name, prefix };
        Places {
            folders: vec![
                folder("/d/t/repositories", "repositories", "repositories/"),
                folder("/d/t/w/1", "the workspace", ""),
                folder("/d/t", "the data folder", ""),
            ],
            temporary: "/tmp/callboard-git-".to_owned(),
        }
    }

    #[test]
    fn paths_are_shown_as_people_know_them() {
        for (text, shown) in [
            ("Pushing to /d/t/repositories/x.git", "Pushing to repositories/x.git"),
            ("/d/t/w/1 holds no files", "the workspace holds no files"),
            ("/d/t/w/1/app/a.txt: no, /d/t/w/1/b", "app/a.txt: no, b"),
            ("'/d/t/w/1/'", "'the workspace'"),
            ("in /tmp/callboard-git-aB3xY/repository.", "in a temporary folder/repository."),
            ("/d/t/w/12 and /d/tenant", "w/12 and /d/tenant"),
            ("file:///d/t/repositories/x.git//a", "file://repositories/x.git//a"),
            ("nothing /else", "nothing /else"),
        ] {
            assert_eq!(places().hidden(text), shown, "{text}");
        }
        let value = json!({"a": ["/d/t/w/1/x", 1, null], "b": {"c": "/d/t/repositories/y.git"}});
        assert_eq!(
            places().hidden_in(value),
            json!({"a": ["x", 1, null], "b": {"c": "repositories/y.git"}})
        );
    }
}
