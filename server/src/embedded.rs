//! What the executable carries: the site, the shipped templates, the demo content.

use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Writes embedded files into a folder, so that they are read like anybody's. A file that is
/// already there with the same content is left alone: its time tells whether it changed.
pub fn unpack(files: &[(&str, &[u8])], folder: &Path) -> std::io::Result<()> {
    for (name, content) in files {
        let path = folder.join(name);
        if std::fs::read(&path).is_ok_and(|present| present == *content) {
            continue;
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, content)?;
    }
    Ok(())
}
