//! OpenAPI 3 and Swagger 2.

use crate::definition::{Definition, Group, Head};
use crate::limits::{MAX_EXAMPLES, cut};
use crate::reference::{self, follow};
use crate::schema::{describe, rows, table};
use crate::text::{Anchors, example, facts, first_line, html, paragraph, plain};
use crate::tree::{self, Tree};
use model::api_definition::{ApiDetail, ApiField, ApiFields, ApiItem, ApiSense, DefinitionProblem};
use serde_json::Value;

/// The methods of a path, in the order they are listed.
const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// A definition.
struct OpenApi {
    root: Value,
    /// Swagger 2 keeps the same things in other places.
    is_swagger: bool,
    keys: Vec<Key>,
    groups: Vec<Group>,
}

/// Where an item stands.
enum Key {
    Operation {
        section: &'static str,
        path: String,
        method: &'static str,
    },
    /// A path whose operations are not in the definition: what is not found, and why.
    Elsewhere {
        reference: String,
        missing: &'static str,
    },
    Schema(String),
}

pub(crate) fn read(text: &str) -> Result<Box<dyn Definition>, DefinitionProblem> {
    let root = tree::read(text)?;
    let version = plain(match root.at("openapi") {
        Value::Null => root.at("swagger"),
        other => other,
    });
    let is_swagger = match version.split('.').next() {
        Some("3") if root.get("openapi").is_some() => false,
        Some("2") if root.get("swagger").is_some() => true,
        _ => {
            let found = if version == "null" { "no such key" } else { version.as_str() };
            return Err(DefinitionProblem {
                message: format!(
                    "Expected `openapi: 3.x` or `swagger: \"2.0\"` at the top, found {found}."
                ),
                ..DefinitionProblem::default()
            });
        }
    };
    let mut definition = OpenApi { root, is_swagger, keys: Vec::new(), groups: Vec::new() };
    definition.list();
    Ok(Box::new(definition))
}

impl OpenApi {
    fn schemas(&self) -> &Value {
        match self.is_swagger {
            true => self.root.at("definitions"),
            false => self.root.at("components").at("schemas"),
        }
    }

    /// Lists operations by tag, then schemas.
    fn list(&mut self) {
        let mut anchors = Anchors::default();
        let mut keys = Vec::new();
        let mut groups: Vec<Group> = Vec::new();
        for tag in self.root.list("tags") {
            groups.push(Group {
                title: tag.text("name").to_owned(),
                description: tag.text("description").to_owned(),
                items: Vec::new(),
            });
        }
        for (section, other) in [("paths", "Operations"), ("webhooks", "Webhooks")] {
            let whole = follow(&self.root, self.root.at(section));
            if let Some(missing) = whole.missing {
                let title = other.to_owned();
                let (id, reference) = (anchors.make(&[section]), whole.reference);
                groups.push(Group {
                    title,
                    items: vec![(keys.len(), elsewhere(id, section, reference, missing))],
                    ..Group::default()
                });
                keys.push(Key::Elsewhere { reference: reference.to_owned(), missing });
            }
            for (path, item) in whole.value.as_object().into_iter().flat_map(tree::pairs) {
                if path == "$ref" {
                    continue;
                }
                let target = follow(&self.root, item);
                let item = target.value;
                if let Some(missing) = target.missing {
                    let id = anchors.make(&["path", path]);
                    let listed = elsewhere(id, path, target.reference, missing);
                    let group = group_of(&mut groups, other);
                    groups[group].items.push((keys.len(), listed));
                    let reference = target.reference.to_owned();
                    keys.push(Key::Elsewhere { reference, missing });
                }
                for method in METHODS {
                    let operation = item.at(method);
                    if !operation.is_object() {
                        continue;
                    }
                    let tag = operation.list("tags").first().and_then(Value::as_str);
                    let tag = tag.unwrap_or(other);
                    let group = group_of(&mut groups, tag);
                    let id = match operation.text("operationId") {
                        "" => anchors.make(&[method, path]),
                        id => anchors.make(&[id]),
                    };
                    let listed = listed(id, path, method, operation);
                    groups[group].items.push((keys.len(), listed));
                    keys.push(Key::Operation { section, path: path.to_owned(), method });
                }
            }
        }
        let mut schemas = Vec::new();
        if let Some(all) = self.schemas().as_object() {
            for (name, schema) in tree::pairs(all) {
                let title = match schema.text("description") {
                    "" => schema.text("title"),
                    description => description,
                };
                let badge = match schema.at("enum") {
                    Value::Array(_) => "enum".to_owned(),
                    _ => describe(&self.root, schema),
                };
                schemas.push((
                    keys.len(),
                    ApiItem {
                        id: anchors.make(&["schema", name]),
                        badge: if badge.len() > 12 { "schema".to_owned() } else { badge },
                        sense: ApiSense::Type,
                        title: name.to_owned(),
                        summary: first_line(title),
                        deprecated: schema.flag("deprecated"),
                        details: None,
                    },
                ));
                keys.push(Key::Schema(name.to_owned()));
            }
        }
        groups.push(Group { title: "Schemas".to_owned(), items: schemas, ..Group::default() });
        (self.keys, self.groups) = (keys, groups);
    }

