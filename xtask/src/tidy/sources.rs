//! Invariants 1, 4, 5, 6 and 7: what a Rust file may say, depending on where it stands.

use super::{Fault, RustFile, Source};
use crate::rust::{Kind, Token, closing};

/// Files longer than this give their reason in the header.
const LONG: usize = 600;

/// The folders and files of `app/src` that the kit in `ui/` must not know.
const FEATURES: [&str; 12] = [
    "backend",
    "catalog",
    "dashboard",
    "layout",
    "routes",
    "scaffolder",
    "search",
    "session",
    "shell",
    "techdocs",
    "admin",
    "insights",
];

/// The rules that look at one file; `code` is `tokens` without tests.
pub fn check(source: &Source, tokens: &[Token<'_>], code: &[Token<'_>]) -> Vec<Fault> {
    let mut faults = Vec::new();
    header(source, &mut faults);
    if source.path.starts_with("app/src/") {
        conditional(source, tokens, &mut faults);
        endpoints(source, code, &mut faults);
    }
    if source.path.starts_with("app/src/ui/") || source.path == "app/src/ui.rs" {
        kit(source, tokens, &mut faults);
    }
    sql(source, tokens, &mut faults);
    if !is_test(&source.path) {
        http(source, code, &mut faults);
        environment(source, code, &mut faults);
    }
    faults
}

