//! GraphQL's schema language.

use crate::definition::{Definition, Group, Head};
use crate::lexical::Language;
use crate::limits::{MAX_DEPTH, MAX_FIELDS, refuse_deep};
use crate::text::{Anchors, facts, first_line, html, paragraph};
use async_graphql_parser::types::{
    BaseType, ConstDirective, DirectiveDefinition, FieldDefinition, InputValueDefinition,
    SchemaDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql_parser::{Error, Positioned, parse_schema};
use model::api_definition::{ApiDetail, ApiField, ApiFields, ApiItem, ApiSense, DefinitionProblem};
use std::collections::HashMap;

struct GraphQl {
    types: Vec<TypeDefinition>,
    /// What the types of one name are made of: several when a type is extended.
    by_name: HashMap<String, Vec<usize>>,
    directives: Vec<DirectiveDefinition>,
    schema: Option<SchemaDefinition>,
    keys: Vec<Key>,
    groups: Vec<Group>,
}

/// Where an item stands.
enum Key {
    Field { r#type: usize, field: usize },
    Type(String),
    Directive(usize),
}

pub(crate) fn read(text: &str) -> Result<Box<dyn Definition>, DefinitionProblem> {
    refuse_deep(text, Language::GraphQl)?;
    let document = parse_schema(text).map_err(|error| problem(&error))?;
    let mut definition = GraphQl {
        types: Vec::new(),
        by_name: HashMap::new(),
        directives: Vec::new(),
        schema: None,
        keys: Vec::new(),
        groups: Vec::new(),
    };
    for found in document.definitions {
        match found {
            TypeSystemDefinition::Schema(schema) => definition.schema = Some(schema.node),
            TypeSystemDefinition::Directive(directive) => {
                definition.directives.push(directive.node)
            }
            TypeSystemDefinition::Type(found) => {
                let name = found.node.name.node.to_string();
                definition.by_name.entry(name).or_default().push(definition.types.len());
                definition.types.push(found.node);
            }
        }
    }
    definition.list();
    Ok(Box::new(definition))
}

fn problem(error: &Error) -> DefinitionProblem {
    let place = error.positions().next();
    let number = |value: usize| u32::try_from(value).ok();
    let message = match error {
        // The first lines draw the place with arrows; what was expected comes last.
        Error::Syntax { message, .. } => {
            let last = message.lines().rev().map(str::trim).find(|line| !line.is_empty());
            last.unwrap_or("it cannot be read").trim_start_matches(['=', ' ']).to_owned()
        }
        other => other.to_string(),
    };
    DefinitionProblem {
        message: format!("The definition is no valid GraphQL schema: {message}."),
        line: place.and_then(|place| number(place.line)),
        column: place.and_then(|place| number(place.column)),
    }
}

impl GraphQl {
    /// The names of the types that operations are fields of.
    fn roots(&self) -> [(String, &'static str, &'static str); 3] {
        let named = |found: Option<String>, usual: &str| found.unwrap_or_else(|| usual.to_owned());
        let [query, mutation, subscription] = match &self.schema {
            None => [None, None, None],
            Some(schema) => [&schema.query, &schema.mutation, &schema.subscription]
                .map(|name| name.as_ref().map(|name| name.node.to_string())),
        };
        [
            (named(query, "Query"), "query", "Queries"),
            (named(mutation, "Mutation"), "mutation", "Mutations"),
            (named(subscription, "Subscription"), "subscription", "Subscriptions"),
        ]
    }

    fn list(&mut self) {
        let mut anchors = Anchors::default();
        let (mut keys, mut groups) = (Vec::new(), Vec::new());
        let roots = self.roots();
        for (name, badge, title) in &roots {
            let mut items = Vec::new();
            for index in self.by_name.get(name).into_iter().flatten() {
                for (field, found) in fields(&self.types[*index].kind).iter().enumerate() {
                    let found = &found.node;
                    items.push((
                        keys.len(),
                        ApiItem {
                            id: anchors.make(&[badge, &found.name.node]),
                            badge: (*badge).to_owned(),
                            sense: match *badge {
                                "query" => ApiSense::Read,
                                "mutation" => ApiSense::Write,
                                _ => ApiSense::Event,
                            },
                            title: signature(found),
                            summary: summary(&found.description),
                            deprecated: deprecated(&found.directives).is_some(),
                            details: None,
                        },
                    ));
                    keys.push(Key::Field { r#type: *index, field });
                }
            }
            groups.push(Group { title: (*title).to_owned(), items, ..Group::default() });
        }
        for (badge, title) in [
            ("type", "Types"),
            ("input", "Inputs"),
            ("enum", "Enumerations"),
            ("interface", "Interfaces"),
            ("union", "Unions"),
            ("scalar", "Scalars"),
        ] {
            let mut items = Vec::new();
            for (index, found) in self.types.iter().enumerate() {
                let name = found.name.node.as_str();
                let is_first = self.by_name.get(name).is_some_and(|all| all[0] == index);
                let is_root = roots.iter().any(|(root, ..)| root == name);
                if kind(&found.kind) != badge || !is_first || is_root {
                    continue;
                }
                items.push((
                    keys.len(),
                    ApiItem {
                        id: anchors.make(&["type", name]),
                        badge: badge.to_owned(),
                        sense: ApiSense::Type,
                        title: name.to_owned(),
                        summary: summary(&found.description),
                        deprecated: false,
                        details: None,
                    },
                ));
                keys.push(Key::Type(name.to_owned()));
            }
            groups.push(Group { title: title.to_owned(), items, ..Group::default() });
        }
        let mut items = Vec::new();
        for (index, found) in self.directives.iter().enumerate() {
            let item = ApiItem {
                id: anchors.make(&["directive", &found.name.node]),
                badge: "directive".to_owned(),
                sense: ApiSense::Type,
                title: format!("@{}", found.name.node),
                summary: summary(&found.description),
                deprecated: false,
                details: None,
            };
            items.push((keys.len(), item));
            keys.push(Key::Directive(index));
        }
        groups.push(Group { title: "Directives".to_owned(), items, ..Group::default() });
        (self.keys, self.groups) = (keys, groups);
    }

    /// The rows of a type: its fields, values or members.
    fn rows(&self, name: &str, depth: u8, within: &mut Vec<String>, rows: &mut ApiFields) {
        if depth > MAX_DEPTH || within.iter().any(|known| known == name) {
            return;
        }
        within.push(name.to_owned());
        for index in self.by_name.get(name).into_iter().flatten() {
            match &self.types[*index].kind {
                TypeKind::Object(_) | TypeKind::Interface(_) => {
                    for field in fields(&self.types[*index].kind) {
                        self.field(&field.node, depth, within, rows);
                    }
                }
                TypeKind::InputObject(input) => {
                    for value in &input.fields {
                        self.value(&value.node, depth, within, rows);
                    }
                }
                TypeKind::Enum(found) => {
                    for value in &found.values {
                        let value = &value.node;
                        push(
                            rows,
                            ApiField {
                                depth,
                                name: value.value.node.to_string(),
                                description: described(&value.description, &value.directives),
                                marks: marks(&value.directives),
                                ..ApiField::default()
                            },
                        );
                    }
                }
                TypeKind::Union(union) => {
                    for member in &union.members {
                        let name = member.node.to_string();
                        push(rows, ApiField { depth, name, ..ApiField::default() });
                    }
                }
                TypeKind::Scalar => {}
            }
        }
        within.pop();
    }

    fn field(
        &self,
        field: &FieldDefinition,
        depth: u8,
        within: &mut Vec<String>,
        rows: &mut ApiFields,
    ) {
        let arguments: Vec<String> = field
            .arguments
            .iter()
            .map(|it| format!("{}: {}", it.node.name.node, it.node.ty.node))
            .collect();
        let limits = match arguments.is_empty() {
            true => String::new(),
            false => format!("takes {}", arguments.join(", ")),
        };
        let row = ApiField {
            depth,
            name: field.name.node.to_string(),
            r#type: field.ty.node.to_string(),
            marks: marks(&field.directives),
            description: described(&field.description, &field.directives),
            limits,
        };
        self.unfold(row, &field.ty.node, within, rows);
    }

    fn value(
        &self,
        value: &InputValueDefinition,
        depth: u8,
        within: &mut Vec<String>,
        rows: &mut ApiFields,
    ) {
        let mut marks = marks(&value.directives);
        if !value.ty.node.nullable && value.default_value.is_none() {
            marks.insert(0, "required".to_owned());
        }
        let default = value.default_value.as_ref();
        let row = ApiField {
            depth,
            name: value.name.node.to_string(),
            r#type: value.ty.node.to_string(),
            marks,
            description: described(&value.description, &value.directives),
            limits: default.map(|it| format!("default {}", it.node)).unwrap_or_default(),
        };
        self.unfold(row, &value.ty.node, within, rows);
    }

    /// A row, and below it what its type is made of.
    fn unfold(
        &self,
        mut row: ApiField,
        r#type: &Type,
        within: &mut Vec<String>,
        rows: &mut ApiFields,
    ) {
        let (name, depth) = (base(r#type), row.depth);
        if within.contains(&name) {
            row.marks.push("recursive".to_owned());
        }
        push(rows, row);
        if rows.fields.len() < MAX_FIELDS {
            self.rows(&name, depth + 1, within, rows);
        }
    }
}

impl Definition for GraphQl {
    fn head(&self) -> Head {
        Head { format: "GraphQL".to_owned(), ..Head::default() }
    }

    fn about(&self) -> Vec<ApiDetail> {
        Vec::new()
    }

    fn groups(&self) -> Vec<Group> {
        self.groups.clone()
    }

    fn details(&self, key: usize) -> Vec<ApiDetail> {
        let mut details = Vec::new();
        match &self.keys[key] {
            Key::Field { r#type, field } => {
                let Some(field) = fields(&self.types[*r#type].kind).get(*field) else {
                    return details;
                };
                let field = &field.node;
                details.extend(text(&field.description));
                details.extend(deprecated(&field.directives).and_then(|why| paragraph(&why)));
                details.extend(self.arguments(&field.arguments));
                let mut rows = ApiFields {
                    title: "Returns".to_owned(),
                    r#type: field.ty.node.to_string(),
                    ..ApiFields::default()
                };
                self.rows(&base(&field.ty.node), 0, &mut Vec::new(), &mut rows);
                details.push(ApiDetail::Fields(rows));
            }
            Key::Type(name) => {
                let all = self.by_name.get(name).into_iter().flatten();
                let mut parts = Vec::new();
                for found in all.map(|index| &self.types[*index]) {
                    details.extend(text(&found.description));
                    if let TypeKind::Object(object) = &found.kind {
                        parts.extend(object.implements.iter().map(|it| it.node.to_string()));
                    }
                }
                if !parts.is_empty() {
                    let parts = vec![("Implements".to_owned(), parts.join(", "))];
                    details.extend(facts("Type", parts));
                }
                let mut rows = ApiFields { title: "Made of".to_owned(), ..ApiFields::default() };
                self.rows(name, 0, &mut Vec::new(), &mut rows);
                if !rows.fields.is_empty() {
                    details.push(ApiDetail::Fields(rows));
                }
            }
            Key::Directive(index) => {
                let found = &self.directives[*index];
                details.extend(text(&found.description));
                details.extend(self.arguments(&found.arguments));
            }
        }
        details
    }
}

impl GraphQl {
    fn arguments(&self, arguments: &[Positioned<InputValueDefinition>]) -> Option<ApiDetail> {
        let mut rows = ApiFields { title: "Arguments".to_owned(), ..ApiFields::default() };
        for argument in arguments {
            self.value(&argument.node, 0, &mut Vec::new(), &mut rows);
        }
        (!rows.fields.is_empty()).then_some(ApiDetail::Fields(rows))
    }
}

fn push(rows: &mut ApiFields, row: ApiField) {
    if rows.fields.len() < MAX_FIELDS {
        rows.fields.push(row);
    } else {
        rows.more += 1;
    }
}

fn fields(kind: &TypeKind) -> &[Positioned<FieldDefinition>] {
    match kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => &[],
    }
}

fn kind(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Scalar => "scalar",
        TypeKind::Object(_) => "type",
        TypeKind::Interface(_) => "interface",
        TypeKind::Union(_) => "union",
        TypeKind::Enum(_) => "enum",
        TypeKind::InputObject(_) => "input",
    }
}

/// The name inside lists.
fn base(r#type: &Type) -> String {
    let mut at = &r#type.base;
    loop {
        match at {
            BaseType::Named(name) => return name.to_string(),
            BaseType::List(inner) => at = &inner.base,
        }
    }
}

fn signature(field: &FieldDefinition) -> String {
    let names: Vec<&str> = field.arguments.iter().map(|it| it.node.name.node.as_str()).collect();
    let arguments =
        if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) };
    format!("{}{arguments}: {}", field.name.node, field.ty.node)
}

fn summary(description: &Option<Positioned<String>>) -> String {
    description.as_ref().map(|text| first_line(&text.node)).unwrap_or_default()
}

fn text(description: &Option<Positioned<String>>) -> Option<ApiDetail> {
    description.as_ref().and_then(|text| paragraph(&text.node))
}

/// Why it should not be used any more.
fn deprecated(directives: &[Positioned<ConstDirective>]) -> Option<String> {
    let found = directives.iter().find(|it| it.node.name.node == "deprecated")?;
    let reason = found.node.get_argument("reason").map(|value| value.node.clone());
    let reason = reason.and_then(|value| match value.into_json() {
        Ok(serde_json::Value::String(text)) => Some(text),
        _ => None,
    });
    Some(reason.map_or_else(|| "Deprecated.".to_owned(), |reason| format!("Deprecated: {reason}")))
}

fn marks(directives: &[Positioned<ConstDirective>]) -> Vec<String> {
    deprecated(directives).map(|_| "deprecated".to_owned()).into_iter().collect()
}

fn described(
    description: &Option<Positioned<String>>,
    directives: &[Positioned<ConstDirective>],
) -> String {
    let own = description.as_ref().map(|text| text.node.as_str()).unwrap_or_default();
    match deprecated(directives) {
        Some(why) => html(&format!("{own}\n\n{why}")),
        None => html(own),
    }
}