    /// The parameters of the path and of the operation, the latter's first of those with one name.
    fn parameters<'a>(&'a self, item: &'a Value, operation: &'a Value) -> Vec<&'a Value> {
        let all = operation.list("parameters").iter().chain(item.list("parameters"));
        let mut found: Vec<&Value> = Vec::new();
        for parameter in all {
            let target = follow(&self.root, parameter);
            let same = |known: &&Value| {
                known.text("name") == target.value.text("name")
                    && known.text("in") == target.value.text("in")
            };
            if target.missing.is_some() {
                found.push(parameter);
            } else if !found.iter().any(same) {
                found.push(target.value);
            }
        }
        found
    }

    fn operation(&self, item: &Value, operation: &Value) -> Vec<ApiDetail> {
        let mut details: Vec<ApiDetail> =
            paragraph(operation.text("description")).into_iter().collect();
        let parameters = self.parameters(item, operation);
        let (bodies, others): (Vec<&Value>, Vec<&Value>) =
            parameters.into_iter().partition(|parameter| parameter.text("in") == "body");
        details.extend(self.parameter_table(&others).map(ApiDetail::Fields));
        for body in bodies {
            let title = format!("Request body{}", consumes(&self.root, operation, "consumes"));
            let found = table(&self.root, body.at("schema"), &title, body.text("description"));
            details.push(ApiDetail::Fields(found));
        }
        let target = follow(&self.root, operation.at("requestBody"));
        let body = target.value;
        if let Some(missing) = target.missing {
            let parts = vec![(target.reference.to_owned(), missing.to_owned())];
            details.extend(facts("Request body", parts));
        } else if body.is_object() {
            let required = if body.flag("required") { ", required" } else { "" };
            self.content(&mut details, body, &format!("Request body{required}"));
        }
        for (status, response) in operation.entries("responses") {
            self.response(&mut details, status, response, operation);
        }
        let callbacks = operation.entries("callbacks").map(|(name, callback)| {
            let target = follow(&self.root, callback);
            if let Some(missing) = target.missing {
                return (name.to_owned(), format!("{} ({missing})", target.reference));
            }
            let paths = target.value.as_object().into_iter().flatten();
            let paths: Vec<&str> = paths.map(|(key, _)| key.as_str()).collect();
            (name.to_owned(), paths.join(", "))
        });
        details.extend(facts("Callbacks", callbacks.collect()));
        let security = match operation.at("security") {
            Value::Null => self.root.list("security"),
            _ => operation.list("security"),
        };
        details.extend(facts("Security", security.iter().map(required_scheme).collect()));
        let servers = operation.list("servers").iter().chain(item.list("servers"));
        details.extend(facts("Servers", servers.map(server).collect()));
        details
    }

    fn parameter_table(&self, parameters: &[&Value]) -> Option<ApiFields> {
        let mut found = ApiFields { title: "Parameters".to_owned(), ..ApiFields::default() };
        for parameter in parameters {
            let target = follow(&self.root, parameter);
            if let Some(missing) = target.missing {
                found.fields.push(ApiField {
                    name: reference::name(target.reference),
                    r#type: format!("{} ({missing})", target.reference),
                    ..ApiField::default()
                });
                continue;
            }
            let mut marks = vec![format!("in {}", parameter.text("in"))];
            for (key, mark) in [("required", "required"), ("deprecated", "deprecated")] {
                if parameter.flag(key) {
                    marks.push(mark.to_owned());
                }
            }
            let field = ApiField {
                name: parameter.text("name").to_owned(),
                marks,
                description: html(parameter.text("description")),
                ..ApiField::default()
            };
            let schema = match (parameter.at("schema"), parameter.at("content")) {
                (Value::Null, Value::Object(content)) => {
                    content.values().next().map_or(&Value::Null, |media| media.at("schema"))
                }
                // Swagger 2 says the type beside the name.
                (Value::Null, _) => parameter,
                (schema, _) => schema,
            };
            let (fields, more) = rows(&self.root, field, schema);
            found.fields.extend(fields);
            found.more += more;
        }
        (!found.fields.is_empty()).then_some(found)
    }

    /// A body in each of its forms.
    fn content(&self, details: &mut Vec<ApiDetail>, body: &Value, title: &str) {
        let mut description = body.text("description");
        for (media, content) in body.entries("content") {
            let title = format!("{title}, {media}");
            let found = table(&self.root, content.at("schema"), &title, description);
            details.push(ApiDetail::Fields(found));
            description = "";
            self.examples(details, content);
        }
        if !description.is_empty() {
            let title = title.to_owned();
            let description = html(description);
            details.push(ApiDetail::Fields(ApiFields {
                title,
                description,
                ..ApiFields::default()
            }));
        }
    }

    fn examples(&self, details: &mut Vec<ApiDetail>, content: &Value) {
        match content.at("example") {
            Value::Null => {}
            value => details.push(example("Example", value)),
        }
        for (name, found) in content.entries("examples").take(MAX_EXAMPLES) {
            let target = follow(&self.root, found);
            let found = target.value;
            let title = match found.text("summary") {
                "" => format!("Example: {name}"),
                summary => format!("Example: {summary}"),
            };
            if let Some(missing) = target.missing {
                details
                    .extend(facts(&title, vec![(target.reference.to_owned(), missing.to_owned())]));
                continue;
            }
            match (found.at("value"), found.text("externalValue")) {
                (Value::Null, "") => {}
                (Value::Null, elsewhere) => {
                    let facts = vec![("Elsewhere, not fetched".to_owned(), elsewhere.to_owned())];
                    details.push(ApiDetail::Facts { title, facts });
                }
                (value, _) => details.push(example(title, value)),
            }
        }
    }

    fn response(
        &self,
        details: &mut Vec<ApiDetail>,
        status: &str,
        response: &Value,
        operation: &Value,
    ) {
        let target = follow(&self.root, response);
        let title = format!("Response {status}");
        if let Some(missing) = target.missing {
            let facts = vec![(missing.to_owned(), target.reference.to_owned())];
            details.push(ApiDetail::Facts { title, facts });
            return;
        }
        let response = target.value;
        if response.at("schema").is_object() {
            let title = format!("{title}{}", consumes(&self.root, operation, "produces"));
            let found =
                table(&self.root, response.at("schema"), &title, response.text("description"));
            details.push(ApiDetail::Fields(found));
            for (media, value) in response.entries("examples").take(MAX_EXAMPLES) {
                details.push(example(format!("Example: {media}"), value));
            }
        } else {
            self.content(details, response, &title);
        }
        let mut headers =
            ApiFields { title: format!("Headers of {status}"), ..ApiFields::default() };
        for (name, header) in response.entries("headers") {
            let target = follow(&self.root, header);
            let header = target.value;
            let field = ApiField {
                name: name.to_owned(),
                description: html(header.text("description")),
                ..ApiField::default()
            };
            let schema = if header.at("schema").is_object() { header.at("schema") } else { header };
            let (fields, more) = rows(&self.root, field, schema);
            headers.fields.extend(fields);
            headers.more += more;
        }
        if !headers.fields.is_empty() {
            details.push(ApiDetail::Fields(headers));
        }
    }
}

