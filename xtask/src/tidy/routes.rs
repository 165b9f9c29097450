//! The REST interface and its description, `server/openapi.json`, name the same paths and methods.

use super::{Fault, Source, modules::is_cfg_test, settings::File};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Expr, Lit, visit::Visit};

const DESCRIPTION: &str = "server/openapi.json";
const RULE: &str = "routes";

/// What begins so is REST and has to be described.
const REST: &str = "/api/";

/// The functions that make a route of a method; `any` answers what is unknown.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A route in the code.
struct Route {
    method: String,
    path: String,
    file: String,
    line: usize,
}

pub fn check(files: &[File<'_>], sources: &[Source]) -> Vec<Fault> {
    let mut finder =
        Finder { path: "", strings: BTreeMap::new(), routes: Vec::new(), faults: Vec::new() };
    for file in files {
        finder.path = file.path;
        finder.strings.clear();
        finder.visit_file(file.syntax);
    }
    let (routes, mut faults) = (finder.routes, finder.faults);
    let page = sources.iter().find(|source| source.path == DESCRIPTION);
    let described = match page.map(|page| described(&page.text)) {
        Some(Ok(described)) => described,
        // Where there is no REST there is nothing to describe.
        None if routes.is_empty() => return faults,
        None => BTreeSet::new(),
        Some(Err(message)) => {
            let file = DESCRIPTION.to_owned();
            faults.push(Fault { file, line: 0, rule: RULE, message });
            return faults;
        }
    };
    let mut served = BTreeSet::new();
    for Route { method, path, file, line } in routes {
        if !described.contains(&(method.clone(), path.clone())) {
            let message =
                format!("{} {path} is served and not in {DESCRIPTION}", method.to_uppercase());
            faults.push(Fault { file, line, rule: RULE, message });
        }
        served.insert((method, path));
    }
    for (method, path) in described.difference(&served) {
        let message = format!("{} {path} is described and no route", method.to_uppercase());
        faults.push(Fault { file: DESCRIPTION.to_owned(), line: 0, rule: RULE, message });
    }
    faults
}

fn described(text: &str) -> Result<BTreeSet<(String, String)>, String> {
    let document: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("is no JSON ({error})"))?;
    let paths = document["paths"].as_object().ok_or("has no `paths`")?;
    let mut found = BTreeSet::new();
    for (path, methods) in paths {
        for method in methods.as_object().into_iter().flat_map(|it| it.keys()) {
            if METHODS.contains(&method.as_str()) {
                found.insert((method.clone(), path.clone()));
            }
        }
    }
    Ok(found)
}

struct Finder<'a> {
    path: &'a str,
    /// `let name = "…"` above the routes.
    strings: BTreeMap<String, String>,
    routes: Vec<Route>,
    faults: Vec<Fault>,
}

impl Finder<'_> {
    /// A text that is written out, or put together of such.
    fn text(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            Expr::Reference(it) => self.text(&it.expr),
            Expr::Path(path) => self.strings.get(&path.path.get_ident()?.to_string()).cloned(),
            Expr::Macro(it) if it.mac.path.is_ident("format") => {
                let pattern: syn::LitStr = it.mac.parse_body().ok()?;
                let mut text = pattern.value();
                for (name, value) in &self.strings {
                    text = text.replace(&format!("{{{name}}}"), value);
                }
                Some(text.replace("{{", "{").replace("}}", "}"))
            }
            _ => None,
        }
    }
}

/// The methods of `get(…).post(…)`.
fn methods(handler: &Expr, found: &mut Vec<String>) {
    let name = match handler {
        Expr::MethodCall(call) => {
            methods(&call.receiver, found);
            call.method.to_string()
        }
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                path.path.segments.last().map(|part| part.ident.to_string()).unwrap_or_default()
            }
            _ => return,
        },
        _ => return,
    };
    if METHODS.contains(&name.as_str()) {
        found.push(name);
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !module.attrs.iter().any(is_cfg_test) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let (syn::Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
            && let Some(text) = self.text(&init.expr)
        {
            self.strings.insert(name.ident.to_string(), text);
        }
        syn::visit::visit_local(self, local);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        syn::visit::visit_expr_method_call(self, call);
        let mut arguments = call.args.iter();
        let (Some(path), Some(handler), None) =
            (arguments.next(), arguments.next(), arguments.next())
        else {
            return;
        };
        if call.method != "route" {
            return;
        }
        let line = call.method.span().start().line;
        let Some(path) = self.text(path) else {
            // Outside of REST a path may come from anywhere.
            if self.path.starts_with("server/src/rest") {
                let message =
                    "write the path of a route as a text, so that it can be compared with \
                               its description"
                        .to_owned();
                self.faults.push(Fault { file: self.path.to_owned(), line, rule: RULE, message });
            }
            return;
        };
        if path.starts_with(REST) {
            let mut found = Vec::new();
            methods(handler, &mut found);
            self.routes.extend(found.into_iter().map(|method| Route {
                method,
                path: path.clone(),
                file: self.path.to_owned(),
                line,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(code: &str, description: &str) -> Vec<String> {
        let syntax = syn::parse_str(code).unwrap();
        let files = [File { path: "server/src/rest/catalog.rs", syntax: &syntax }];
        let page = Source { path: DESCRIPTION.to_owned(), text: description.to_owned() };
        check(&files, &[page]).iter().map(ToString::to_string).collect()
    }

    const CODE: &str = "fn router() { let by_name = \"/api/x/{name}\"; Router::new()
        .route(\"/api/x\", get(list).post(create))
        .route(&format!(\"{by_name}/more\"), get(more))
        .route(\"/api/{*path}\", any(unknown)).route(\"/healthz\", get(health)) }";

    #[test]
    fn routes_and_their_description_are_compared_both_ways() {
        let whole = r#"{"paths": {"/api/x": {"get": {}, "post": {}, "parameters": []},
            "/api/x/{name}/more": {"get": {}}}}"#;
        assert_eq!(faults(CODE, whole), Vec::<String>::new());
        let less = r#"{"paths": {"/api/x": {"get": {}}, "/api/x/{name}/more": {"get": {}}}}"#;
        let expected = "server/src/rest/catalog.rs:2: POST /api/x is served and not in \
                        server/openapi.json [routes]";
        assert_eq!(faults(CODE, less), [expected]);
        let more = whole.replace("\"post\": {}", "\"post\": {}, \"delete\": {}");
        let expected = "server/openapi.json: DELETE /api/x is described and no route [routes]";
        assert_eq!(faults(CODE, &more), [expected]);
        assert_eq!(faults("", "[]"), ["server/openapi.json: has no `paths` [routes]"]);
    }

    #[test]
    fn a_path_that_cannot_be_read_is_named() {
        let found = faults("fn f() { r.route(made(), get(x)) }", r#"{"paths": {}}"#);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("write the path of a route as a text"), "{found:?}");
    }
}
