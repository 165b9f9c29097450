//! The form of a template: from JSON Schema to fields, and from what was typed back to values.
//!
//! A form is asked for once with the catalog at hand ([`Form::of`]). Values go through it in one
//! order, from a page or from a program: what is not asked for is dropped, what names an entity
//! becomes its reference, everything is checked, and secrets are taken out.

mod build;
mod picker;
mod read;
mod rows;
mod rule;
mod secret;
mod text;
mod walk;
mod when;

pub(crate) use picker::{Lookup, PickerFilter};

use crate::redact::Redactor;
use crate::schema;
use model::template::{FieldKind, FormField, FormPage};
use rule::{Rule, at};
use serde_json::{Map, Value};
use walk::{Branches, walk};

/// What is wrong, by field; an empty name stands for the whole form.
pub(crate) type Errors = Vec<(String, String)>;

/// A template's form.
pub(crate) struct Form {
    pages: Vec<Page>,
}

struct Page {
    view: FormPage,
    block: Value,
    fields: Vec<Field>,
}

/// One field with what only the server needs.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    view: FormField,
    schema: Value,
    rule: Rule,
    /// By the schema; the browser insists on less.
    required: bool,
    /// The value before anybody changed it.
    default: Option<Value>,
    /// What there is to choose.
    options: Vec<Choice>,
    /// Whether there is a secret in what is typed.
    has_secrets: bool,
    /// The fields of one row, where it is a list of objects.
    rows: Vec<Field>,
}

/// One thing to choose.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// What stands for it in the form.
    key: String,
    value: Value,
    label: String,
}

/// Values that a run can be started with.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// The parameters, with asterisks for secrets.
    pub(crate) values: Value,
    /// What goes to `secrets`.
    pub(crate) secrets: Map<String, Value>,
    /// What is wrong.
    pub(crate) errors: Errors,
}

/// The blocks of `spec.parameters`, one for each page.
pub(crate) fn blocks(spec: &Value) -> Vec<Value> {
    match spec.get("parameters") {
        Some(Value::Array(list)) => list.iter().map(walk::written_out).collect(),
        Some(block @ Value::Object(_)) => {
            // A page that is the only one depends on nothing.
            let mut block = walk::written_out(block);
            if let Some(block) = block.as_object_mut() {
                block.shift_remove("when");
            }
            vec![block]
        }
        _ => Vec::new(),
    }
}

impl Form {
    /// The form of a template's `spec`.
    pub(crate) fn of(spec: &Value, lookup: &Lookup<'_>) -> Form {
        Form { pages: build::pages(spec, lookup) }
    }

    /// As people see it.
    pub(crate) fn pages(&self) -> Vec<FormPage> {
        self.pages.iter().map(|page| page.view.clone()).collect()
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.pages.iter().flat_map(|page| &page.fields)
    }

    /// Reads what was typed, by the kind of each field, and checks it.
    pub(crate) fn fill(&self, typed: &[(String, String)], lookup: &Lookup<'_>) -> Filled {
        let read: Vec<Result<Option<Value>, Errors>> =
            self.fields().map(|field| read_field(field, typed)).collect();
        // A field is asked for by what others hold, and what is not asked for holds nothing.
        let mut values = Value::Object(Map::new());
        let mut asked: Vec<bool> = Vec::new();
        for _ in 0..16 {
            let visible = self.visible(&values);
            let pages = self.pages.iter().zip(visible);
            let next: Vec<bool> = pages
                .flat_map(|(page, visible)| {
                    let values = &values;
                    page.fields.iter().map(move |field| visible && field.rule.holds(values))
                })
                .collect();
            if next == asked {
                break;
            }
            let mut map = Map::new();
            for ((field, asked), value) in self.fields().zip(&next).zip(&read) {
                if let (true, Ok(Some(value))) = (asked, value) {
                    read::insert(&mut map, &field.view.name, value.clone());
                }
            }
            (values, asked) = (Value::Object(map), next);
        }
        let mut errors = Errors::new();
        for ((field, asked), value) in self.fields().zip(&asked).zip(read) {
            match value {
                _ if !asked => {}
                Ok(None) if field.required => {
                    let message = format!("{} must be filled in.", field.view.title);
                    errors.push((field.view.name.clone(), message));
                }
                Ok(_) => {}
                Err(found) => errors.extend(found),
            }
        }
        self.accept(values, errors, &asked, lookup)
    }

