//! AsyncAPI 2 and 3.

use crate::limits::MAX_EXAMPLES;
use crate::openapi::{about, security};
use crate::outline::{Definition, Group, Head};
use crate::reference::{self, follow};
use crate::schema::{describe, rows, table};
use crate::text::{Anchors, example, facts, first_line, html, paragraph, plain};
use crate::tree::{self, Tree};
use model::api_definition::{ApiDetail, ApiField, ApiFields, ApiItem, ApiSense, DefinitionProblem};
use serde_json::Value;

struct AsyncApi {
    root: Value,
    version: u32,
    keys: Vec<Key>,
    groups: Vec<Group>,
}

/// Where an item stands.
enum Key {
    /// An operation of version 2: its channel and `publish` or `subscribe`.
    Channel {
        channel: String,
        action: &'static str,
    },
    /// An operation of version 3.
    Operation(String),
    Message(String),
    Schema(String),
}

pub(crate) fn read(text: &str) -> Result<Box<dyn Definition>, DefinitionProblem> {
    let root = tree::read(text)?;
    let found = plain(root.at("asyncapi"));
    let version = match found.split('.').next() {
        Some("2") => 2,
        Some("3") => 3,
        _ => {
            let found = if found == "null" { "no such key" } else { found.as_str() };
            return Err(DefinitionProblem {
                message: format!("Expected `asyncapi: 2.x` or `3.x` at the top, found {found}."),
                ..DefinitionProblem::default()
            });
        }
    };
    let mut definition = AsyncApi { root, version, keys: Vec::new(), groups: Vec::new() };
    definition.list();
    Ok(Box::new(definition))
}

impl AsyncApi {
    fn list(&mut self) {
        let mut anchors = Anchors::default();
        let mut keys = Vec::new();
        let mut groups = Vec::new();
        for (name, channel) in self.root.entries("channels") {
            let channel = follow(&self.root, channel).value;
            let title = match channel.text("address") {
                "" => name,
                address => address,
            };
            let mut items = Vec::new();
            if self.version == 2 {
                for action in ["publish", "subscribe"] {
                    let operation = channel.at(action);
                    if operation.is_object() {
                        let id = match operation.text("operationId") {
                            "" => anchors.make(&[action, name]),
                            id => anchors.make(&[id]),
                        };
                        items.push((keys.len(), self.listed(id, action, title, operation)));
                        keys.push(Key::Channel { channel: name.to_owned(), action });
                    }
                }
            } else {
                for (key, operation) in self.root.entries("operations") {
                    let operation = follow(&self.root, operation).value;
                    let leads = operation.at("channel").text("$ref");
                    if leads.starts_with("#/channels/") && reference::name(leads) == name {
                        let action = operation.text("action");
                        let id = anchors.make(&[key]);
                        items.push((keys.len(), self.listed(id, action, key, operation)));
                        keys.push(Key::Operation(key.to_owned()));
                    }
                }
            }
            groups.push(Group {
                title: title.to_owned(),
                description: channel.text("description").to_owned(),
                items,
            });
        }
        let components = self.root.at("components");
        for (section, title, badge) in
            [("messages", "Messages", "message"), ("schemas", "Schemas", "schema")]
        {
            let mut items = Vec::new();
            for (name, value) in components.entries(section) {
                let value = follow(&self.root, value).value;
                let about = [value.text("summary"), value.text("title"), value.text("description")];
                let about = about.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
                let item = ApiItem {
                    id: anchors.make(&[badge, name]),
                    badge: badge.to_owned(),
                    sense: ApiSense::Type,
                    title: name.to_owned(),
                    summary: first_line(about),
                    deprecated: value.flag("deprecated"),
                    details: None,
                };
                items.push((keys.len(), item));
                keys.push(match section {
                    "messages" => Key::Message(name.to_owned()),
                    _ => Key::Schema(name.to_owned()),
                });
            }
            groups.push(Group { title: title.to_owned(), items, ..Group::default() });
        }
        (self.keys, self.groups) = (keys, groups);
    }

