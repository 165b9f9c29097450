//! Services of Protocol Buffers.

use crate::definition::{Definition, Group, Head};
use crate::editions;
use crate::lexical::Language;
use crate::limits::{MAX_DEPTH, MAX_FIELDS, refuse_deep};
use crate::text::{Anchors, facts, first_line, html, paragraph};
use model::api_definition::{ApiDetail, ApiField, ApiFields, ApiItem, ApiSense, DefinitionProblem};
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    MethodDescriptorProto, UninterpretedOption,
};
use std::collections::HashMap;

/// Numbers of fields in the descriptor's own descriptor, which paths of comments are made of.
mod tag {
    pub(super) const FILE_MESSAGE: i32 = 4;
    pub(super) const FILE_ENUM: i32 = 5;
    pub(super) const FILE_SERVICE: i32 = 6;
    pub(super) const FILE_SYNTAX: i32 = 12;
    pub(super) const MESSAGE_FIELD: i32 = 2;
    pub(super) const MESSAGE_NESTED: i32 = 3;
    pub(super) const MESSAGE_ENUM: i32 = 4;
    pub(super) const ENUM_VALUE: i32 = 2;
    pub(super) const SERVICE_METHOD: i32 = 2;
}

/// Which definitions a bare path names.
type Path = Vec<i32>;

struct Grpc {
    /// Such as `2023`; empty for a file by `syntax`.
    edition: String,
    file: FileDescriptorProto,
    comments: HashMap<Path, String>,
    messages: HashMap<String, (DescriptorProto, Path)>,
    enums: HashMap<String, (EnumDescriptorProto, Path)>,
    /// Full names in the order of the text.
    names: Vec<String>,
    keys: Vec<Key>,
    groups: Vec<Group>,
}

/// Where an item stands.
enum Key {
    Method { service: usize, method: usize },
    Type(String),
}

pub(crate) fn read(text: &str) -> Result<Box<dyn Definition>, DefinitionProblem> {
    refuse_deep(text, Language::Proto)?;
    let by_edition = editions::rewrite(text);
    let (edition, text) = match &by_edition {
        Some((edition, rewritten)) => (edition.clone(), rewritten.as_str()),
        None => (String::new(), text),
    };
    let file = protox_parse::parse("definition.proto", text).map_err(|error| {
        let at = error.span().map_or(text.trim_end().len(), |span| span.start);
        let (line, column) = place(text, at);
        let message = format!("The definition is no valid Protocol Buffers file: {error}.");
        DefinitionProblem { message, line: Some(line), column: Some(column) }
    })?;
    let info = file.source_code_info.clone().unwrap_or_default();
    let comments = info.location.into_iter().filter_map(|location| {
        let text = location.leading_comments.or(location.trailing_comments)?;
        Some((location.path, unstarred(&text)))
    });
    let mut definition = Grpc {
        edition,
        comments: comments.collect(),
        messages: HashMap::new(),
        enums: HashMap::new(),
        names: Vec::new(),
        keys: Vec::new(),
        groups: Vec::new(),
        file,
    };
    definition.collect();
    definition.list();
    Ok(Box::new(definition))
}

/// Line and column of a byte.
fn place(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (line as u32, column as u32)
}

