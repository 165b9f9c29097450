//! What the fields of a template's form hold, and what the browser finds wrong with it.

use crate::scaffolder::field::input_name;
use crate::scaffolder::picker::other_name;
use leptos::web_sys;
use model::template::{FieldKind, FormDraft, FormField, FormPage};
use serde_json::Value;
use std::collections::HashMap;
use wasm_bindgen::JsCast;

/// All that each field holds, by its name; nothing when it is empty, `true` or `false` for a box.
pub type Typed = HashMap<String, Vec<String>>;

/// What each field holds before anybody types.
pub fn initial(pages: &[FormPage], draft: &FormDraft) -> Typed {
    let mut typed = Typed::new();
    for field in pages.iter().flat_map(|page| &page.fields) {
        let sent = draft.values_of(&field.name);
        let values = match (sent.is_empty(), &field.default) {
            (false, _) => sent,
            (true, Some(Value::Array(list))) => list.iter().map(plain).collect(),
            (true, Some(value)) => vec![plain(value)],
            (true, None) => Vec::new(),
        };
        let values = match field.kind {
            // Conditions ask whether there are any.
            FieldKind::Rows { .. } if !draft.rows_of(&field.name).is_empty() => {
                vec!["0".to_owned()]
            }
            _ => values,
        };
        typed.entry(field.name.clone()).or_insert_with(|| held(field, values));
    }
    typed
}

/// What a field holds of what its controls send.
fn held(field: &FormField, sent: Vec<String>) -> Vec<String> {
    let mut sent = sent;
    sent.retain(|value| !value.trim().is_empty());
    match field.kind {
        FieldKind::Boolean => vec![sent.iter().any(|value| value == "true").to_string()],
        _ => sent,
    }
}

/// Reads what the form holds now. What is switched off is not sent, and stays as it was.
pub fn read_form(form: &web_sys::HtmlFormElement, pages: &[FormPage], typed: &mut Typed) {
    let Ok(data) = web_sys::FormData::new_with_form(form) else { return };
    let all = |name: &str| -> Vec<String> {
        data.get_all(name).iter().filter_map(|value| value.as_string()).collect()
    };
    for field in pages.iter().flat_map(|page| &page.fields) {
        let (name, other) = (input_name(&field.name), other_name(&field.name));
        if let FieldKind::Rows { .. } = field.kind {
            let rows = rows_of(form, &field.name);
            typed.insert(field.name.clone(), rows.iter().map(ToString::to_string).collect());
            continue;
        }
        if !data.has(&name) {
            continue;
        }
        let mut sent = all(&other);
        sent.retain(|value| !value.trim().is_empty());
        if sent.is_empty() {
            sent = all(&name);
        }
        typed.insert(field.name.clone(), held(field, sent));
    }
}

/// What is wrong with a field that is asked for, as far as the browser can tell: at the field, or at
/// those in its rows.
pub fn wrong_with(
    form: &web_sys::HtmlFormElement,
    field: &FormField,
    typed: &Typed,
) -> Vec<(String, String)> {
    let is_empty = typed.get(&field.name).is_none_or(Vec::is_empty);
    let about = |message: String| vec![(field.name.clone(), message)];
    if is_empty {
        let message = || about(format!("{} must be filled in.", field.title));
        return if field.required { message() } else { Vec::new() };
    }
    if let FieldKind::Rows { fields } = &field.kind {
        return wrong_in_rows(form, field, fields);
    }
    invalid(form, field, &field.name, &field.title).map(about).unwrap_or_default()
}

/// What is wrong in the rows in which something is said.
fn wrong_in_rows(
    form: &web_sys::HtmlFormElement,
    field: &FormField,
    fields: &[FormField],
) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    for (place, row) in rows_of(form, &field.name).into_iter().enumerate() {
        for inner in fields {
            let name = format!("{}.{row}.{}", field.name, inner.name);
            let title = format!("{} {}, {}", field.title, place + 1, inner.title);
            if inner.required && held(inner, all_of(form, &name)).is_empty() {
                wrong.push((name, format!("{title} must be filled in.")));
            } else if let Some(message) = invalid(form, inner, &name, &title) {
                wrong.push((name, message));
            }
        }
    }
    wrong
}

fn all_of(form: &web_sys::HtmlFormElement, field: &str) -> Vec<String> {
    let Ok(data) = web_sys::FormData::new_with_form(form) else { return Vec::new() };
    data.get_all(&input_name(field)).iter().filter_map(|value| value.as_string()).collect()
}

