//! What the fields of a template's form hold, and what the browser finds wrong with it.

use crate::scaffolder::field::input_name;
use crate::scaffolder::picker::other_name;
use leptos::prelude::*;
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

/// What is wrong with a field that is asked for, as far as the browser can tell.
pub fn wrong_with(
    form: &web_sys::HtmlFormElement,
    field: &FormField,
    typed: &Typed,
) -> Option<String> {
    let is_empty = typed.get(&field.name).is_none_or(Vec::is_empty);
    if is_empty {
        return field.required.then(|| format!("{} must be filled in.", field.title));
    }
    let selector = format!("[name=\"{}\"]:invalid:enabled", input_name(&field.name));
    let control = form.query_selector(&selector).ok().flatten()?;
    let says = validation_message(&control).filter(|text| !text.is_empty())?;
    Some(match (&field.kind, &field.description) {
        (FieldKind::Text { pattern: Some(_), .. }, Some(hint)) => {
            format!("{} does not have the expected form: {}", field.title, hint)
        }
        _ => format!("{}: {says}", field.title),
    })
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

/// Moves the focus to the element of an id, once the page is drawn.
pub fn focus(id: String) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id);
        if let Some(element) =
            element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        {
            let _ = element.focus();
            element.scroll_into_view_with_bool(true);
        }
    });
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
