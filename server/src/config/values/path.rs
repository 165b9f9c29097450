//! Paths of files and folders; relative ones start from the folder of the file they stand in.

use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::Tree;
use std::path::{Component, Path, PathBuf};

const EXPECTED: &str = "a path";

impl Setting for PathBuf {
    fn shape() -> Shape {
        Shape::Scalar(EXPECTED)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, EXPECTED, |text| match text {
            "" => Err("Write a path, or leave the key out.".to_owned()),
            _ if text.contains("://") => {
                Err("Write the path of a file or folder on this machine.".to_owned())
            }
            _ => Ok(resolve(&tree.place.file.folder, text)),
        })
    }
}

/// The path seen from a folder, without `.` and with `..` taken back where that is safe to say.
pub fn resolve(folder: &Path, text: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for component in folder.join(text).components() {
        match component {
            Component::CurDir => {}
            // `link/..` may lead elsewhere, but nobody means that in a configuration.
            Component::ParentDir
                if matches!(path.components().next_back(), Some(Component::Normal(_))) =>
            {
                path.pop();
            }
            other => path.push(other),
        }
    }
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_start_from_the_folder() {
        let check = |folder: &str, text, expected: &str| {
            assert_eq!(resolve(Path::new(folder), text), Path::new(expected), "{folder} {text}");
        };
        check("/etc/callboard", "catalog", "/etc/callboard/catalog");
        check("/etc/callboard", "./catalog/**/x.yaml", "/etc/callboard/catalog/**/x.yaml");
        check("/etc/callboard", "../shared", "/etc/shared");
        check("/etc/callboard", "/srv/docs", "/srv/docs");
        check(".", "catalog", "catalog");
        check(".", ".", ".");
        check(".", "../other", "../other");
        check("/", "../x", "/../x");
    }
}