    fn listed(&self, id: String, action: &str, title: &str, operation: &Value) -> ApiItem {
        let about =
            [operation.text("summary"), operation.text("description"), operation.text("title")];
        let about = about.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        ApiItem {
            id,
            badge: action.to_owned(),
            sense: match action {
                "publish" | "send" => ApiSense::Write,
                _ => ApiSense::Event,
            },
            title: title.to_owned(),
            summary: first_line(about),
            deprecated: operation.flag("deprecated"),
            details: None,
        }
    }

    /// What goes over a channel.
    fn channel(&self, details: &mut Vec<ApiDetail>, name: &str, channel: &Value) {
        let mut parameters =
            ApiFields { title: "Parameters of the channel".to_owned(), ..ApiFields::default() };
        for (name, parameter) in channel.entries("parameters") {
            let parameter = follow(&self.root, parameter).value;
            let field = ApiField {
                name: name.to_owned(),
                description: html(parameter.text("description")),
                ..ApiField::default()
            };
            // Version 3 says the limits beside the name.
            let schema = match parameter.at("schema") {
                Value::Null => parameter,
                schema => schema,
            };
            let (mut fields, more) = rows(&self.root, field, schema);
            if let Some(first) = fields.first_mut().filter(|first| first.r#type == "any") {
                first.r#type = "string".to_owned();
            }
            parameters.fields.extend(fields);
            parameters.more += more;
        }
        if !parameters.fields.is_empty() {
            details.push(ApiDetail::Fields(parameters));
        }
        let servers = channel.list("servers").iter().map(|server| match server.as_str() {
            Some(name) => name.to_owned(),
            None => reference::name(server.text("$ref")),
        });
        let mut said = vec![("Channel".to_owned(), name.to_owned())];
        let servers: Vec<String> = servers.collect();
        if !servers.is_empty() {
            said.push(("Servers".to_owned(), servers.join(", ")));
        }
        said.extend(bindings(channel));
        details.extend(facts("Channel", said));
    }

    fn message(&self, details: &mut Vec<ApiDetail>, message: &Value, title: &str) {
        let target = follow(&self.root, message);
        if let Some(missing) = target.missing {
            let facts = vec![(missing.to_owned(), target.reference.to_owned())];
            details.push(ApiDetail::Facts { title: title.to_owned(), facts });
            return;
        }
        let message = target.value;
        let name = match (message.text("name"), target.reference) {
            ("", "") => message.text("title").to_owned(),
            ("", reference) => reference::name(reference),
            (name, _) => name.to_owned(),
        };
        let name = if name.is_empty() { title.to_owned() } else { format!("{title} {name}") };
        let content = match message.text("contentType") {
            "" => self.root.text("defaultContentType"),
            content => content,
        };
        let heading = if content.is_empty() { name.clone() } else { format!("{name}, {content}") };
        let about = [message.text("description"), message.text("summary"), message.text("title")];
        let about = about.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        self.payload(details, message, &heading, about);
        if message.at("headers").is_object() {
            let headers =
                table(&self.root, message.at("headers"), &format!("Headers of {name}"), "");
            details.push(ApiDetail::Fields(headers));
        }
        let correlation = follow(&self.root, message.at("correlationId")).value;
        let mut said: Vec<(String, String)> = bindings(message).collect();
        if !correlation.text("location").is_empty() {
            said.push(("Correlated by".to_owned(), correlation.text("location").to_owned()));
        }
        details.extend(facts(&format!("Of {name}"), said));
        for (number, found) in message.list("examples").iter().take(MAX_EXAMPLES).enumerate() {
            let title = match (found.text("summary"), found.text("name")) {
                ("", "") => format!("Example {}", number + 1),
                ("", name) | (name, _) => format!("Example: {name}"),
            };
            let shown = if found.get("payload").is_some() { found.at("payload") } else { found };
            details.push(example(title, shown));
        }
    }

