//! Patterns name the files that globby and minimatch themselves name. `globby/record.mjs` writes
//! what they say.

use globs::{Error, Gitignore, Globby, Minimatch, MinimatchOptions};
use serde_json::Value;
use std::collections::BTreeSet;

const CASES: &str = include_str!("globby/cases.json");
const VERDICTS: &str = include_str!("globby/verdicts.json");

/// Where we differ on purpose, with the reason.
const DIFFERENT: [(&str, &str); 3] = [
    ("lit/@(z|deep/q).txt", "a choice that spans folders is looked for in these folders, too"),
    ("lit/!(deep/q).txt", "the same"),
    ("lit/***/q.txt", "three stars are one star anywhere, not only at the end"),
];

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn differs(pattern: &str) -> bool {
    DIFFERENT.iter().any(|(known, _)| *known == pattern)
}

fn report(faults: &[String], count: usize) {
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
}

fn compare(what: &str, expected: &[&str], found: Vec<&str>) -> Option<String> {
    let expected: BTreeSet<&str> = expected.iter().copied().collect();
    let found: BTreeSet<&str> = found.into_iter().collect();
    let more: Vec<_> = found.difference(&expected).take(5).collect();
    let less: Vec<_> = expected.difference(&found).take(5).collect();
    (found != expected).then(|| format!("{what}: should not name {more:?}, should name {less:?}"))
}

#[test]
fn globby_names_the_same_files() {
    let (cases, verdicts) = (read(CASES), read(VERDICTS));
    let tree = texts(&cases["tree"]);
    let is_folder = |path: &str| tree.iter().any(|file| file.starts_with(&format!("{path}/")));
    let named = |patterns: &[&str], dot: bool| -> Vec<&str> {
        let globs = Globby::new(patterns.iter().copied(), dot, is_folder).expect("patterns");
        tree.iter().copied().filter(|file| globs.matches(file).expect("in time")).collect()
    };
    let mut faults = Vec::new();
    let list = verdicts["globby"].as_array().expect("a list");
    assert!(list.len() >= 150, "{}", list.len());
    for verdict in list {
        let patterns = texts(&verdict["patterns"]);
        if patterns.iter().any(|pattern| differs(pattern)) {
            continue;
        }
        for (key, dot) in [("dot", true), ("plain", false)] {
            if verdict[key].is_array() {
                let what = format!("{patterns:?} {key}");
                faults.extend(compare(&what, &texts(&verdict[key]), named(&patterns, dot)));
            }
        }
        // One pattern that is made absolute first, as `fs:delete` does.
        if verdict["deleted"].is_array() && patterns != ["a|b.txt"] {
            let pattern = patterns[0].trim_start_matches("./").trim_end_matches('/');
            let pattern = pattern.replace("lit/./", "lit/").replace("lit/../", "");
            let globs = Globby::one(&pattern, true, is_folder).expect("a pattern");
            let found = tree.iter().copied().filter(|file| globs.matches(file).expect("in time"));
            let what = format!("{patterns:?} deleted");
            faults.extend(compare(&what, &texts(&verdict["deleted"]), found.collect()));
        }
    }
    report(&faults, list.len());
}

#[test]
fn minimatch_names_the_same_files() {
    let (cases, verdicts) = (read(CASES), read(VERDICTS));
    let tree = texts(&cases["tree"]);
    let mut faults = Vec::new();
    let list = verdicts["minimatch"].as_array().expect("a list");
    assert!(list.len() >= 80, "{}", list.len());
    for verdict in list {
        let pattern = verdict["pattern"].as_str().expect("a text");
        if differs(pattern) {
            continue;
        }
        let loose = MinimatchOptions { dot: true, any_case: true };
        for (key, options) in [("plain", MinimatchOptions::default()), ("loose", loose)] {
            let glob = Minimatch::new(pattern, options).expect(pattern);
            let found = tree.iter().copied().filter(|file| glob.matches(file).expect("in time"));
            let what = format!("{pattern} {key}");
            faults.extend(compare(&what, &texts(&verdict[key]), found.collect()));
        }
    }
    report(&faults, list.len());
}

#[test]
fn what_does_not_fit_into_the_bounds_is_refused() {
    let none = |_: &str| false;
    let long = "a".repeat(5_000);
    assert!(matches!(Globby::new([long.as_str()], true, none), Err(Error::TooLong(_))));
    let many = "{a,b}".repeat(20);
    assert!(matches!(Globby::new([many.as_str()], true, none), Err(Error::TooMany(_))));
    let names: Vec<String> = (0..2_000).map(|n| format!("f{n}")).collect();
    let names = names.iter().map(String::as_str);
    assert!(matches!(Globby::new(names, true, none), Err(Error::TooMany(_))));
    let deep = format!("{}a{}", "@(".repeat(100), ")".repeat(100));
    assert!(matches!(Globby::new([deep.as_str()], true, none), Err(Error::TooComplex(_))));
    // What would take a matcher without bounds forever is either decided or given up.
    let path = "a".repeat(2_000);
    for pattern in ["*a".repeat(500) + "b", "+(a|aa)".repeat(30) + "b", "!(b)".repeat(30) + "c"] {
        let globs = Globby::new([pattern.as_str()], true, none);
        let verdict = globs.and_then(|globs| globs.matches(&path));
        assert!(
            matches!(verdict, Ok(false) | Err(Error::TooSlow(..) | Error::TooComplex(_))),
            "{pattern}: {verdict:?}"
        );
    }
}

#[test]
fn lists_in_the_manner_of_gitignore() {
    for (lines, path, expected) in [
        ("", "a.md", false),
        ("*.tmp", "x/y.tmp", true),
        ("drafts/", "drafts/a.md", true),
        ("drafts/", "x/drafts/a.md", true),
        ("drafts/", "drafts", false),
        ("/drafts", "x/drafts/a.md", false),
        ("a/*.md", "a/b.md", true),
        ("a/*.md", "a/b/c.md", false),
        ("a/**/c.md", "a/x/y/c.md", true),
        ("**/x-[0-9].md", "p/x-1.md", true),
        ("*.md\n!keep.md", "keep.md", false),
        ("*.md\n!keep.md", "b.md", true),
        ("# note\n\n", "# note", false),
        ("\\#note", "#note", true),
        ("a\\ b.md", "a b.md", true),
        // Unlike git, MkDocs looks into folders that are left out.
        ("drafts/\n!drafts/keep.md", "drafts/keep.md", false),
        ("drafts/\n!drafts/keep.md", "drafts/a.md", true),
        ("*\n!*/\n!*.md", "a/b.md", false),
        ("*\n!*/\n!*.md", "a/c.txt", true),
        ("x/**", "x/a/b", true),
        ("x/**", "x", false),
        ("\\!a.md", "!a.md", true),
        ("a.md # no note", "a.md", false),
    ] {
        let list = Gitignore::new(lines.lines()).expect(lines);
        assert_eq!(list.ignores(path), expected, "{lines:?} on {path}");
    }
}