    /// Checks values that come from a program.
    pub(crate) fn take(&self, mut values: Value, lookup: &Lookup<'_>) -> Filled {
        self.drop_hidden(&mut values);
        let asked = self.asked(&values);
        self.accept(values, Errors::new(), &asked, lookup)
    }

    fn accept(
        &self,
        mut values: Value,
        mut errors: Errors,
        asked: &[bool],
        lookup: &Lookup<'_>,
    ) -> Filled {
        let visible = self.visible(&values);
        let blocks = || {
            let pages = self.pages.iter().zip(&visible);
            pages.filter(|(_, visible)| **visible).map(|(page, _)| &page.block)
        };
        let mut found = Errors::new();
        for block in blocks() {
            walk(block, &mut values, Branches::Chosen, &mut |schema, value, pointer| {
                let Some(picker) = picker::Picker::of(schema) else { return false };
                let several = value.is_array();
                let list = match value {
                    Value::Array(list) => list.as_mut_slice(),
                    single => std::slice::from_mut(single),
                };
                for (index, item) in list.iter_mut().enumerate() {
                    let Some(written) = item.as_str().filter(|text| !text.trim().is_empty()) else {
                        continue;
                    };
                    match picker.resolve(written, lookup) {
                        Ok(entity_ref) => *item = Value::from(entity_ref),
                        Err(message) => {
                            let place = match several {
                                true => format!("{pointer}/{index}"),
                                false => pointer.to_owned(),
                            };
                            found.push((place, message));
                        }
                    }
                }
                true
            });
        }
        for block in blocks() {
            match misfits(block, &values) {
                Ok(misfits) => found.extend(misfits),
                Err(message) => {
                    let message = format!("The template's schema is wrong: {message}");
                    errors.push((String::new(), message));
                }
            }
        }
        for (pointer, message) in found {
            let entry = self.for_people(&pointer, &message, asked);
            if errors.iter().all(|(known, _)| *known != entry.0 || entry.0.is_empty()) {
                errors.push(entry);
            }
        }
        // Every page's secrets are taken out, whether the page is asked for or not.
        let secrets = secret::take(self.pages.iter().map(|page| &page.block), &mut values);
        // What is said about a value may repeat it.
        let redactor = Redactor::new(secrets.values());
        for (_, message) in &mut errors {
            *message = redactor.redact(message);
        }
        Filled { values, secrets, errors }
    }

    /// Which pages are asked for. A condition sees nothing of pages that are not.
    fn visible(&self, values: &Value) -> Vec<bool> {
        let mut seen = values.clone();
        let mut visible: Vec<bool> = Vec::new();
        for page in &self.pages {
            let holds = when::holds(page.block.get("when"), &seen);
            visible.push(holds);
            if !holds {
                self.drop_page(page, &visible, &mut seen);
            }
        }
        visible
    }

    /// Takes away what only the page has.
    fn drop_page(&self, page: &Page, visible: &[bool], values: &mut Value) {
        let others: Vec<&Field> = self
            .pages
            .iter()
            .enumerate()
            .filter(|(index, _)| visible.get(*index) != Some(&false))
            .flat_map(|(_, page)| &page.fields)
            .collect();
        for field in &page.fields {
            if others.iter().all(|other| other.view.name != field.view.name) {
                read::remove(values, &field.view.name);
            }
        }
    }

    fn drop_hidden(&self, values: &mut Value) {
        let visible = self.visible(values);
        for (page, _) in self.pages.iter().zip(&visible).filter(|(_, visible)| !**visible) {
            self.drop_page(page, &visible, values);
        }
    }

    /// Which fields are asked for.
    fn asked(&self, values: &Value) -> Vec<bool> {
        let pages = self.pages.iter().zip(self.visible(values));
        let of_page = |(page, visible): (&Page, bool)| {
            let fields = page.fields.iter();
            fields.map(|field| visible && field.rule.holds(values)).collect::<Vec<_>>()
        };
        pages.flat_map(of_page).collect()
    }