    /// What a message carries: a schema, or a text in a language of its own.
    fn payload(&self, details: &mut Vec<ApiDetail>, message: &Value, heading: &str, about: &str) {
        let payload = message.at("payload");
        let (format, schema) = match payload.at("schemaFormat") {
            Value::String(format) => (format.as_str(), payload.at("schema")),
            _ => (message.text("schemaFormat"), payload),
        };
        let is_known = format.is_empty()
            || ["aai.asyncapi", "schema+json", "schema+yaml", "vnd.oai.openapi"]
                .iter()
                .any(|known| format.contains(known));
        if is_known {
            let found = table(&self.root, schema, heading, about);
            details.push(ApiDetail::Fields(found));
        } else {
            details.extend(paragraph(about));
            details.push(example(format!("{heading} ({format})"), schema));
        }
    }
}

impl Definition for AsyncApi {
    fn head(&self) -> Head {
        let info = self.root.at("info");
        let version = match info.at("version") {
            Value::Null => String::new(),
            version => plain(version),
        };
        Head {
            format: format!("AsyncAPI {}", plain(self.root.at("asyncapi"))),
            title: info.text("title").to_owned(),
            version,
            description: info.text("description").to_owned(),
        }
    }

    fn about(&self) -> Vec<ApiDetail> {
        let servers = self.root.entries("servers").map(|(name, server)| {
            let server = follow(&self.root, server).value;
            let address = match server.text("url") {
                "" => format!("{}{}", server.text("host"), server.text("pathname")),
                url => url.to_owned(),
            };
            let said = [name, server.text("protocol"), server.text("description")];
            let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
            (address, said.join(" · "))
        });
        let schemes = self.root.at("components").entries("securitySchemes");
        let schemes = schemes
            .map(|(name, scheme)| (name.to_owned(), security(follow(&self.root, scheme).value)));
        let (servers, schemes) =
            (facts("Servers", servers.collect()), facts("Security", schemes.collect()));
        let about = facts("About", about(self.root.at("info")));
        servers.into_iter().chain(schemes).chain(about).collect()
    }

    fn groups(&self) -> Vec<Group> {
        self.groups.clone()
    }

    fn details(&self, key: usize) -> Vec<ApiDetail> {
        let mut details = Vec::new();
        let components = self.root.at("components");
        match &self.keys[key] {
            Key::Channel { channel: name, action } => {
                let channel = follow(&self.root, self.root.at("channels").at(name)).value;
                let operation = channel.at(action);
                details.extend(paragraph(operation.text("description")));
                let message = operation.at("message");
                match message.list("oneOf") {
                    [] => self.message(&mut details, message, "Message"),
                    several => {
                        for message in several {
                            self.message(&mut details, message, "One of");
                        }
                    }
                }
                self.channel(&mut details, name, channel);
                details.extend(facts("Of the operation", bindings(operation).collect()));
            }
            Key::Operation(name) => {
                let operation = follow(&self.root, self.root.at("operations").at(name)).value;
                details.extend(paragraph(operation.text("description")));
                let channel = follow(&self.root, operation.at("channel"));
                // Without a list of its own, whatever goes over the channel.
                match operation.list("messages") {
                    [] => {
                        for (name, message) in channel.value.entries("messages") {
                            self.message(&mut details, message, &format!("Message {name}:"));
                        }
                    }
                    listed => {
                        for message in listed {
                            self.message(&mut details, message, "Message");
                        }
                    }
                }
                let reply = follow(&self.root, operation.at("reply")).value;
                for message in reply.list("messages") {
                    self.message(&mut details, message, "Reply");
                }
                let shown = match channel.value.text("address") {
                    "" => reference::name(channel.reference),
                    address => address.to_owned(),
                };
                self.channel(&mut details, &shown, channel.value);
                details.extend(facts("Of the operation", bindings(operation).collect()));
            }
            Key::Message(name) => {
                self.message(&mut details, components.at("messages").at(name), "Message");
            }
            Key::Schema(name) => {
                let schema = components.at("schemas").at(name);
                details.extend(paragraph(schema.text("description")));
                let title = format!("Fields of {}", describe(&self.root, schema));
                details.push(ApiDetail::Fields(table(&self.root, schema, &title, "")));
            }
        }
        details
    }
}

/// What is said for one protocol only.
fn bindings(value: &Value) -> impl Iterator<Item = (String, String)> {
    value.entries("bindings").map(|(protocol, said)| (format!("Binding {protocol}"), plain(said)))
}
