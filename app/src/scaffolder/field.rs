//! One field of a template's form.

use crate::scaffolder::picker::Picker;
use crate::scaffolder::rows::Rows;
use crate::scaffolder::wizard::Errors;
use crate::ui::*;
use leptos::prelude::*;
use model::template::{FieldKind, FieldOption, FormField};
use serde_json::Value;

/// The name a field has in the form: apart from the form's own names.
pub fn input_name(field: &str) -> String {
    format!("f.{field}")
}

/// The control's id. Several fields may have one name, of which one at most is asked for: `nth`
/// tells them apart.
pub fn control_id(field: &str, nth: usize) -> String {
    match nth {
        0 => format!("field-f.{field}"),
        nth => format!("field-f.{field}-{}", nth + 1),
    }
}

/// The control that fits the field. `typed` is what a person wrote before, `error` what is wrong
/// with it.
#[component]
pub fn FieldInput(
    field: FormField,
    id: String,
    typed: Vec<String>,
    /// What the rows of a list of objects hold, by names such as `0.port`.
    #[prop(optional)]
    rows: Vec<(String, String)>,
    error: Signal<Option<String>>,
    errors: RwSignal<Errors>,
) -> AnyView {
    let name = input_name(&field.name);
    let label = field.title.clone();
    let help = field.description.clone();
    let first = typed.first().cloned();
    let default = field.default.as_ref().map(plain);
    let value = first.clone().or_else(|| default.clone());
    let (required, disabled) = (field.required, field.disabled);
    match field.kind.clone() {
        FieldKind::Text { multiline: true, .. } => view! {
            <TextArea id name label help=help value=value error=error required disabled rows=4 />
        }
        .into_any(),
        FieldKind::Text { pattern, min_length, max_length, format, .. } => {
            let kind = match format.as_deref() {
                Some("email") => InputKind::Email,
                Some("uri" | "url") => InputKind::Url,
                Some("date") => InputKind::Date,
                _ => InputKind::Text,
            };
            view! {
                <TextInput
                    id
                    name
                    label
                    kind
                    help=help
                    value=value
                    error=error
                    required
                    disabled
                    pattern=pattern.and_then(html_pattern)
                    min_length=min_length
                    max_length=max_length
                    placeholder=field.placeholder
                />
            }
            .into_any()
        }
        FieldKind::Secret => view! {
            <TextInput
                id
                name
                label
                kind=InputKind::Password
                help=help
                error=error
                required
                disabled
                autocomplete="off"
            />
        }
        .into_any(),
        FieldKind::Number { integer, min, max } => view! {
            <TextInput
                id
                name
                label
                kind=InputKind::Number
                help=help
                value=value
                error=error
                required
                disabled
                min=min.map(|min| min.to_string())
                max=max.map(|max| max.to_string())
                step=if integer { "1" } else { "any" }
            />
        }
        .into_any(),
        FieldKind::Boolean => {
            let checked = match typed.is_empty() {
                true => field.default == Some(Value::Bool(true)),
                false => typed.iter().any(|value| value == "true"),
            };
            view! {
                // Says that the box was on the form, since an unticked one sends nothing.
                <input type="hidden" name=name.clone() value="" />
                <Checkbox id name label help=help checked error=error disabled />
            }
            .into_any()
        }
        FieldKind::Choice { options } => {
            let choices = options.into_iter().map(choice).collect();
            view! {
                <Select
                    id
                    name
                    label
                    choices
                    help=help
                    value=value
                    error=error
                    required
                    disabled
                    placeholder="Select…"
                />
            }
            .into_any()
        }
        FieldKind::MultiChoice { options } => {
            let choices = options.into_iter().map(choice).collect();
            let selected = if typed.is_empty() { texts(field.default.as_ref()) } else { typed };
            view! {
                <input type="hidden" name=name.clone() value="" />
                <CheckboxGroup name label choices selected help=help error=error />
            }
            .into_any()
        }
        FieldKind::Entity { options, own, arbitrary } => {
            let picker = Picker { id, name, label, help, options, own, arbitrary, value, error };
            picker.view(required, disabled)
        }
        FieldKind::Entities { options, .. } => {
            let choices =
                options.into_iter().map(|link| Choice::new(link.entity_ref, link.title)).collect();
            let selected = if typed.is_empty() { texts(field.default.as_ref()) } else { typed };
            view! {
                <input type="hidden" name=name.clone() value="" />
                <CheckboxGroup name label choices selected help=help error=error />
            }
            .into_any()
        }
        FieldKind::Lines => {
            let lines = match typed.is_empty() {
                true => texts(field.default.as_ref()).join("\n"),
                false => typed.join("\n"),
            };
            let help = format!("{} One on each line.", help.unwrap_or_default());
            view! {
                <TextArea id name label help=help.trim().to_owned() value=lines error=error required disabled rows=4 />
            }
            .into_any()
        }
        FieldKind::Rows { fields } => {
            let rows = match rows.is_empty() && typed.is_empty() {
                true => rows_of(field.default.as_ref()),
                false => rows,
            };
            view! { <Rows field id fields typed=rows errors error /> }.into_any()
        }
        FieldKind::Json => {
            let has_secrets = field.has_secrets;
            let text = first.or_else(|| {
                field.default.as_ref().and_then(|value| serde_json::to_string_pretty(value).ok())
            });
            let help = format!("{} Written as JSON or YAML.", help.unwrap_or_default());
            let control = view! {
                <TextArea
                    id
                    name
                    label
                    help=help.trim().to_owned()
                    value=text
                    error=error
                    required
                    disabled
                    rows=6
                    mono=true
                />
            };
            // What may be a secret is not kept by the browser.
            match has_secrets {
                true => view! { <div data-no-draft="">{control}</div> }.into_any(),
                false => control.into_any(),
            }
        }
    }
}