impl Definition for OpenApi {
    fn head(&self) -> Head {
        let info = self.root.at("info");
        let format = match self.is_swagger {
            true => format!("Swagger {}", plain(self.root.at("swagger"))),
            false => format!("OpenAPI {}", plain(self.root.at("openapi"))),
        };
        let version = match info.at("version") {
            Value::Null => String::new(),
            version => plain(version),
        };
        Head {
            format,
            title: info.text("title").to_owned(),
            version,
            description: info.text("description").to_owned(),
        }
    }

    fn about(&self) -> Vec<ApiDetail> {
        let mut servers: Vec<(String, String)> =
            self.root.list("servers").iter().map(server).collect();
        if self.is_swagger && !self.root.text("host").is_empty() {
            let schemes = self.root.list("schemes").iter().filter_map(Value::as_str);
            let schemes: Vec<&str> = schemes.collect();
            let scheme = schemes.first().copied().unwrap_or("https");
            let (host, path) = (self.root.text("host"), self.root.text("basePath"));
            servers.push((format!("{scheme}://{host}{path}"), String::new()));
        }
        let schemes = match self.is_swagger {
            true => self.root.at("securityDefinitions"),
            false => self.root.at("components").at("securitySchemes"),
        };
        let schemes = schemes.as_object().into_iter().flatten();
        let schemes = schemes.map(|(name, scheme)| {
            let target = follow(&self.root, scheme);
            let how = match target.missing {
                Some(missing) => format!("{} ({missing})", target.reference),
                None => security(target.value),
            };
            (name.clone(), how)
        });
        let (servers, schemes) = (facts("Servers", servers), facts("Security", schemes.collect()));
        servers
            .into_iter()
            .chain(schemes)
            .chain(facts("About", about(self.root.at("info"))))
            .collect()
    }

    fn groups(&self) -> Vec<Group> {
        self.groups.clone()
    }

