//! Modules of a crate that use each other in a circle: none can be read, moved or tested without the
//! others. What there is of them already is listed in a file, which may only become shorter.
//!
//! A module is a file. It uses another when it names something that is *defined* there; a `pub use`
//! that only hands a name on is no use, and a name that came through one counts where it is defined.

use super::{
    Fault, Source,
    modules::{Import, Module},
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The list of circles that are there: a crate and a number of files per line.
pub const LIST: &str = "xtask/src/tidy/circles.txt";
const RULE: &str = "circles";

/// Why a file uses another: the line and the name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub from: String,
    pub to: String,
    pub line: usize,
    pub name: String,
}

/// Files that use each other, directly or through others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    pub krate: String,
    pub files: Vec<String>,
    pub edges: Vec<Edge>,
}

/// The modules of a file of the checkout, by its path.
pub type Files<'a> = HashMap<&'a str, &'a [Module]>;

/// Compares the circles of all crates with the list.
pub fn check(metadata: &Value, files: &Files<'_>, sources: &[Source]) -> Vec<Fault> {
    let found = all(metadata, files);
    let text = sources.iter().find(|source| source.path == LIST).map_or("", |it| &it.text);
    compare(&found, text)
}

/// The circles of every library and program, the largest first.
pub fn all(metadata: &Value, files: &Files<'_>) -> Vec<Circle> {
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let mut found: Vec<Circle> = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        for target in package["targets"].as_array().into_iter().flatten() {
            let kinds = target["kind"].as_array().into_iter().flatten();
            let counts = kinds
                .filter_map(Value::as_str)
                .any(|kind| matches!(kind, "lib" | "bin" | "cdylib" | "rlib" | "proc-macro"));
            let path = target["src_path"].as_str().unwrap_or_default();
            let path = path.strip_prefix(root).unwrap_or(path).replace('\\', "/");
            if counts {
                found.extend(Crate::read(path.trim_start_matches('/'), files).circles(name));
            }
        }
    }
    let order = |circle: &Circle| (circle.krate.clone(), usize::MAX - circle.files.len());
    found.sort_by_key(order);
    found.dedup();
    found
}

/// What the list should say.
pub fn list(found: &[Circle]) -> String {
    let line = |circle: &Circle| format!("{} {}\n", circle.krate, circle.files.len());
    found.iter().map(line).collect()
}

fn compare(found: &[Circle], text: &str) -> Vec<Fault> {
    let mut allowed: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    let mut faults = Vec::new();
    let mut fault = |line: usize, message: String| {
        faults.push(Fault { file: LIST.to_owned(), line, rule: RULE, message });
    };
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let entry =
            line.split_once(' ').and_then(|(name, count)| Some((name, count.parse().ok()?)));
        match entry {
            Some((name, count)) => allowed.entry(name).or_default().push((count, number + 1)),
            None => fault(number + 1, format!("expected a crate and a number, found `{line}`")),
        }
    }
    for circle in found {
        let listed = allowed.entry(&circle.krate).or_default();
        let size = circle.files.len();
        if let Some(at) = listed.iter().position(|(count, _)| *count == size) {
            listed.remove(at);
            continue;
        }
        // The nearest larger one is what this was before it shrank.
        let larger = (0..listed.len()).filter(|at| listed[*at].0 > size);
        match larger.min_by_key(|at| listed[*at].0) {
            Some(at) => {
                let (count, line) = listed.remove(at);
                fault(
                    line,
                    format!(
                        "the circle of {count} files in `{}` has only {size} now; write {size}",
                        circle.krate
                    ),
                );
            }
            None => fault(0, described(circle)),
        }
    }
    for (name, left) in allowed {
        for (count, line) in left {
            fault(
                line,
                format!("`{name}` has no circle of {count} files any more; remove the line"),
            );
        }
    }
    faults
}

/// The circle with its files and why each uses the next.
pub fn described(circle: &Circle) -> String {
    let mut text = format!(
        "{} files of `{}` use each other in a circle; move what both sides need to a module of its \
         own:",
        circle.files.len(),
        circle.krate
    );
    for edge in &circle.edges {
        text.push_str(&format!(
            "\n    {}:{} uses {} ({})",
            edge.from, edge.line, edge.to, edge.name
        ));
    }
    text
}

/// Where a module stands in a crate: the names from its root.
type Place = Vec<String>;

/// What a path leads to.
enum Target {
    Module(Place),
    Item(Place),
}

