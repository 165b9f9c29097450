//! Every page of `app/src/routes.rs` is in `end2end/pages.json`: that list is what the browser tests
//! open, look through for accessibility and measure.

use super::{Fault, RustFile, Source};

const ROUTES: &str = "app/src/routes.rs";
const LIST: &str = "end2end/pages.json";
const RULE: &str = "pages";

/// Pages that exist only after somebody did something; tests of their own open them.
const MADE_BY_TESTS: [&str; 1] = ["/create/runs/:id"];

pub fn check(files: &[RustFile<'_>], sources: &[Source]) -> Vec<Fault> {
    let Some(routes) = files.iter().find(|file| file.source.path == ROUTES) else {
        return Vec::new();
    };
    let fault = |file: &str, line: usize, message: String| Fault {
        file: file.to_owned(),
        line,
        rule: RULE,
        message,
    };
    let text = sources.iter().find(|source| source.path == LIST).map_or("", |it| &it.text);
    let listed: Vec<String> = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(list) => list
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|page| Some(page["path"].as_str()?.to_owned()))
            .collect(),
        Err(error) => return vec![fault(LIST, 0, format!("is no JSON ({error})"))],
    };
    let mut faults = Vec::new();
    for window in routes.code.windows(4) {
        let [name, bang, open, path] = window else { continue };
        if !(name.is_ident("path") && bang.is('!') && open.is('(') && path.is_str()) {
            continue;
        }
        let route = path.text;
        let known = route.is_empty()
            || MADE_BY_TESTS.contains(&route)
            || listed.iter().any(|address| leads_to(address, route));
        if !known {
            let message = format!("the page {route} is not in {LIST}, so no browser test opens it");
            faults.push(fault(ROUTES, path.line, message));
        }
    }
    faults
}

/// Whether an address such as `/docs/default/component/x/` belongs to `/docs/:a/:b/:c/*path`.
fn leads_to(address: &str, route: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let mut parts = path.split('/');
    for part in route.split('/') {
        if part.starts_with('*') {
            return true;
        }
        match parts.next() {
            Some(found) if found == part || (part.starts_with(':') && !found.is_empty()) => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(routes: &str, list: &str) -> Vec<String> {
        let source = |path: &str, text: String| Source { path: path.to_owned(), text };
        let sources = [
            source(ROUTES, format!("//! The map of pages.\nfn f() {{ view! {{ {routes} }} }}")),
            source(LIST, list.to_owned()),
        ];
        let read = crate::tidy::rust_files::read(&sources);
        check(&read.files, &sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_page_that_no_browser_test_opens_is_named() {
        let routes = "<Route path=path!(\"/\") /><Route path=path!(\"/a/:name\") />
            <Route path=path!(\"/docs/:x/*path\") /><ParentRoute path=path!(\"\")>";
        let list = r#"[{"path": "/"}, {"path": "/a/b?tab=c"}, {"path": "/docs/x/"}]"#;
        assert_eq!(faults(routes, list), Vec::<String>::new());
        let expected = "app/src/routes.rs:2: the page /a/:name is not in end2end/pages.json, so no \
                        browser test opens it [pages]";
        assert_eq!(faults(routes, r#"[{"path": "/"}, {"path": "/docs/x/"}]"#), [expected]);
        assert_eq!(faults(routes, "no list").len(), 1);
    }

    #[test]
    fn addresses_lead_to_their_routes_only() {
        assert!(leads_to("/catalog/a/b/c", "/catalog/:x/:y/:z"));
        assert!(!leads_to("/catalog/a/b/c/edit", "/catalog/:x/:y/:z"));
        assert!(!leads_to("/catalog", "/catalog/:x"));
        assert!(!leads_to("/", "/catalog"));
    }
}