    fn details(&self, key: usize) -> Vec<ApiDetail> {
        match &self.keys[key] {
            Key::Schema(name) => {
                let schema = self.schemas().at(name);
                let mut details: Vec<ApiDetail> =
                    paragraph(schema.text("description")).into_iter().collect();
                details.push(ApiDetail::Fields(table(&self.root, schema, "Fields", "")));
                if !matches!(schema.at("example"), Value::Null) {
                    details.push(example("Example", schema.at("example")));
                }
                details
            }
            Key::Elsewhere { reference, missing } => {
                let parts = vec![(reference.clone(), (*missing).to_owned())];
                facts("Elsewhere", parts).into_iter().collect()
            }
            Key::Operation { section, path, method } => {
                let whole = follow(&self.root, self.root.at(section)).value;
                let item = follow(&self.root, whole.at(path)).value;
                self.operation(item, item.at(method))
            }
        }
    }
}

/// The group of this title, made when there is none.
fn group_of(groups: &mut Vec<Group>, title: &str) -> usize {
    groups.iter().position(|group| group.title == title).unwrap_or_else(|| {
        groups.push(Group { title: title.to_owned(), ..Group::default() });
        groups.len() - 1
    })
}

/// A path whose operations are not in the definition.
fn elsewhere(id: String, path: &str, reference: &str, missing: &str) -> ApiItem {
    ApiItem {
        id,
        badge: "$ref".to_owned(),
        sense: ApiSense::Type,
        title: path.to_owned(),
        summary: format!("{} ({missing})", cut(reference, 200)),
        deprecated: false,
        details: None,
    }
}

fn listed(id: String, path: &str, method: &'static str, operation: &Value) -> ApiItem {
    let summary = match operation.text("summary") {
        "" => operation.text("description"),
        summary => summary,
    };
    ApiItem {
        id,
        badge: method.to_uppercase(),
        sense: match method {
            "get" | "head" | "options" | "trace" => ApiSense::Read,
            "delete" => ApiSense::Remove,
            _ => ApiSense::Write,
        },
        title: path.to_owned(),
        summary: first_line(summary),
        deprecated: operation.flag("deprecated"),
        details: None,
    }
}

/// `, application/json` as Swagger 2 says it for an operation or for all of them.
fn consumes(root: &Value, operation: &Value, key: &str) -> String {
    let list = match operation.list(key) {
        [] => root.list(key),
        list => list,
    };
    let list: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    if list.is_empty() { String::new() } else { format!(", {}", list.join(", ")) }
}

fn server(server: &Value) -> (String, String) {
    let variables = server
        .entries("variables")
        .map(|(name, variable)| format!("{name}: {}", plain(variable.at("default"))));
    let mut parts: Vec<String> = vec![server.text("description").to_owned()];
    parts.extend(variables);
    parts.retain(|text| !text.is_empty());
    (server.text("url").to_owned(), parts.join(" · "))
}

/// Who stands behind an API, and on what terms.
pub(crate) fn about(info: &Value) -> Vec<(String, String)> {
    let (contact, license) = (info.at("contact"), info.at("license"));
    let all = [
        ("Contact", contact.text("name")),
        ("E-mail", contact.text("email")),
        ("Contact's page", contact.text("url")),
        ("Licence", license.text("name")),
        ("Licence's page", license.text("url")),
        ("Terms of service", info.text("termsOfService")),
    ];
    let parts = all.into_iter().filter(|(_, value)| !value.is_empty());
    parts.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A way to sign in, in words.
pub(crate) fn security(scheme: &Value) -> String {
    let r#type = scheme.text("type");
    let how = match r#type {
        "apiKey" => format!("key `{}` in {}", scheme.text("name"), scheme.text("in")),
        "http" => format!("HTTP {}", scheme.text("scheme")),
        "openIdConnect" => format!("OpenID Connect, {}", scheme.text("openIdConnectUrl")),
        "oauth2" => {
            let flows: Vec<&str> = scheme.entries("flows").map(|(name, _)| name).collect();
            let flow =
                if flows.is_empty() { scheme.text("flow").to_owned() } else { flows.join(", ") };
            format!("OAuth 2, {flow}")
        }
        other => other.to_owned(),
    };
    match first_line(scheme.text("description")) {
        about if about.is_empty() => how,
        about => format!("{how} · {about}"),
    }
}

/// Schemes that have to be there together, with their scopes.
pub(crate) fn required_scheme(requirement: &Value) -> (String, String) {
    let all = requirement.as_object().into_iter().flatten();
    let (mut names, mut scopes) = (Vec::new(), Vec::new());
    for (name, wanted) in all {
        names.push(name.as_str());
        scopes.extend(wanted.as_array().into_iter().flatten().filter_map(Value::as_str));
    }
    match names.is_empty() {
        true => ("none".to_owned(), "also without signing in".to_owned()),
        false => (names.join(" and "), scopes.join(", ")),
    }
}