/// How many imports are followed from one to the next.
const MAX_STEPS: usize = 8;

struct Crate<'a> {
    modules: BTreeMap<Place, (String, &'a Module)>,
}

impl<'a> Crate<'a> {
    fn read(root: &str, files: &Files<'a>) -> Self {
        let mut modules = BTreeMap::new();
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let mut open = vec![(root.to_owned(), Place::new(), folder)];
        while let Some((file, place, folder)) = open.pop() {
            for module in files.get(file.as_str()).copied().into_iter().flatten() {
                let own: Place = place.iter().chain(&module.inside).cloned().collect();
                let below = [std::slice::from_ref(&folder), &module.inside].concat().join("/");
                for (name, path) in &module.files {
                    let child: Place = own.iter().chain([name]).cloned().collect();
                    let (flat, nested) =
                        (format!("{below}/{name}.rs"), format!("{below}/{name}/mod.rs"));
                    let beside = file.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let path = match path {
                        Some(path) => format!("{beside}/{path}"),
                        None if files.contains_key(nested.as_str()) => nested,
                        None => flat,
                    };
                    open.push((path, child, format!("{below}/{name}")));
                }
                modules.insert(own, (file.clone(), module));
            }
        }
        Self { modules }
    }

    fn circles(&self, name: &str) -> Vec<Circle> {
        let mut edges: BTreeMap<(&str, &str), Edge> = BTreeMap::new();
        for (place, (file, module)) in &self.modules {
            for (target, line, name) in self.used(place, module) {
                let Some((other, _)) = self.modules.get(&target) else { continue };
                if other != file {
                    let edge = Edge { from: file.clone(), to: other.clone(), line, name };
                    let known = edges.entry((file, other)).or_insert_with(|| edge.clone());
                    if edge.line < known.line {
                        *known = edge;
                    }
                }
            }
        }
        let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, to) in edges.keys() {
            uses.entry(*from).or_default().insert(*to);
        }
        components(&uses)
            .into_iter()
            .map(|files| Circle {
                krate: name.to_owned(),
                edges: edges
                    .iter()
                    .filter(|((from, to), _)| files.contains(from) && files.contains(to))
                    .map(|(_, edge)| edge.clone())
                    .collect(),
                files: files.into_iter().map(str::to_owned).collect(),
            })
            .collect()
    }

    /// The modules that define what this one names, with the line and the name.
    fn used(&self, place: &Place, module: &Module) -> Vec<(Place, usize, String)> {
        let mut found = Vec::new();
        for import in &module.imports {
            let Some(name) = &import.name else {
                self.used_through_glob(place, module, import, &mut found);
                continue;
            };
            if import.exported && !module.names.contains_key(name) {
                continue;
            }
            if let Some(Target::Item(target)) = self.resolve(place, &import.path, MAX_STEPS) {
                found.push((target, import.line, import.path.join("::")));
            }
        }
        for (path, line) in &module.paths {
            if let Some(Target::Item(target)) = self.resolve(place, path, MAX_STEPS) {
                found.push((target, *line, path.join("::")));
            }
        }
        found
    }

    fn used_through_glob(
        &self,
        place: &Place,
        module: &Module,
        import: &Import,
        found: &mut Vec<(Place, usize, String)>,
    ) {
        match self.resolve(place, &import.path, MAX_STEPS) {
            Some(Target::Module(target)) => {
                for (name, line) in &module.names {
                    if module.items.contains(name) {
                        continue;
                    }
                    if let Some(Target::Item(other)) = self.lookup(&target, name, MAX_STEPS) {
                        found.push((other, *line, name.clone()));
                    }
                }
            }
            Some(Target::Item(target)) => {
                found.push((target, import.line, format!("{}::*", import.path.join("::"))));
            }
            None => {}
        }
    }

    /// Follows a path from a module; nothing when it leads out of the crate.
    fn resolve(&self, from: &Place, path: &[String], steps: usize) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let mut target = match first.as_str() {
            "crate" => Target::Module(Place::new()),
            "self" => Target::Module(from.clone()),
            "super" => Target::Module(parent(from)?),
            name => self.lookup(from, name, steps)?,
        };
        while let Some((name, after)) = rest.split_first() {
            let Target::Module(place) = &target else { break };
            target = match name.as_str() {
                "super" => Target::Module(parent(place)?),
                "self" => Target::Module(place.clone()),
                // What no one writes out was made by a macro of that module.
                name => {
                    self.lookup(place, name, steps).unwrap_or_else(|| Target::Item(place.clone()))
                }
            };
            rest = after;
        }
        Some(target)
    }

    /// A name as a module knows it: its own module or item, or one that it imports.
    fn lookup(&self, place: &Place, name: &str, steps: usize) -> Option<Target> {
        let (_, module) = self.modules.get(place)?;
        let child: Place = place.iter().cloned().chain([name.to_owned()]).collect();
        if self.modules.contains_key(&child) {
            return Some(Target::Module(child));
        }
        if module.items.contains(name) {
            return Some(Target::Item(place.clone()));
        }
        let steps = steps.checked_sub(1)?;
        let named = module.imports.iter().find(|it| it.name.as_deref() == Some(name));
        if let Some(import) = named {
            // `use catalog::…` in a module that is itself called `catalog` means the other crate.
            let itself = import.path.len() == 1 && import.path[0] == name;
            return if itself { None } else { self.resolve(place, &import.path, steps) };
        }
        module.imports.iter().filter(|it| it.name.is_none()).find_map(|import| {
            match self.resolve(place, &import.path, steps)? {
                Target::Module(other) if other != *place => self.lookup(&other, name, steps),
                _ => None,
            }
        })
    }
}

