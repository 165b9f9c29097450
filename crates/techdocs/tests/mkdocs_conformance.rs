//! Sites of our own as real MkDocs shows them, recorded by `mkdocs/generate.py`, and as this crate does.
//!
//! Both become the same outline: a line for each heading, paragraph, item, cell and line of code. What
//! differs on purpose stands in `mkdocs/differences.json` with its reason; a difference that is listed and not
//! found is a failure, too, so that the list stays true.

#[path = "mkdocs/outline.rs"]
mod outline;

use model::docs::NavItem;
use serde_json::Value;
use std::path::{Path, PathBuf};
use techdocs::{Links, Site};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mkdocs")
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

fn lines(value: &Value) -> Vec<String> {
    let list = value.as_array().into_iter().flatten();
    list.map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
}

fn nav(items: &[NavItem], depth: usize, lines: &mut Vec<String>) {
    for item in items {
        let place = match (&item.path, &item.url) {
            (Some(path), _) => format!(" > /{path}"),
            (None, Some(url)) => format!(" > {url}"),
            (None, None) => " +".to_owned(),
        };
        lines.push(format!("{}{}{place}", "  ".repeat(depth), item.title));
        nav(&item.children, depth + 1, lines);
    }
}

/// What MkDocs says, with the differences on purpose put in; what is left of the list did not apply.
fn amended(place: &str, mut theirs: Vec<String>, differences: &mut Vec<Value>) -> Vec<String> {
    differences.retain(|difference| {
        if difference["place"] != *place {
            return true;
        }
        let (from, to) = (lines(&difference["mkdocs"]), lines(&difference["callboard"]));
        let found = theirs.windows(from.len()).position(|window| window == from);
        if let Some(at) = found {
            theirs.splice(at..at + from.len(), to);
        }
        found.is_none()
    });
    theirs
}

#[test]
fn pages_read_like_those_of_mkdocs() {
    let mut differences = json(&folder().join("differences.json"));
    let differences = differences.as_array_mut().expect("a list");
    for difference in differences.iter() {
        assert!(difference["why"].as_str().is_some_and(|why| why.len() > 10), "{difference}");
    }
    let links = Links::new("/pages/", "/files/");
    let (mut failures, mut pages) = (Vec::new(), 0);
    let mut compare = |place: String, theirs: Vec<String>, ours: Vec<String>| {
        let theirs = amended(&place, theirs, differences);
        if theirs != ours {
            failures.push(format!("== {place}\n{}", outline::diff(&theirs, &ours)));
        }
    };
    for name in ["environment", "extended", "implied", "monorepo", "nav", "pages"] {
        let expected = json(&folder().join(format!("expected/{name}.json")));
        let root = folder().join("sites").join(name);
        let site = Site::open(&root, "no name").unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(site.title(), expected["site_name"], "{name}");
        let description = site.info().description;
        assert_eq!(description.as_deref(), expected["site_description"].as_str(), "{name}");
        let mut ours = Vec::new();
        nav(site.nav(), 0, &mut ours);
        compare(format!("{name} nav"), lines(&expected["nav"]), ours);
        let drawings = outline::drawings(&root);
        for (path, theirs) in expected["pages"].as_object().expect("pages") {
            let place = format!("{name} /{path}");
            let page = match site.page(path, &links) {
                Ok(page) => page,
                Err(error) => {
                    compare(place, vec!["a page".to_owned()], vec![error.to_string()]);
                    continue;
                }
            };
            pages += 1;
            let ours = outline::outline(&page.html, &drawings);
            compare(place.clone(), lines(&theirs["outline"]), ours);
            let toc = page.toc.iter();
            let toc = toc.map(|entry| format!("h{} #{}: {}", entry.level, entry.id, entry.title));
            compare(format!("{place} toc"), lines(&theirs["toc"]), toc.collect());
            let title = match &theirs["title"] {
                Value::String(title) => title.clone(),
                other => other.to_string(),
            };
            compare(format!("{place} title"), vec![title], vec![page.title]);
        }
    }
    assert!(failures.is_empty(), "{} places differ\n{}", failures.len(), failures.join("\n"));
    assert!(differences.is_empty(), "listed and not there: {differences:#?}");
    assert!(pages > 35, "{pages} pages");
}
