//! Invariant 8: nothing of the server is in what the browser downloads.

use super::Fault;

/// Crates of others that only a server uses.
const SERVER: [&str; 12] = [
    "axum",
    "hyper",
    "hyper-util",
    "leptos_axum",
    "reqwest",
    "rusqlite",
    "rustls",
    "sqlx",
    "sqlx-core",
    "tokio",
    "tower-http",
    "mio",
];

/// Crates of ours that belong in the browser; all others of ours stay on the server.
const OURS_IN_BROWSER: [&str; 3] = ["app", "frontend", "model"];

/// Reads `cargo tree --prefix none --format {p}` of the front end: a crate per line, our own with
/// their folder in brackets.
pub fn check(tree: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for line in tree.lines() {
        let Some(name) = line.split_whitespace().next() else { continue };
        let ours = line.contains("(/") || line.contains(":\\");
        let wrong = SERVER.contains(&name)
            || (ours && !line.contains("(proc-macro)") && !OURS_IN_BROWSER.contains(&name));
        if wrong {
            faults.push(Fault {
                file: "frontend/Cargo.toml".into(),
                line: 0,
                rule: "wasm-tree",
                message: format!(
                    "the browser's program contains `{name}`; `cargo tree -p frontend --target \
                     wasm32-unknown-unknown -i {name}` says why"
                ),
            });
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_crates_are_found() {
        let tree = "frontend v0.1.0 (/x/frontend)\napp v0.1.0 (/x/app)\nleptos v0.8.23\nmodel v0.1.0 (/x/crates/model)\n";
        assert!(check(tree).is_empty());
        let bad =
            format!("{tree}tokio v1.40.0\ncatalog v0.1.0 (/x/crates/catalog)\ntokio v1.40.0 (*)\n");
        let names: Vec<_> = check(&bad).into_iter().map(|fault| fault.message).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names[0].contains("`catalog`") && names[1].contains("`tokio`"));
    }
}