/// Invariant 1, over all files: the switch between the two halves stands in one line.
pub fn one_feature_line(files: &[RustFile<'_>]) -> Vec<Fault> {
    const RULE: &str = "one-switch";
    let mut places = Vec::new();
    for file in files.iter().filter(|file| file.source.path.starts_with("app/src/")) {
        for window in file.tokens.windows(3) {
            if window[0].is_ident("feature") && window[1].is('=') && window[2].text == "ssr" {
                places.push(file.source.fault(
                    window[0].line,
                    RULE,
                    "`feature = \"ssr\"` may stand in one line of app/src only; go through crate::backend",
                ));
            }
        }
    }
    match places.len() {
        1 => Vec::new(),
        0 => vec![Fault {
            file: "app/src/lib.rs".into(),
            line: 0,
            rule: RULE,
            message: "expected one line with `feature = \"ssr\"`, found none".into(),
        }],
        _ => places,
    }
}

fn conditional(source: &Source, tokens: &[Token<'_>], faults: &mut Vec<Fault>) {
    for (index, token) in tokens.iter().enumerate() {
        if token.is_ident("cfg_if") {
            faults.push(source.fault(token.line, "one-switch", "`cfg_if` has no place in app/src"));
        }
        let other_feature = token.is_ident("feature")
            && tokens.get(index + 1).is_some_and(|t| t.is('='))
            && tokens.get(index + 2).is_some_and(|t| t.is_str() && t.text != "ssr");
        if other_feature {
            faults.push(source.fault(
                token.line,
                "one-switch",
                "app/src is switched by `feature = \"ssr\"` alone, in one line",
            ));
        }
    }
}

/// Invariant 7: every server function says where it lives.
fn endpoints(source: &Source, tokens: &[Token<'_>], faults: &mut Vec<Fault>) {
    for index in 0..tokens.len() {
        let [hash, open, name, ..] = &tokens[index..] else { return };
        if !(hash.is('#') && open.is('[') && name.is_ident("server")) {
            continue;
        }
        let attribute = &tokens[index..closing(tokens, index + 1).min(tokens.len())];
        let named =
            attribute.windows(2).any(|pair| pair[0].is_ident("endpoint") && pair[1].is('='));
        if !named {
            faults.push(source.fault(
                name.line,
                "endpoints",
                "a server function names its endpoint: `#[server(endpoint = \"catalog/list\")]`",
            ));
        }
    }
}

/// Invariant 5: the kit knows nothing of the features that are built from it.
fn kit(source: &Source, tokens: &[Token<'_>], faults: &mut Vec<Fault>) {
    for (index, token) in tokens.iter().enumerate() {
        if !(token.is_ident("crate") || token.is_ident("super")) || !is_path(tokens, index + 1) {
            continue;
        }
        let mut names = Vec::new();
        match tokens.get(index + 3) {
            Some(brace) if brace.is('{') => {
                let end = closing(tokens, index + 3).min(tokens.len());
                names.extend(tokens[index + 4..end].iter().filter(|t| t.kind == Kind::Ident));
            }
            Some(name) => names.push(name),
            None => {}
        }
        for name in names.into_iter().filter(|name| FEATURES.contains(&name.text)) {
            faults.push(source.fault(
                name.line,
                "kit",
                format!(
                    "app/src/ui must not import from `{}`; hand the value in as a property",
                    name.text
                ),
            ));
        }
    }
}

/// Invariant 4: SQL is written in one kind of file.
fn sql(source: &Source, tokens: &[Token<'_>], faults: &mut Vec<Fault>) {
    let path = &source.path;
    if path.starts_with("crates/db/")
        || path.starts_with("bench/")
        || path.ends_with("/store.rs")
        || path.contains("/store/")
    {
        return;
    }
    for token in tokens.iter().filter(|token| token.is_ident("sqlx")) {
        faults.push(source.fault(
            token.line,
            "sql",
            "`sqlx` is named only in crates/db and in store.rs files",
        ));
    }
}

/// Invariant 4: one place builds HTTP clients, with its time limits and its list of allowed hosts.
fn http(source: &Source, tokens: &[Token<'_>], faults: &mut Vec<Fault>) {
    if source.path == "crates/clients/src/http.rs" || source.path.starts_with("crates/testkit/") {
        return;
    }
    let message = "HTTP clients are built only in crates/clients/src/http.rs";
    for (index, token) in tokens.iter().enumerate() {
        if !token.is_ident("reqwest") || !is_path(tokens, index + 1) {
            continue;
        }
        let builds = |token: &Token<'_>| {
            ["Client", "ClientBuilder", "blocking", "get"].contains(&token.text)
        };
        let found = match tokens.get(index + 3) {
            Some(brace) if brace.is('{') => {
                let end = closing(tokens, index + 3).min(tokens.len());
                tokens[index + 4..end].iter().any(builds)
            }
            Some(name) => builds(name),
            None => false,
        };
        if found {
            faults.push(source.fault(token.line, "http", message));
        }
    }
}

/// Invariant 4: the environment is read in one place, where every name is documented.
fn environment(source: &Source, tokens: &[Token<'_>], faults: &mut Vec<Fault>) {
    let path = &source.path;
    let exempt = ["server/src/config/", "xtask/", "crates/testkit/"]
        .iter()
        .any(|folder| path.starts_with(folder))
        || path == "server/src/config.rs"
        || path.ends_with("build.rs");
    if exempt {
        return;
    }
    for (index, token) in tokens.iter().enumerate() {
        let reads = token.is_ident("env")
            && is_path(tokens, index + 1)
            && tokens
                .get(index + 3)
                .is_some_and(|t| ["var", "var_os", "vars", "vars_os"].contains(&t.text));
        if reads {
            faults.push(source.fault(
                token.line,
                "environment",
                "the environment is read only in server/src/config",
            ));
        }
    }
}

/// Invariant 6: a module says what it is for, and a long one why it is long.
fn header(source: &Source, faults: &mut Vec<Fault>) {
    let header: Vec<&str> = source
        .text
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty() || line.starts_with("#!"))
        .map_while(|line| line.strip_prefix("//!"))
        .collect();
    let first = header.first().copied().unwrap_or_default().trim();
    if first.split_whitespace().count() < 3 {
        faults.push(source.fault(
            1,
            "header",
            "a file begins with a `//!` sentence that says what it is for",
        ));
    }
    let count = source.text.lines().count();
    // A reason speaks of its lines or of being long.
    let reasoned = header.iter().any(|line| {
        line.split(|c: char| !c.is_alphanumeric())
            .any(|word| ["lines", "long", "longer"].contains(&word.to_lowercase().as_str()))
    });
    if count > LONG && !reasoned {
        faults.push(source.fault(
            1,
            "header",
            format!(
                "{count} lines; cut the file, or say in its `//!` header why it is longer than {LONG} lines"
            ),
        ));
    }
}

fn is_path(tokens: &[Token<'_>], index: usize) -> bool {
    tokens.get(index).is_some_and(|t| t.is(':')) && tokens.get(index + 1).is_some_and(|t| t.is(':'))
}

/// Whether a file is compiled for tests, benchmarks and examples alone.
pub fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || path.contains("/benches/")
        || path.ends_with("/tests.rs")
        || path.contains("/examples/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rust;

    const HEADER: &str = "//! Does one thing well.\n";

    fn rules(path: &str, code: &str) -> Vec<(usize, &'static str)> {
        let source = Source { path: path.into(), text: format!("{HEADER}{code}") };
        let tokens = rust::tokens(&source.text).unwrap();
        let code = rust::without_tests(&tokens);
        check(&source, &tokens, &code).into_iter().map(|fault| (fault.line, fault.rule)).collect()
    }

    #[test]
    fn the_switch_stands_in_one_line() {
        let lib = |text: &str| Source { path: "app/src/lib.rs".into(), text: text.into() };
        let one = "#[cfg(feature = \"ssr\")]\npub mod backend;";
        let found = |sources: &[Source]| {
            one_feature_line(&crate::tidy::rust_files::read(sources).files).len()
        };
        assert_eq!(found(&[lib(one)]), 0);
        assert_eq!(found(&[lib(one), lib(one)]), 2);
        assert_eq!(found(&[lib("// feature = \"ssr\"")]), 1);
        assert_eq!(rules("app/src/x.rs", "cfg_if! {}"), [(2, "one-switch")]);
        assert_eq!(
            rules("app/src/x.rs", "#[cfg(feature = \"hydrate\")] fn f() {}"),
            [(2, "one-switch")]
        );
    }

    #[test]
    fn sql_stands_in_stores() {
        assert_eq!(rules("crates/catalog/src/lib.rs", "\nuse sqlx::Row;"), [(3, "sql")]);
        assert_eq!(rules("crates/catalog/src/store.rs", "use sqlx::Row;"), []);
        assert_eq!(rules("crates/db/src/lib.rs", "use sqlx::Row;"), []);
        assert_eq!(rules("crates/catalog/src/lib.rs", "// sqlx\nconst A: &str = \"sqlx\";"), []);
    }

    #[test]
    fn clients_are_built_in_one_place() {
        for code in [
            "fn f() { reqwest::Client::new(); }",
            "use reqwest::{Client, Url};",
            "fn f() { reqwest::get(x); }",
        ] {
            assert_eq!(rules("crates/catalog/src/x.rs", code), [(2, "http")], "{code}");
            assert_eq!(rules("crates/clients/src/http.rs", code), [], "{code}");
            assert_eq!(rules("server/tests/it/main.rs", code), [], "{code}");
        }
        assert_eq!(rules("crates/catalog/src/x.rs", "use reqwest::StatusCode;"), []);
    }

    #[test]
    fn the_environment_is_read_in_one_place() {
        let code = "fn f() { std::env::var(\"HOME\"); }";
        assert_eq!(rules("crates/clients/src/git.rs", code), [(2, "environment")]);
        assert_eq!(rules("server/src/config/mod.rs", code), []);
        assert_eq!(rules("crates/x/build.rs", code), []);
        assert_eq!(
            rules("crates/x/src/lib.rs", "fn f() { std::env::temp_dir(); env!(\"X\"); }"),
            []
        );
        let in_tests = format!("#[cfg(test)]\nmod tests {{ {code} }}");
        assert_eq!(rules("crates/x/src/lib.rs", &in_tests), []);
    }

    #[test]
    fn the_kit_knows_no_feature() {
        for code in [
            "use crate::catalog::Entity;",
            "use crate::{ui::Button, catalog::Entity};",
            "use super::super::catalog::Entity;",
        ] {
            assert_eq!(rules("app/src/ui/card.rs", code), [(2, "kit")], "{code}");
        }
        assert_eq!(rules("app/src/ui/card.rs", "use crate::ui::button::Button;"), []);
        assert_eq!(rules("app/src/layout/page.rs", "use crate::catalog::Entity;"), []);
    }

    #[test]
    fn server_functions_name_their_endpoints() {
        assert_eq!(
            rules("app/src/catalog/api.rs", "#[server]\nasync fn a() {}"),
            [(2, "endpoints")]
        );
        assert_eq!(
            rules("app/src/catalog/api.rs", "#[server(input = Json)]\nasync fn a() {}"),
            [(2, "endpoints")]
        );
        assert_eq!(
            rules("app/src/catalog/api.rs", "#[server(endpoint = \"x\")]\nasync fn a() {}"),
            []
        );
    }

    #[test]
    fn modules_say_what_they_are_for() {
        let rules = |text: String| {
            let source = Source { path: "crates/x/src/lib.rs".into(), text };
            check(&source, &[], &[]).into_iter().map(|fault| fault.rule).collect::<Vec<_>>()
        };
        assert_eq!(rules("fn main() {}".into()), ["header"]);
        assert_eq!(rules("//! x\n".into()), ["header"]);
        assert!(rules("//! Says what it is for.\n".into()).is_empty());
        let body = "fn f() {}\n".repeat(LONG);
        assert_eq!(rules(format!("//! Says what it is for.\n{body}")), ["header"]);
        assert!(
            rules(format!("//! Says what it is for.\n//! Long because it is a table.\n{body}"))
                .is_empty()
        );
    }
}
