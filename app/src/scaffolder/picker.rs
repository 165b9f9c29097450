//! Choosing an entity by its title: what is the person's own first, and a line for what is not listed.

use crate::ui::*;
use leptos::html;
use leptos::prelude::*;
use model::catalog::EntityLink;

/// More entities than this are found by writing, not by looking through a list.
const LISTED: usize = 60;

/// The name of the line for what is not in the list.
pub fn other_name(field: &str) -> String {
    format!("o.{field}")
}

/// A picker for one entity.
pub struct Picker {
    pub id: String,
    pub name: String,
    pub label: String,
    pub help: Option<String>,
    pub options: Vec<EntityLink>,
    /// How many of the options are the person's own; they come first.
    pub own: usize,
    /// Whether another reference may be written.
    pub arbitrary: bool,
    pub value: Option<String>,
    pub error: Signal<Option<String>>,
}

impl Picker {
    /// A list with titles where it is short, a line with suggestions where it is long.
    pub fn view(self, required: bool, disabled: bool) -> AnyView {
        let is_listed = self.options.len() <= LISTED || !self.arbitrary;
        match is_listed && !self.options.is_empty() {
            true => self.list(required, disabled),
            false => self.line(required, disabled),
        }
    }

    fn line(self, required: bool, disabled: bool) -> AnyView {
        let Picker { id, name, label, help, options, value, error, .. } = self;
        let known = value.as_ref().and_then(|value| {
            options
                .iter()
                .find(|link| link.entity_ref == *value)
                .map(|link| label_of(link, &options))
        });
        let suggestions = options.iter().map(|link| label_of(link, &options)).collect();
        view! {
            <TextInput
                id
                name
                label
                help=help
                value=known.or(value)
                error=error
                required
                disabled
                suggestions
                placeholder="Name, title or reference"
            />
        }
        .into_any()
    }

    fn list(self, required: bool, disabled: bool) -> AnyView {
        let Picker { id, name, label, help, options, own, arbitrary, value, error } = self;
        let value = value.unwrap_or_default();
        let is_known = options.iter().any(|link| link.entity_ref == value);
        let other = if is_known { String::new() } else { value.clone() };
        let option = |link: &EntityLink| {
            let selected = link.entity_ref == value;
            view! {
                <option value=link.entity_ref.clone() selected=selected prop:selected=selected>
                    {label_of(link, &options)}
                </option>
            }
        };
        let (mine, rest) = options.split_at(own.min(options.len()));
        let choices = match mine.is_empty() || rest.is_empty() {
            true => options.iter().map(option).collect_view().into_any(),
            false => view! {
                <optgroup label="Yours">{mine.iter().map(option).collect_view()}</optgroup>
                <optgroup label="Others">{rest.iter().map(option).collect_view()}</optgroup>
            }
            .into_any(),
        };
        let described = match help {
            Some(_) => format!("{id}-help {id}-error"),
            None => format!("{id}-error"),
        };
        let field = name.strip_prefix("f.").unwrap_or(&name).to_owned();
        let line = NodeRef::<html::Input>::new();
        let clear = move |_| {
            if let Some(line) = line.get_untracked() {
                line.set_value("");
            }
        };
        let is_open = !other.is_empty();
        let beside = arbitrary.then(|| {
            view! {
                <details class="picker-other" open=is_open>
                    <summary>"Not in the list"</summary>
                    <input
                        node_ref=line
                        class="input"
                        type="text"
                        name=other_name(&field)
                        value=other
                        disabled=disabled
                        aria-label=format!("{label} that is not in the list")
                        placeholder="Name, title or reference"
                    />
                </details>
            }
        });
        let nothing = !is_known;
        view! {
            <Field id=id.clone() label=label.clone() help=help error=error required>
                <div class="select">
                    <select
                        class="input"
                        id=id
                        name=name
                        disabled=disabled
                        required=required && !arbitrary
                        aria-describedby=described
                        aria-invalid=move || error.get().map(|_| "true")
                        on:change=clear
                    >
                        <option value="" selected=nothing prop:selected=nothing>
                            "Select…"
                        </option>
                        {choices}
                    </select>
                </div>
                {beside}
            </Field>
        }
        .into_any()
    }
}

/// The title; with the reference where others have the same.
fn label_of(link: &EntityLink, all: &[EntityLink]) -> String {
    let same =
        |other: &EntityLink| other.title == link.title && other.entity_ref != link.entity_ref;
    match all.iter().any(same) {
        true => format!("{} ({})", link.title, link.entity_ref),
        false => link.title.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_are_the_same_are_told_apart() {
        let link = |entity_ref: &str, title: &str| EntityLink {
            entity_ref: entity_ref.to_owned(),
            kind: "Group".to_owned(),
            title: title.to_owned(),
            exists: true,
        };
        let all = [
            link("group:default/a", "Shop"),
            link("group:other/a", "Shop"),
            link("group:default/b", "B"),
        ];
        assert_eq!(label_of(&all[0], &all), "Shop (group:default/a)");
        assert_eq!(label_of(&all[2], &all), "B");
    }
}
