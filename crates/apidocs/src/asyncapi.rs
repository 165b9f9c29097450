//! AsyncAPI 2 and 3.

use crate::definition::{Definition, Group, Head};
use crate::limits::MAX_EXAMPLES;
use crate::openapi::{about, required_scheme, security};
use crate::reference::{self, follow};
use crate::schema::{describe, rows, table};
use crate::text::{Anchors, example, facts, first_line, html, paragraph, plain};
use crate::traits::{self, Applied};
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
    /// A message of a channel that no operation names.
    ChannelMessage {
        channel: String,
        message: String,
    },
    /// A channel without operations and messages, or one that stands elsewhere.
    Bare(String),
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
        let mut placed: Vec<&str> = Vec::new();
        for (name, channel) in self.root.entries("channels") {
            let target = follow(&self.root, channel);
            let channel = target.value;
            let title = match channel.text("address") {
                "" => name,
                address => address,
            };
            let mut items = Vec::new();
            if self.version == 2 {
                for action in ["publish", "subscribe"] {
                    let operation = channel.at(action);
                    if operation.is_object() {
                        let operation = self.applied(operation);
                        let id = match operation.text("operationId") {
                            "" => anchors.make(&[action, name]),
                            id => anchors.make(&[id]),
                        };
                        items.push((keys.len(), listed(id, action, title, &operation)));
                        keys.push(Key::Channel { channel: name.to_owned(), action });
                    }
                }
            } else {
                let mut used: Vec<String> = Vec::new();
                let mut uses_all = false;
                for (key, operation) in self.root.entries("operations") {
                    let operation = follow(&self.root, operation).value;
                    if !self.is_of(operation, name) {
                        continue;
                    }
                    placed.push(key);
                    match operation.list("messages") {
                        [] => uses_all = true,
                        named => {
                            used.extend(named.iter().map(|it| reference::name(it.text("$ref"))))
                        }
                    }
                    let action = operation.text("action");
                    let id = anchors.make(&[key]);
                    items.push((keys.len(), listed(id, action, key, &self.applied(operation))));
                    keys.push(Key::Operation(key.to_owned()));
                }
                for (key, message) in channel.entries("messages") {
                    if uses_all || used.iter().any(|used| used == key) {
                        continue;
                    }
                    let message = self.applied(follow(&self.root, message).value);
                    let id = anchors.make(&["message", name, key]);
                    items.push((keys.len(), listed(id, "message", key, &message)));
                    keys.push(Key::ChannelMessage {
                        channel: name.to_owned(),
                        message: key.to_owned(),
                    });
                }
            }
            if items.is_empty() {
                let mut item = listed(anchors.make(&["channel", name]), "channel", title, channel);
                if let Some(missing) = target.missing {
                    item.summary = format!("{} ({missing})", target.reference);
                }
                items.push((keys.len(), item));
                keys.push(Key::Bare(name.to_owned()));
            }
            groups.push(Group {
                title: title.to_owned(),
                description: channel.text("description").to_owned(),
                items,
            });
        }
        // Operations whose channel is not one of the definition's own.
        let mut items = Vec::new();
        for (key, operation) in self.root.entries("operations") {
            if self.version == 2 || placed.contains(&key) {
                continue;
            }
            let target = follow(&self.root, operation);
            let mut item = listed(
                anchors.make(&[key]),
                target.value.text("action"),
                key,
                &self.applied(target.value),
            );
            if let Some(missing) = target.missing {
                item.badge = "operation".to_owned();
                item.summary = format!("{} ({missing})", target.reference);
            }
            items.push((keys.len(), item));
            keys.push(Key::Operation(key.to_owned()));
        }
        groups.push(Group { title: "Operations".to_owned(), items, ..Group::default() });
        let components = self.root.at("components");
        for (section, title, badge) in
            [("messages", "Messages", "message"), ("schemas", "Schemas", "schema")]
        {
            let mut items = Vec::new();
            for (name, value) in components.entries(section) {
                let target = follow(&self.root, value);
                let id = anchors.make(&[badge, name]);
                let mut item = match section {
                    "messages" => listed(id, badge, name, &self.applied(target.value)),
                    _ => listed(id, badge, name, target.value),
                };
                if let Some(missing) = target.missing {
                    item.summary = format!("{} ({missing})", target.reference);
                }
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

    /// Whether an operation of version 3 is one of a channel: it names the channel, or what the
    /// channel stands for.
    fn is_of(&self, operation: &Value, channel: &str) -> bool {
        let leads = operation.at("channel").text("$ref");
        if leads.starts_with("#/channels/") {
            return reference::name(leads) == channel;
        }
        let stands_for = self.root.at("channels").at(channel).text("$ref");
        !leads.is_empty() && leads == stands_for
    }

    fn applied<'a>(&'a self, value: &'a Value) -> Applied<'a> {
        traits::apply(&self.root, value, self.version)
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
        let mut shown = vec![("Channel".to_owned(), name.to_owned())];
        let servers: Vec<String> = servers.collect();
        if !servers.is_empty() {
            shown.push(("Servers".to_owned(), servers.join(", ")));
        }
        shown.extend(bindings(channel));
        details.extend(facts("Channel", shown));
    }

    /// Ways to sign in that an operation asks for.
    fn security(&self, operation: &Applied<'_>) -> Option<ApiDetail> {
        let schemes = operation.list("security").iter().map(|scheme| {
            let target = follow(&self.root, scheme);
            match (target.missing, target.value.text("type")) {
                // Version 2 names schemes with their scopes.
                (None, "") => required_scheme(scheme),
                (Some(missing), _) => (target.reference.to_owned(), missing.to_owned()),
                (None, _) => (reference::name(target.reference), security(target.value)),
            }
        });
        facts("Security", schemes.collect())
    }

    fn message(&self, details: &mut Vec<ApiDetail>, message: &Value, title: &str) {
        let target = follow(&self.root, message);
        if let Some(missing) = target.missing {
            let facts = vec![(missing.to_owned(), target.reference.to_owned())];
            details.push(ApiDetail::Facts { title: title.to_owned(), facts });
            return;
        }
        let message = self.applied(target.value);
        let message = &message;
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
        let mut shown: Vec<(String, String)> = bindings(message).collect();
        if !correlation.text("location").is_empty() {
            shown.push(("Correlated by".to_owned(), correlation.text("location").to_owned()));
        }
        details.extend(facts(&format!("Of {name}"), shown));
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
    fn payload(
        &self,
        details: &mut Vec<ApiDetail>,
        message: &Applied<'_>,
        heading: &str,
        about: &str,
    ) {
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
            let parts = [name, server.text("protocol"), server.text("description")];
            let parts: Vec<&str> = parts.into_iter().filter(|text| !text.is_empty()).collect();
            (address, parts.join(" · "))
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
                let operation = self.applied(channel.at(action));
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
                details.extend(facts("Of the operation", bindings(&operation).collect()));
                details.extend(self.security(&operation));
            }
            Key::ChannelMessage { channel: name, message } => {
                let channel = follow(&self.root, self.root.at("channels").at(name)).value;
                self.message(&mut details, channel.at("messages").at(message), "Message");
                let shown = match channel.text("address") {
                    "" => name,
                    address => address,
                };
                self.channel(&mut details, shown, channel);
            }
            Key::Bare(name) => {
                let target = follow(&self.root, self.root.at("channels").at(name));
                match target.missing {
                    Some(missing) => details.extend(elsewhere(target.reference, missing)),
                    None => self.channel(&mut details, name, target.value),
                }
            }
            Key::Operation(name) => {
                let target = follow(&self.root, self.root.at("operations").at(name));
                if let Some(missing) = target.missing {
                    details.extend(elsewhere(target.reference, missing));
                    return details;
                }
                let operation = self.applied(target.value);
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
                match channel.missing {
                    Some(missing) => details.extend(elsewhere(channel.reference, missing)),
                    None => self.channel(&mut details, &shown, channel.value),
                }
                details.extend(facts("Of the operation", bindings(&operation).collect()));
                details.extend(self.security(&operation));
            }
            Key::Message(name) => {
                self.message(&mut details, components.at("messages").at(name), "Message");
            }
            Key::Schema(name) => {
                let schema = components.at("schemas").at(name);
                let target = follow(&self.root, schema);
                if let Some(missing) = target.missing {
                    details.extend(elsewhere(target.reference, missing));
                    return details;
                }
                details.extend(paragraph(schema.text("description")));
                let title = format!("Fields of {}", describe(&self.root, schema));
                details.push(ApiDetail::Fields(table(&self.root, schema, &title, "")));
            }
        }
        details
    }
}

/// An item without its details.
fn listed(id: String, badge: &str, title: &str, value: &impl Tree) -> ApiItem {
    // Operations are called by their summary, types by their title.
    let order = ["summary", "title", "description"];
    let about = order.into_iter().map(|key| value.text(key)).find(|text| !text.is_empty());
    ApiItem {
        id,
        badge: badge.to_owned(),
        sense: match badge {
            "publish" | "send" => ApiSense::Write,
            "message" | "schema" => ApiSense::Type,
            _ => ApiSense::Event,
        },
        title: title.to_owned(),
        summary: first_line(about.unwrap_or_default()),
        deprecated: value.flag("deprecated"),
        details: None,
    }
}

/// What is not in the definition, by its name.
fn elsewhere(reference: &str, missing: &str) -> Option<ApiDetail> {
    facts("Elsewhere", vec![(reference.to_owned(), missing.to_owned())])
}

/// What is given for one protocol only.
fn bindings(value: &impl Tree) -> impl Iterator<Item = (String, String)> {
    value.entries("bindings").map(|(protocol, given)| (format!("Binding {protocol}"), plain(given)))
}