/// A comment without the blanks that follow its marks.
fn unstarred(text: &str) -> String {
    let lines = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

impl Grpc {
    fn collect(&mut self) {
        let package = self.file.package().to_owned();
        for (index, message) in self.file.message_type.clone().into_iter().enumerate() {
            self.message(&package, message, vec![tag::FILE_MESSAGE, index as i32]);
        }
        for (index, found) in self.file.enum_type.clone().into_iter().enumerate() {
            self.enumeration(&package, found, vec![tag::FILE_ENUM, index as i32]);
        }
    }

    fn message(&mut self, scope: &str, message: DescriptorProto, path: Path) {
        let name = joined(scope, message.name());
        let is_entry = message.options.as_ref().is_some_and(|options| options.map_entry());
        if !is_entry {
            self.names.push(name.clone());
        }
        for (index, nested) in message.nested_type.iter().enumerate() {
            let inner = [path.as_slice(), &[tag::MESSAGE_NESTED, index as i32]].concat();
            self.message(&name, nested.clone(), inner);
        }
        for (index, nested) in message.enum_type.iter().enumerate() {
            let inner = [path.as_slice(), &[tag::MESSAGE_ENUM, index as i32]].concat();
            self.enumeration(&name, nested.clone(), inner);
        }
        self.messages.insert(name, (message, path));
    }

    fn enumeration(&mut self, scope: &str, found: EnumDescriptorProto, path: Path) {
        let name = joined(scope, found.name());
        self.names.push(name.clone());
        self.enums.insert(name, (found, path));
    }

    fn comment(&self, path: &[i32]) -> &str {
        self.comments.get(path).map(String::as_str).unwrap_or_default()
    }

    fn list(&mut self) {
        let mut anchors = Anchors::default();
        let (mut keys, mut groups) = (Vec::new(), Vec::new());
        for (service, found) in self.file.service.iter().enumerate() {
            let path = [tag::FILE_SERVICE, service as i32];
            let mut items = Vec::new();
            for (method, rpc) in found.method.iter().enumerate() {
                let path = [path[0], path[1], tag::SERVICE_METHOD, method as i32];
                let streams = rpc.client_streaming() || rpc.server_streaming();
                items.push((
                    keys.len(),
                    ApiItem {
                        id: anchors.make(&[found.name(), rpc.name()]),
                        badge: if streams { "stream" } else { "rpc" }.to_owned(),
                        sense: if streams { ApiSense::Event } else { ApiSense::Write },
                        title: signature(rpc),
                        summary: first_line(self.comment(&path)),
                        deprecated: rpc
                            .options
                            .as_ref()
                            .is_some_and(|it| is_deprecated(&it.uninterpreted_option)),
                        details: None,
                    },
                ));
                keys.push(Key::Method { service, method });
            }
            groups.push(Group {
                title: joined(self.file.package(), found.name()),
                description: self.comment(&path).to_owned(),
                items,
            });
        }
        for (title, badge) in [("Messages", "message"), ("Enumerations", "enum")] {
            let mut items = Vec::new();
            for name in &self.names {
                let found = match badge {
                    "message" => self.messages.get(name).map(|(it, path)| {
                        let options = it.options.as_ref();
                        let options = options.map_or(&[][..], |it| &it.uninterpreted_option);
                        (path, is_deprecated(options))
                    }),
                    _ => self.enums.get(name).map(|(it, path)| {
                        let options = it.options.as_ref();
                        let options = options.map_or(&[][..], |it| &it.uninterpreted_option);
                        (path, is_deprecated(options))
                    }),
                };
                let Some((path, deprecated)) = found else { continue };
                items.push((
                    keys.len(),
                    ApiItem {
                        id: anchors.make(&[badge, self.short(name)]),
                        badge: badge.to_owned(),
                        sense: ApiSense::Type,
                        title: self.short(name).to_owned(),
                        summary: first_line(self.comment(path)),
                        deprecated,
                        details: None,
                    },
                ));
                keys.push(Key::Type(name.clone()));
            }
            groups.push(Group { title: title.to_owned(), items, ..Group::default() });
        }
        (self.keys, self.groups) = (keys, groups);
    }

    /// A name without this file's package.
    fn short<'a>(&self, name: &'a str) -> &'a str {
        let rest = name.strip_prefix(self.file.package()).and_then(|rest| rest.strip_prefix('.'));
        rest.unwrap_or(name)
    }

    /// The full name of what a name means inside of a scope; nothing when another file says it.
    fn resolve(&self, name: &str, scope: &str) -> Option<String> {
        let known = |name: &str| self.messages.contains_key(name) || self.enums.contains_key(name);
        if let Some(full) = name.strip_prefix('.') {
            return known(full).then(|| full.to_owned());
        }
        let mut scope = scope;
        loop {
            let full = joined(scope, name);
            if known(&full) {
                return Some(full);
            }
            if scope.is_empty() {
                return None;
            }
            scope = scope.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    /// The rows of a message or an enumeration.
    fn rows(&self, name: &str, depth: u8, within: &mut Vec<String>, rows: &mut ApiFields) {
        if depth > MAX_DEPTH || within.iter().any(|known| known == name) {
            return;
        }
        within.push(name.to_owned());
        if let Some((message, path)) = self.messages.get(name) {
            for (index, field) in message.field.iter().enumerate() {
                let at = [path.as_slice(), &[tag::MESSAGE_FIELD, index as i32]].concat();
                self.field(message, name, field, &at, depth, within, rows);
            }
        } else if let Some((found, path)) = self.enums.get(name) {
            // Below a field, the values stand beside it.
            for (index, value) in found.value.iter().enumerate().filter(|_| depth == 0) {
                let at = [path.as_slice(), &[tag::ENUM_VALUE, index as i32]].concat();
                push(
                    rows,
                    ApiField {
                        name: value.name().to_owned(),
                        r#type: value.number().to_string(),
                        description: html(self.comment(&at)),
                        ..ApiField::default()
                    },
                );
            }
        }
        within.pop();
    }

    #[expect(clippy::too_many_arguments, reason = "one row needs all of where it stands")]
    fn field(
        &self,
        message: &DescriptorProto,
        scope: &str,
        field: &FieldDescriptorProto,
        path: &[i32],
        depth: u8,
        within: &mut Vec<String>,
        rows: &mut ApiFields,
    ) {
        let target = field.type_name.as_deref().and_then(|name| self.resolve(name, scope));
        let entry = target
            .as_ref()
            .and_then(|name| self.messages.get(name))
            .filter(|(found, _)| found.options.as_ref().is_some_and(|options| options.map_entry()));
        let (r#type, inner) = match (entry, &target) {
            (Some((entry, _)), Some(name)) => {
                let part = |number: usize| entry.field.get(number);
                let word = |part: Option<&FieldDescriptorProto>| {
                    part.map(|part| self.type_words(part, name)).unwrap_or_default()
                };
                let value = part(1).and_then(|value| value.type_name.as_deref());
                let inner = value.and_then(|value| self.resolve(value, name));
                (format!("map of {} to {}", word(part(0)), word(part(1))), inner)
            }
            _ if field.label() == Label::Repeated => {
                (format!("repeated {}", self.type_words(field, scope)), target)
            }
            _ => (self.type_words(field, scope), target),
        };
        let mut marks = Vec::new();
        let options = field.options.as_ref().map_or(&[][..], |it| &it.uninterpreted_option);
        let presence = option(options, &["features", "field_presence"]);
        if field.label() == Label::Required || presence.as_deref() == Some("LEGACY_REQUIRED") {
            marks.push("required".to_owned());
        }
        if field.proto3_optional() {
            marks.push("optional".to_owned());
        } else if let Some(index) = field.oneof_index {
            let group = message.oneof_decl.get(index as usize).map(|it| it.name());
            marks.push(format!("one of {}", group.unwrap_or_default()));
        }
        if is_deprecated(options) {
            marks.push("deprecated".to_owned());
        }
        if inner.as_ref().is_some_and(|name| within.contains(name)) {
            marks.push("recursive".to_owned());
        }
        let mut limits = vec![format!("= {}", field.number())];
        if let Some((found, _)) = inner.as_ref().and_then(|name| self.enums.get(name)) {
            let values: Vec<&str> = found.value.iter().take(20).map(|it| it.name()).collect();
            limits.push(format!("one of {}", values.join(", ")));
        }
        let default = field.default_value.clone().or_else(|| option(options, &[editions::DEFAULT]));
        if let Some(default) = default {
            limits.push(format!("default {default}"));
        }
        push(
            rows,
            ApiField {
                depth,
                name: field.name().to_owned(),
                r#type,
                marks,
                description: html(self.comment(path)),
                limits: limits.join(" · "),
            },
        );
        if let Some(name) = inner.filter(|_| rows.fields.len() < MAX_FIELDS) {
            self.rows(&name, depth + 1, within, rows);
        }
    }

    /// What a field holds, in the language's own words.
    fn type_words(&self, field: &FieldDescriptorProto, scope: &str) -> String {
        match &field.type_name {
            Some(name) => match self.resolve(name, scope) {
                Some(full) => self.short(&full).to_owned(),
                None => format!("{} (of another file)", name.trim_start_matches('.')),
            },
            None => scalar(field.r#type()).to_owned(),
        }
    }

    /// What goes in or comes out.
    fn side(&self, title: &str, name: &str, streams: bool) -> ApiDetail {
        let full = self.resolve(name, self.file.package());
        let shown = match &full {
            Some(full) => self.short(full).to_owned(),
            None => format!("{} (of another file)", name.trim_start_matches('.')),
        };
        let r#type = if streams { format!("stream of {shown}") } else { shown };
        let mut rows = ApiFields { title: title.to_owned(), r#type, ..ApiFields::default() };
        if let Some(full) = full {
            if let Some((_, path)) = self.messages.get(&full) {
                rows.description = html(self.comment(path));
            }
            self.rows(&full, 0, &mut Vec::new(), &mut rows);
        }
        ApiDetail::Fields(rows)
    }
}

impl Definition for Grpc {
    fn head(&self) -> Head {
        let syntax = match (self.edition.as_str(), self.file.syntax()) {
            ("", "") => "proto2".to_owned(),
            ("", syntax) => syntax.to_owned(),
            (edition, _) => format!("edition {edition}"),
        };
        Head {
            format: format!("Protocol Buffers ({syntax})"),
            title: self.file.package().to_owned(),
            description: self.comment(&[tag::FILE_SYNTAX]).to_owned(),
            ..Head::default()
        }
    }

    fn about(&self) -> Vec<ApiDetail> {
        let imports = self.file.dependency.iter();
        let imports = imports.map(|file| (file.clone(), "not fetched".to_owned()));
        facts("Imports", imports.collect()).into_iter().collect()
    }

    fn groups(&self) -> Vec<Group> {
        self.groups.clone()
    }

    fn details(&self, key: usize) -> Vec<ApiDetail> {
        match &self.keys[key] {
            Key::Method { service, method } => {
                let path =
                    [tag::FILE_SERVICE, *service as i32, tag::SERVICE_METHOD, *method as i32];
                let rpc = &self.file.service[*service].method[*method];
                let mut details: Vec<ApiDetail> =
                    paragraph(self.comment(&path)).into_iter().collect();
                details.push(self.side("Request", rpc.input_type(), rpc.client_streaming()));
                details.push(self.side("Response", rpc.output_type(), rpc.server_streaming()));
                details
            }
            Key::Type(name) => {
                let path = self.messages.get(name).map(|(_, path)| path);
                let path = path.or_else(|| self.enums.get(name).map(|(_, path)| path));
                let comment = path.map(|path| self.comment(path)).unwrap_or_default();
                let mut details: Vec<ApiDetail> = paragraph(comment).into_iter().collect();
                let title = if self.enums.contains_key(name) { "Values" } else { "Fields" };
                let mut rows = ApiFields { title: title.to_owned(), ..ApiFields::default() };
                self.rows(name, 0, &mut Vec::new(), &mut rows);
                if !rows.fields.is_empty() {
                    details.push(ApiDetail::Fields(rows));
                }
                details
            }
        }
    }
}

/// Whether an option says so; the parser leaves options to those who know the other files.
fn is_deprecated(options: &[UninterpretedOption]) -> bool {
    option(options, &["deprecated"]).as_deref() == Some("true")
}

/// The value of an option as it is written.
fn option(options: &[UninterpretedOption], name: &[&str]) -> Option<String> {
    let is_named = |option: &&UninterpretedOption| {
        let parts = option.name.iter().map(|part| part.name_part.as_str());
        parts.eq(name.iter().copied())
    };
    let option = options.iter().find(is_named)?;
    let number = |number: &dyn std::fmt::Display| number.to_string();
    option
        .identifier_value
        .clone()
        .or_else(|| option.positive_int_value.as_ref().map(|it| number(it)))
        .or_else(|| option.negative_int_value.as_ref().map(|it| number(it)))
        .or_else(|| option.double_value.as_ref().map(|it| number(it)))
        .or_else(|| {
            let text = option.string_value.as_ref()?;
            Some(format!("\"{}\"", String::from_utf8_lossy(text)))
        })
}

fn push(rows: &mut ApiFields, row: ApiField) {
    if rows.fields.len() < MAX_FIELDS {
        rows.fields.push(row);
    } else {
        rows.more += 1;
    }
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

fn signature(rpc: &MethodDescriptorProto) -> String {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let side = |name: &str, streams: bool| {
        if streams { format!("stream {}", last(name)) } else { last(name) }
    };
    let input = side(rpc.input_type(), rpc.client_streaming());
    let output = side(rpc.output_type(), rpc.server_streaming());
    format!("{}({input}) → {output}", rpc.name())
}

fn scalar(r#type: Type) -> &'static str {
    match r#type {
        Type::Double => "double",
        Type::Float => "float",
        Type::Int64 => "int64",
        Type::Uint64 => "uint64",
        Type::Int32 => "int32",
        Type::Fixed64 => "fixed64",
        Type::Fixed32 => "fixed32",
        Type::Bool => "bool",
        Type::String => "string",
        Type::Group => "group",
        Type::Message => "message",
        Type::Bytes => "bytes",
        Type::Uint32 => "uint32",
        Type::Enum => "enum",
        Type::Sfixed32 => "sfixed32",
        Type::Sfixed64 => "sfixed64",
        Type::Sint32 => "sint32",
        Type::Sint64 => "sint64",
    }
}