fn parent(place: &Place) -> Option<Place> {
    place.split_last().map(|(_, above)| above.to_vec())
}

/// The strongly connected components of more than one node: who can be reached from each other.
fn components<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<Vec<&'a str>> {
    let mut back: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, targets) in uses {
        for to in targets {
            back.entry(to).or_default().insert(from);
        }
    }
    let mut done = BTreeSet::new();
    let mut found = Vec::new();
    for node in uses.keys() {
        if done.contains(node) {
            continue;
        }
        let backward = reach(node, &back);
        let both: Vec<&str> = reach(node, uses).intersection(&backward).copied().collect();
        done.extend(both.iter().copied());
        if both.len() > 1 {
            found.push(both);
        }
    }
    found
}

fn reach<'a>(from: &'a str, along: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        for next in along.get(node).into_iter().flatten() {
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::super::modules::modules;
    use super::*;
    use serde_json::json;

    fn found(texts: &[(&str, &str)]) -> Vec<Circle> {
        let parsed: Vec<(&str, Vec<Module>)> = texts
            .iter()
            .map(|(path, text)| (*path, modules(&syn::parse_str(text).unwrap())))
            .collect();
        let files = parsed.iter().map(|(path, modules)| (*path, modules.as_slice())).collect();
        let target = json!({"kind": ["lib"], "src_path": "/w/src/lib.rs"});
        let package = json!({"name": "x", "targets": [target]});
        all(&json!({"workspace_root": "/w", "packages": [package]}), &files)
    }

    fn circles(texts: &[(&str, &str)]) -> Vec<Vec<String>> {
        let short = |file: &String| file.trim_start_matches("src/").to_owned();
        let names = |circle: Circle| circle.files.iter().map(short).collect();
        found(texts).into_iter().map(names).collect()
    }

    const LIB: (&str, &str) = ("src/lib.rs", "mod a; mod b;");

    #[test]
    fn two_modules_that_use_each_other_are_a_circle_with_its_edges() {
        let a = ("src/a.rs", "use crate::b::B;\npub struct A(B);");
        let b = ("src/b.rs", "pub struct B;\nfn f() { super::a::A::new(); }");
        let found = found(&[LIB, a, b]);
        assert_eq!(found.len(), 1);
        let edges: Vec<_> = found[0]
            .edges
            .iter()
            .map(|edge| (edge.from.as_str(), edge.line, edge.name.as_str()))
            .collect();
        let expected = [("src/a.rs", 1, "crate::b::B"), ("src/b.rs", 2, "super::a::A::new")];
        assert_eq!(edges, expected);
        let text = described(&found[0]);
        assert!(text.contains("src/b.rs:2 uses src/a.rs (super::a::A::new)"), "{text}");
    }

    #[test]
    fn one_way_is_no_circle_and_neither_are_tests() {
        let a = ("src/a.rs", "use crate::b::B; pub struct A(B);");
        let b = ("src/b.rs", "pub struct B; #[cfg(test)] mod tests { use crate::a::A; }");
        assert!(circles(&[LIB, a, b]).is_empty());
    }

    #[test]
    fn handing_a_name_on_is_no_use() {
        let child = ("src/a.rs", "use super::b::B; pub struct A(B);");
        let b = ("src/b.rs", "pub struct B;");
        let lib = ("src/lib.rs", "mod a; mod b; pub use a::A; pub use b::B;");
        assert!(circles(&[lib, child, b]).is_empty());
        // The name that was handed on counts where it is defined.
        let through = ("src/a.rs", "use crate::B; pub struct A(B);");
        assert!(circles(&[lib, through, b]).is_empty());
        let back = ("src/b.rs", "use crate::A; pub struct B(A);");
        assert_eq!(circles(&[lib, through, back]), [["a.rs", "b.rs"]]);
    }

    #[test]
    fn a_child_that_uses_what_its_parent_defines_is_a_circle_when_the_parent_uses_the_child() {
        let lib = ("src/lib.rs", "mod a; pub struct Own; pub use a::A;");
        let child = ("src/a.rs", "use super::Own; pub struct A(Own);");
        assert!(circles(&[lib, child]).is_empty());
        let uses = ("src/lib.rs", "mod a; pub struct Own; pub use a::A; fn f(a: &A) {}");
        assert_eq!(circles(&[uses, child]), [["a.rs", "lib.rs"]]);
        let path = ("src/lib.rs", "mod a; pub struct Own; fn f() { a::run() }");
        assert_eq!(circles(&[path, child]), [["a.rs", "lib.rs"]]);
    }

    #[test]
    fn globs_count_for_the_names_that_come_through_them() {
        let a = ("src/a.rs", "use super::b::*; pub struct A(B);");
        let b = ("src/b.rs", "use super::a::*; pub struct B;");
        assert!(circles(&[LIB, a, b]).is_empty());
        let back = ("src/b.rs", "use super::a::*; pub struct B; fn f() { m!(A) }");
        assert_eq!(circles(&[LIB, a, back]), [["a.rs", "b.rs"]]);
    }

    #[test]
    fn what_a_macro_defines_belongs_to_its_module() {
        let a = ("src/a.rs", "use super::b; section! { pub struct A(b::B); }");
        let b = ("src/b.rs", "use super::a::A; pub struct B;");
        assert_eq!(circles(&[LIB, a, b]), [["a.rs", "b.rs"]]);
    }

    #[test]
    fn modules_in_folders_and_blocks_are_found() {
        let lib = ("src/lib.rs", "mod a;");
        let a = ("src/a/mod.rs", "mod c; pub mod block { pub struct X(super::c::C); }");
        let c = ("src/a/c.rs", "mod d; pub struct C(super::block::X);");
        let d = ("src/a/c/d.rs", "use super::super::c::C;");
        assert_eq!(circles(&[lib, a, c, d]), [["a/c.rs", "a/mod.rs"]]);
    }

    #[test]
    fn other_crates_are_nobody_of_ours() {
        let lib = ("src/lib.rs", "mod catalog;");
        let file = ("src/catalog.rs", "use ::catalog::X; use std::fs; fn f() { fs::read(X) }");
        assert!(circles(&[lib, file]).is_empty());
    }

    #[test]
    fn the_list_may_only_shrink() {
        let circle = |size: usize| Circle {
            krate: "x".to_owned(),
            files: vec!["f.rs".to_owned(); size],
            edges: Vec::new(),
        };
        let faults = |found: &[Circle], text: &str| -> Vec<String> {
            compare(found, text).iter().map(ToString::to_string).collect()
        };
        assert!(faults(&[circle(3), circle(2)], "# why\nx 3\nx 2\n").is_empty());
        assert_eq!(list(&[circle(3), circle(2)]), "x 3\nx 2\n");
        let smaller = faults(&[circle(3)], "x 5\n");
        assert_eq!(smaller.len(), 1);
        assert!(smaller[0].starts_with("xtask/src/tidy/circles.txt:1: the circle of 5 files"));
        assert!(faults(&[], "x 5\n")[0].contains("no circle of 5 files any more"));
        assert!(faults(&[circle(6)], "x 5\n")[0].contains("6 files of `x` use each other"));
        assert_eq!(faults(&[circle(6)], "x 5\n").len(), 2);
        assert!(faults(&[circle(2)], "y 2\n").iter().any(|it| it.contains("`x`")));
        assert!(faults(&[], "x many\n")[0].contains("expected a crate and a number"));
    }
}