/// The numbers of the rows in which something is said.
fn rows_of(form: &web_sys::HtmlFormElement, field: &str) -> Vec<usize> {
    let start = format!("{}.", input_name(field));
    let selector = format!("[name^=\"{start}\"]");
    let Ok(found) = form.query_selector_all(&selector) else { return Vec::new() };
    let mut rows = Vec::new();
    for node in (0..found.length()).filter_map(|at| found.item(at)) {
        let name = node.dyn_ref::<web_sys::Element>().and_then(|it| it.get_attribute("name"));
        let row = name.as_deref().and_then(|name| {
            let (row, inner) = name.strip_prefix(&start)?.split_once('.')?;
            let row: usize = row.parse().ok()?;
            let said = all_of(form, &format!("{field}.{row}.{inner}"));
            said.iter().any(|text| !text.trim().is_empty()).then_some(row)
        });
        if let Some(row) = row.filter(|row| !rows.contains(row)) {
            rows.push(row);
        }
    }
    rows
}

/// What the browser finds wrong with the control of a name, in the words of the form.
fn invalid(
    form: &web_sys::HtmlFormElement,
    field: &FormField,
    name: &str,
    title: &str,
) -> Option<String> {
    let selector = format!("[name=\"{}\"]:invalid:enabled", input_name(name));
    let control = form.query_selector(&selector).ok().flatten()?;
    let says = validation_message(&control).filter(|text| !text.is_empty())?;
    let with_dot = |text: &str| format!("{}.", text.trim_end_matches('.'));
    Some(match (&field.kind, &field.description) {
        (FieldKind::Text { pattern: Some(_), .. }, Some(hint)) => {
            format!("{title} does not have the expected form: {}", with_dot(hint))
        }
        (FieldKind::Text { pattern: Some(pattern), .. }, None) => {
            format!("{title} does not have the expected form: it must match {pattern}.")
        }
        (FieldKind::Text { format: Some(format), .. }, _) if format == "email" => {
            format!("{title} must be an email address.")
        }
        (FieldKind::Text { format: Some(format), .. }, _) if format == "uri" || format == "url" => {
            format!("{title} must be a URL such as https://example.com.")
        }
        (FieldKind::Number { integer, min, max }, _) => {
            number_in_words(title, *integer, *min, *max)
        }
        _ => format!("{title}: {says}"),
    })
}

/// `Port must be a whole number from 1 to 65535.`
fn number_in_words(title: &str, integer: bool, min: Option<f64>, max: Option<f64>) -> String {
    let kind = if integer { "a whole number" } else { "a number" };
    let range = match (min, max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(" of {min} or more"),
        (None, Some(max)) => format!(" of {max} or less"),
        (None, None) => String::new(),
    };
    format!("{title} must be {kind}{range}.")
}

/// Each control has its own class in the browser, but they share what they say.
fn validation_message(control: &web_sys::Element) -> Option<String> {
    let message = if let Some(input) = control.dyn_ref::<web_sys::HtmlInputElement>() {
        input.validation_message()
    } else if let Some(select) = control.dyn_ref::<web_sys::HtmlSelectElement>() {
        select.validation_message()
    } else {
        control.dyn_ref::<web_sys::HtmlTextAreaElement>()?.validation_message()
    };
    message.ok()
}

/// The parameter whose control an event is about.
pub fn field_of(event: &leptos::ev::Event) -> Option<String> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let name = target.get_attribute("name")?;
    name.strip_prefix("f.").or_else(|| name.strip_prefix("o.")).map(str::to_owned)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: FieldKind, default: Option<Value>) -> FormField {
        FormField {
            name: name.to_owned(),
            title: name.to_owned(),
            description: None,
            required: false,
            disabled: false,
            autofocus: false,
            placeholder: None,
            default,
            condition: None,
            has_secrets: false,
            kind,
        }
    }

    #[test]
    fn what_was_sent_comes_before_defaults() {
        let page = FormPage {
            title: String::new(),
            description: None,
            condition: None,
            fields: vec![
                field("a", FieldKind::Json, Some(Value::from("x"))),
                field("b", FieldKind::Boolean, Some(Value::Bool(true))),
                field("c", FieldKind::Boolean, None),
                field("d", FieldKind::Lines, Some(Value::from(vec!["1", "2"]))),
            ],
        };
        let typed = initial(std::slice::from_ref(&page), &FormDraft::default());
        assert_eq!(typed["a"], ["x"]);
        assert_eq!(
            (&typed["b"][..], &typed["c"][..]),
            (&["true".to_owned()][..], &["false".to_owned()][..])
        );
        assert_eq!(typed["d"], ["1", "2"]);
        let sent = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let draft = FormDraft {
            values: vec![sent("a", ""), sent("b", ""), sent("c", ""), sent("c", "true")],
            errors: Vec::new(),
        };
        let typed = initial(&[page], &draft);
        assert!(typed["a"].is_empty(), "an emptied field stays empty");
        assert_eq!((typed["b"][0].as_str(), typed["c"][0].as_str()), ("false", "true"));
    }
}
