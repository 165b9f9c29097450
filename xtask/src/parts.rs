//! Small pieces of the browser's program, put together for each part that needs them.
//!
//! The program is cut so that no function is in two files. With seven parts that gives dozens of
//! files, most of them of some hundred bytes. What is small is repeated in one file for each part.

use anyhow::{Context, Result, ensure};
use serde_json::{Map, json};
use std::collections::{BTreeMap, BTreeSet};

/// The script that loads parts.
pub const PARTS_JS: &str = "parts.js";

/// Smaller pieces, in bytes, have no file of their own: who visits several parts loads them again.
const SMALL: usize = 24_000;

type Files = Vec<(String, Vec<u8>)>;

/// Puts the small ones of these files together. `parts` says which modules each part needs, its own
/// last; the result says which files.
pub fn bundle(
    files: &mut Files,
    parts: BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<String, Vec<String>>> {
    let mut bundles = Map::new();
    let mut needed = BTreeMap::new();
    let mut inside = BTreeSet::new();
    let mut made = Files::new();
    for (part, modules) in parts {
        let own = format!("split_{part}.wasm");
        let mut content = Vec::new();
        let mut pieces = Vec::new();
        let mut names = Vec::new();
        for module in modules {
            let name = format!("{module}.wasm");
            let (_, module) = files
                .iter()
                .find(|(file, _)| *file == name)
                .with_context(|| format!("{part} needs {name}, which there is not"))?;
            if module.len() >= SMALL && name != own {
                names.push(name);
                continue;
            }
            content.extend_from_slice(module);
            pieces.push(json!([name, module.len()]));
            inside.insert(name);
        }
        ensure!(inside.contains(&own), "expected {own} among the modules of {part}");
        let file = format!("{part}.bin");
        bundles.insert(own, json!({ "file": file, "pieces": pieces }));
        names.push(file.clone());
        made.push((file, content));
        needed.insert(part, names);
    }
    files.retain(|(name, _)| !inside.contains(name));
    files.append(&mut made);
    let script = files.iter_mut().find(|(name, _)| name == PARTS_JS);
    let (_, script) = script.context("the script that loads parts is missing")?;
    let taking_apart = include_str!("parts.js")
        .replace("BUNDLES", &serde_json::to_string(&bundles).context("names of pieces")?);
    script.extend_from_slice(b"\n");
    script.extend_from_slice(taking_apart.as_bytes());
    Ok(needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_small_is_put_together_and_what_is_large_stays() {
        let mut files: Files = vec![
            ("chunk_1.wasm".into(), vec![1; SMALL]),
            ("chunk_2.wasm".into(), vec![2; 3]),
            ("split_home_part.wasm".into(), vec![3; SMALL + 1]),
            (PARTS_JS.into(), b"import x;".to_vec()),
        ];
        let modules = ["chunk_1", "chunk_2", "split_home_part"].map(str::to_owned);
        let parts = BTreeMap::from([("home_part".to_owned(), modules.to_vec())]);
        let needed = bundle(&mut files, parts).unwrap();
        assert_eq!(needed["home_part"], ["chunk_1.wasm", "home_part.bin"]);
        let file = |name: &str| files.iter().find(|(file, _)| file == name).map(|(_, it)| it);
        assert_eq!(file("home_part.bin").map(Vec::len), Some(3 + SMALL + 1));
        assert!(file("chunk_1.wasm").is_some() && file("chunk_2.wasm").is_none());
        let script = String::from_utf8(file(PARTS_JS).unwrap().clone()).unwrap();
        assert!(script.starts_with("import x;") && script.contains(r#"["chunk_2.wasm",3]"#));
    }
}
