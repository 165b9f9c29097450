//! A list of objects: one row of fields for each. Empty rows are ignored.

use crate::scaffolder::field::{FieldInput, input_name};
use crate::scaffolder::wizard::Errors;
use crate::ui::*;
use leptos::prelude::*;
use model::template::FormField;
use std::collections::BTreeSet;

/// How many empty rows a form has without script.
const EMPTY_ROWS: usize = 2;

/// The names of what was put back into the form, so that there is a row for each of them.
#[derive(Clone, Copy)]
pub struct RestoredNames(pub RwSignal<Vec<String>>);

/// The rows of a field. `typed` is what they hold, by names such as `0.port`.
#[component]
pub fn Rows(
    field: FormField,
    id: String,
    fields: Vec<FormField>,
    typed: Vec<(String, String)>,
    errors: RwSignal<Errors>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let filled = typed.iter().filter_map(|(name, _)| row_of(name)).max().map_or(0, |row| row + 1);
    let shown = RwSignal::new((0..filled + EMPTY_ROWS).collect::<Vec<usize>>());
    // With script a row is added when it is needed.
    Effect::new(move |_| shown.update(|rows| rows.truncate(filled.max(1))));
    follow_restored(&field.name, shown);
    let first = fields.first().map(|inner| inner.name.clone()).unwrap_or_default();
    let (name, title) = (field.name.clone(), field.title.clone());
    let added = name.clone();
    let add = move |_| {
        let next = shown.with_untracked(|rows| rows.iter().max().map_or(0, |row| row + 1));
        shown.update(|rows| rows.push(next));
        focus_on(&control(&added, next, &first));
    };
    let row = move |row: usize| {
        let inputs = fields.iter().map(|inner| {
            let place = format!("{row}.{}", inner.name);
            let of_field = typed.iter().filter(|(name, _)| *name == place);
            let typed: Vec<String> = of_field.map(|(_, text)| text.clone()).collect();
            let path = format!("{name}.{place}");
            let id = control(&name, row, &inner.name);
            let inner = FormField { name: path.clone(), ..inner.clone() };
            let error = Signal::derive(move || {
                errors.with(|errors| {
                    let found = errors.iter().find(|(wrong, _)| *wrong == path);
                    found.map(|(_, message)| message.clone())
                })
            });
            view! { <FieldInput field=inner id typed error errors /> }
        });
        let inputs = inputs.collect_view();
        let words = format!("{title} {}", row + 1);
        let remove = move |_| shown.update(|rows| rows.retain(|other| *other != row));
        let label = format!("Remove {words}");
        view! {
            <fieldset class="form-item">
                <legend class="field-label">{words}</legend>
                <div class="form-row">{inputs}</div>
                <div class="with-script">
                    <Button size=ButtonSize::Sm on:click=remove attr:aria-label=label>
                        "Remove"
                    </Button>
                </div>
            </fieldset>
        }
        .into_any()
    };
    let described = format!("{id}-error");
    let error_id = described.clone();
    view! {
        <fieldset class="field form-items" id=id aria-describedby=described>
            <legend class="field-label">
                {field.title}
                {field.required
                    .then(|| {
                        view! {
                            <span class="field-required" aria-hidden="true">
                                "*"
                            </span>
                        }
                    })}
            </legend>
            {field.description.map(|text| view! { <p class="field-help">{text}</p> })}
            <p class="field-help without-script">"Empty rows are ignored."</p>
            <For each=move || shown.get() key=|row| *row children=row />
            <p class="field-error" id=error_id aria-live="polite">
                {move || error.get()}
            </p>
            <div class="with-script">
                <Button icon=IconName::Plus size=ButtonSize::Sm on:click=add>
                    "Add a row"
                </Button>
            </div>
        </fieldset>
    }
}

fn control(field: &str, row: usize, inner: &str) -> String {
    format!("field-{}.{row}.{inner}", input_name(field))
}

/// The row in `0.port`.
fn row_of(name: &str) -> Option<usize> {
    name.split_once('.')?.0.parse().ok()
}

/// Makes a row for everything that is put back.
fn follow_restored(field: &str, shown: RwSignal<Vec<usize>>) {
    let Some(RestoredNames(names)) = use_context() else { return };
    let start = format!("{}.", input_name(field));
    Effect::new(move |_| {
        let wanted: BTreeSet<usize> = names.with(|names| {
            let inside = names.iter().filter_map(|name| name.strip_prefix(&start));
            inside.filter_map(row_of).collect()
        });
        let missing: Vec<usize> = shown
            .with_untracked(|rows| wanted.into_iter().filter(|row| !rows.contains(row)).collect());
        if !missing.is_empty() {
            shown.update(|rows| rows.extend(missing));
        }
    });
}