    /// The field an error is about, and the error in words.
    fn for_people(&self, pointer: &str, message: &str, asked: &[bool]) -> (String, String) {
        let name = pointer.trim_start_matches('/').replace('/', ".");
        let name = name.replace("~1", "/").replace("~0", "~");
        let is_about = |field: &Field| {
            field.view.name == name || name.starts_with(&format!("{}.", field.view.name))
        };
        let fields: Vec<(&Field, &bool)> =
            self.fields().zip(asked.iter().chain(std::iter::repeat(&false))).collect();
        // Of several fields of one name the one that is asked for is meant.
        let field = fields.iter().find(|(field, asked)| **asked && is_about(field));
        match field.or_else(|| fields.iter().find(|(field, _)| is_about(field))) {
            Some((field, _)) => {
                let inside = name[field.view.name.len()..].trim_start_matches('.');
                (place_of(field, inside), in_words(field, inside, message))
            }
            None if name.is_empty() => (String::new(), sentence("What was entered", message)),
            None => (String::new(), sentence(&name.replace('.', ", "), message)),
        }
    }

    /// What a form would have sent for these values; nothing for secrets.
    pub(crate) fn typed(&self, values: &Value) -> Vec<(String, String)> {
        let asked = self.asked(values);
        let fields = self.fields().zip(asked).filter(|(_, asked)| *asked);
        let texts = |field: &Field| {
            let name = field.view.name.clone();
            if !field.rows.is_empty() {
                return rows::write(field, at(values, &name));
            }
            let texts = read::write(field, at(values, &field.view.name));
            texts.into_iter().map(move |text| (name.clone(), text)).collect::<Vec<_>>()
        };
        fields.flat_map(|(field, _)| texts(field)).collect()
    }

    /// What is kept of what was typed: everything but secrets. A field that one may also choose
    /// from a list holds the full reference, so that what was typed is found there.
    pub(crate) fn kept(&self, typed: Vec<(String, String)>) -> Vec<(String, String)> {
        let in_rows: Vec<&Field> = self.fields().filter(|field| !field.rows.is_empty()).collect();
        let mut kept: Vec<(String, String)> = Vec::new();
        for field in &in_rows {
            kept.extend(rows::kept(field, &typed));
        }
        for (name, text) in typed {
            if in_rows.iter().any(|field| rows::is_inside(field, &name)) {
                continue;
            }
            let mut text = Some(text);
            for field in self.fields().filter(|field| field.view.name == name) {
                text = text.and_then(|text| read::kept(field, &text));
            }
            let of_rows = in_rows.iter().find(|field| field.view.name == name);
            match (of_rows, text) {
                // Written as JSON or YAML by a program; people see rows.
                (Some(field), Some(text)) => {
                    let value = yaml::parse_one(&text).ok().map(|node| node.to_json());
                    kept.extend(rows::write(field, value.as_ref()));
                }
                (None, Some(text)) => kept.push((name, text)),
                (_, None) => {}
            }
        }
        kept
    }

    /// Lets every entity field show what it holds, also when it is none of the options.
    pub(crate) fn pages_for(
        &self,
        typed: &[(String, String)],
        lookup: &Lookup<'_>,
    ) -> (Vec<FormPage>, Vec<(String, String)>) {
        let mut pages = self.pages();
        let mut typed = typed.to_vec();
        let fields = pages.iter_mut().flat_map(|page| &mut page.fields).zip(self.fields());
        for (view, field) in fields {
            let Some(picker) = picker::Picker::of(&field.schema) else { continue };
            for (_, text) in typed.iter_mut().filter(|(name, _)| *name == view.name) {
                if let (false, Ok(found)) = (text.trim().is_empty(), picker.resolve(text, lookup)) {
                    *text = found;
                }
                if let FieldKind::Entity { options, arbitrary, .. } = &mut view.kind {
                    let offered = options.iter().any(|link| link.entity_ref == *text);
                    *arbitrary |= !offered && !text.trim().is_empty();
                }
            }
        }
        (pages, typed)
    }
}