/// A list of objects as its rows hold it.
fn rows_of(value: Option<&Value>) -> Vec<(String, String)> {
    let list = value.and_then(Value::as_array).into_iter().flatten().enumerate();
    let of_item = |(row, item): (usize, &Value)| {
        let entries = item.as_object().into_iter().flatten();
        entries.map(|(name, value)| (format!("{row}.{name}"), plain(value))).collect::<Vec<_>>()
    };
    list.flat_map(of_item).collect()
}

/// A pattern of JSON Schema matches anywhere; the browser's wants the whole.
fn html_pattern(pattern: String) -> Option<String> {
    let whole = pattern.strip_prefix('^')?.strip_suffix('$')?;
    Some(for_browsers(whole))
}

/// Browsers read patterns by stricter rules: within brackets, some signs must be escaped.
fn for_browsers(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len() + 4);
    let (mut in_class, mut first) = (false, false);
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_first = std::mem::take(&mut first);
        match letter {
            '\\' => {
                text.push(letter);
                text.extend(letters.next());
                continue;
            }
            '[' if !in_class => {
                (in_class, first) = (true, true);
            }
            '^' if in_class && is_first => first = true,
            ']' if in_class => in_class = false,
            '-' if in_class && (is_first || letters.peek() == Some(&']')) => text.push('\\'),
            '(' | ')' | '[' | '{' | '}' | '/' | '|' if in_class => text.push('\\'),
            _ => {}
        }
        text.push(letter);
    }
    text
}

fn choice(option: FieldOption) -> Choice {
    Choice::new(option.value, option.label)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_patterns_as_browsers_read_them() {
        assert_eq!(for_browsers("[a-z][a-z0-9-]{1,38}"), "[a-z][a-z0-9\\-]{1,38}");
        assert_eq!(for_browsers("[-a(]+(x|y)"), "[\\-a\\(]+(x|y)");
        assert_eq!(for_browsers("[^-/]"), "[^\\-\\/]");
        assert_eq!(for_browsers("[\\w-]"), "[\\w\\-]");
    }
}