/// What of the values does not fit a block, by JSON pointer. Conditions are followed first, so that
/// what is said is about a field and not about a whole form.
fn misfits(block: &Value, values: &Value) -> Result<Errors, String> {
    let whole = schema::compile(block)?;
    if whole.is_valid(values) {
        return Ok(Errors::new());
    }
    let mut found = Errors::new();
    let mut copy = values.clone();
    walk(block, &mut copy, Branches::Chosen, &mut |part, value, pointer| {
        let Some(plain) = without_branches(part) else { return false };
        // What lies within is visited by itself.
        if let Ok(validator) = schema::compile(&plain) {
            let misfits = schema::misfits(&validator, value);
            found.extend(
                misfits
                    .into_iter()
                    .map(|misfit| (format!("{pointer}{}", misfit.pointer), misfit.expected)),
            );
        }
        false
    });
    if found.is_empty() {
        let misfits = schema::misfits(&whole, values);
        found.extend(misfits.into_iter().map(|misfit| (misfit.pointer, misfit.expected)));
    }
    Ok(found)
}

/// A schema without what it says of parts and branches, which are visited by themselves.
fn without_branches(schema: &Value) -> Option<Value> {
    const VISITED: [&str; 8] =
        ["if", "then", "else", "allOf", "properties", "items", "definitions", "$defs"];
    let mut schema = schema.as_object()?.clone();
    schema.retain(|key, _| !VISITED.contains(&key.as_str()));
    let has_branches = |value: &Value| value.get("oneOf").or(value.get("anyOf")).is_some();
    if let Some(dependencies) = schema.get_mut("dependencies").and_then(Value::as_object_mut) {
        dependencies.retain(|_, dependency| !has_branches(dependency));
    }
    // What is additional depends on the properties beside it.
    schema.shift_remove("additionalProperties");
    Some(Value::Object(schema))
}

/// What was typed into a field: a value, or what is wrong with it and where.
fn read_field(field: &Field, typed: &[(String, String)]) -> Result<Option<Value>, Errors> {
    if field.view.disabled {
        return Ok(field.default.clone());
    }
    let of_field = typed.iter().filter(|(name, _)| *name == field.view.name);
    let of_field: Vec<&str> = of_field.map(|(_, text)| text.as_str()).collect();
    // A program may send a list of objects as JSON or YAML.
    if !field.rows.is_empty() && of_field.iter().all(|text| text.trim().is_empty()) {
        return rows::read(field, typed);
    }
    read::read(field, &of_field).map_err(|message| vec![(field.view.name.clone(), message)])
}

/// The control that an error is shown at: within rows, that of the row.
fn place_of(field: &Field, inside: &str) -> String {
    let name = &field.view.name;
    let in_row = inside.split_once('.').filter(|(index, inner)| {
        let is_field = field.rows.iter().any(|row| row.view.name == *inner);
        is_field && index.parse::<usize>().is_ok()
    });
    match in_row {
        Some((index, inner)) => format!("{name}.{index}.{inner}"),
        None => name.clone(),
    }
}

/// What a part of a field is called: `Hosts 1, Name`.
fn title_of(field: &Field, inside: &str) -> String {
    let mut words = field.view.title.clone();
    let mut schema = Some(&field.schema);
    for part in inside.split('.').filter(|part| !part.is_empty()) {
        match part.parse::<usize>() {
            Ok(index) => {
                words = format!("{words} {}", index + 1);
                schema = schema.and_then(|schema| schema.get("items"));
            }
            Err(_) => {
                schema = schema.and_then(|schema| schema.get("properties")?.get(part));
                let title = schema.and_then(|schema| schema.get("title")?.as_str());
                words = format!("{words}, {}", title.unwrap_or(part));
            }
        }
    }
    words
}

fn in_words(field: &Field, inside: &str, message: &str) -> String {
    let title = title_of(field, inside);
    let is_pattern = message.starts_with("does not have the expected form");
    match (&field.view.kind, &field.view.description) {
        (FieldKind::Text { pattern: Some(_), .. }, Some(hint)) if is_pattern => {
            sentence(&format!("{title} does not have the expected form:"), hint)
        }
        // The labels that people see.
        (FieldKind::Choice { .. } | FieldKind::MultiChoice { .. }, _)
            if message.starts_with("must be one of") =>
        {
            let labels: Vec<&str> = field.options.iter().map(|it| it.label.as_str()).collect();
            sentence(&title, &format!("must be one of {}", labels.join(", ")))
        }
        _ => sentence(&title, message),
    }
}

fn sentence(subject: &str, message: &str) -> String {
    match message.ends_with(['.', '!', '?']) {
        true => format!("{subject} {message}"),
        false => format!("{subject} {message}."),
    }
}

#[cfg(test)]
mod tests;
