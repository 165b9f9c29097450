//! The form of a template.
//!
//! It is an ordinary form and its pages are parts of it: without script all of them are there, with
//! script one at a time. What the server cannot accept comes back with everything that was typed
//! and all that is wrong with it; with script the browser looks through a page before it is left.

use crate::scaffolder::field::{FieldInput, control_id};
use crate::scaffolder::typed::{Typed, field_of, focus, initial, read_form, wrong_with};
use crate::session::href;
use crate::ui::*;
use leptos::html::Form;
use leptos::prelude::*;
use model::template::{FieldCondition, FormDraft, FormField, ShownPage, TemplateForm};
use std::collections::HashMap;
use std::sync::Arc;

/// The summary of what is wrong; the server leads to it too.
const SUMMARY: &str = "form-errors";

type Errors = Vec<(String, String)>;

/// What the parts of the form share.
#[derive(Clone, Copy)]
struct State {
    form: StoredValue<Arc<TemplateForm>>,
    node: NodeRef<Form>,
    typed: RwSignal<Typed>,
    errors: RwSignal<Errors>,
    /// Which pages and fields are asked for.
    shown: Memo<Vec<ShownPage>>,
    /// The page in sight; none before hydration and without script, where all of them are.
    at: RwSignal<Option<usize>>,
}

impl State {
    /// The page in sight, or the one that will be.
    fn page(self) -> usize {
        self.at.get().unwrap_or_else(|| self.first())
    }

    /// The page one begins with: the first with something wrong.
    fn first(self) -> usize {
        let wrong = self.errors.with_untracked(|errors| {
            errors.iter().filter_map(|(name, _)| self.page_of(name)).min()
        });
        wrong.or_else(|| self.asked().first().copied()).unwrap_or(0)
    }

    /// The pages that are asked for.
    fn asked(self) -> Vec<usize> {
        let shown = self.shown.read();
        shown.iter().enumerate().filter(|(_, page)| page.page).map(|(at, _)| at).collect()
    }

    /// The page with a field of this name, that one which is asked for first.
    fn page_of(self, name: &str) -> Option<usize> {
        let shown = self.shown.read();
        self.form.with_value(|form| {
            let on = |only: bool| {
                form.pages.iter().zip(shown.iter()).position(|(page, state)| {
                    let mut fields = page.fields.iter().zip(&state.fields);
                    fields.any(|(field, shown)| field.name == name && (*shown || !only))
                })
            };
            on(true).or_else(|| on(false))
        })
    }

    fn next_page(self) -> Option<usize> {
        let at = self.page();
        self.asked().into_iter().find(|page| *page > at)
    }

    fn page_before(self) -> Option<usize> {
        let at = self.page();
        self.asked().into_iter().rev().find(|page| *page < at)
    }

    /// Looks through these pages; whether they may be left.
    fn check(self, pages: &[usize]) -> bool {
        let Some(node) = self.node.get_untracked() else { return true };
        self.read();
        let found: Errors = self.form.with_value(|form| {
            let shown = self.shown.get_untracked();
            let typed = self.typed.read_untracked();
            let of_page = |at: &usize| {
                let fields = form.pages[*at].fields.iter().zip(&shown[*at].fields);
                let asked = fields.filter(|(_, shown)| **shown).map(|(field, _)| field);
                let wrong = asked.filter(|field| !field.disabled).filter_map(|field| {
                    Some((field.name.clone(), wrong_with(&node, field, &typed)?))
                });
                wrong.collect::<Vec<_>>()
            };
            pages.iter().flat_map(of_page).collect()
        });
        let is_good = found.is_empty();
        let page = found.first().and_then(|(name, _)| self.page_of(name));
        self.errors.set(found);
        if !is_good {
            if page.is_some() {
                self.at.set(page);
            }
            focus(SUMMARY.to_owned());
        }
        is_good
    }

    fn read(self) {
        let Some(node) = self.node.get_untracked() else { return };
        self.form
            .with_value(|form| self.typed.update(|typed| read_form(&node, &form.pages, typed)));
    }
}

/// The pages of the form.
#[component]
pub fn Wizard(form: TemplateForm, blocked: bool) -> impl IntoView {
    let draft = form.draft.clone().unwrap_or_default();
    let form = Arc::new(form);
    let typed = RwSignal::new(initial(&form.pages, &draft));
    let asked = form.clone();
    let shown = Memo::new(move |_| {
        typed.with(|typed| asked.shown(&|name| typed.get(name).cloned().unwrap_or_default()))
    });
    let state = State {
        form: StoredValue::new(form.clone()),
        node: NodeRef::new(),
        typed,
        errors: RwSignal::new(draft.errors.clone()),
        shown,
        at: RwSignal::new(None),
    };
    let first = untrack(|| state.first());
    Effect::new(move |_| {
        state.at.set(Some(first));
        if state.errors.with_untracked(|errors| !errors.is_empty()) {
            focus(SUMMARY.to_owned());
        }
    });
    let sending = RwSignal::new(false);
    let template_ref = form.template.entity.entity_ref.clone();
    let pages = pages(&form, &draft, first, state);
    let again = form.from_run.as_ref().map(|run| {
        let short: String = run.chars().take(8).collect();
        view! {
            <Alert tone=Tone::Info title=format!("Filled with the values of run {short}")>
                <p>"Secrets are empty: enter them again."</p>
            </Alert>
        }
    });
    let steps = form.steps.iter().cloned().map(|step| view! { <li>{step}</li> }).collect_view();
    let back = move || {
        if let Some(page) = untrack(|| state.page_before()) {
            state.at.set(Some(page));
        }
    };
    let next = move || {
        let at = untrack(|| state.page());
        if state.check(&[at])
            && let Some(page) = untrack(|| state.next_page())
        {
            state.at.set(Some(page));
        }
    };
    let is_last = move || state.at.get().is_none() || state.next_page().is_none();
    let is_first = move || state.at.get().is_none() || state.page_before().is_none();
    // Enter within an earlier page goes to the next one instead of sending the whole.
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        if untrack(|| !is_last()) {
            event.prevent_default();
            next();
        } else if untrack(|| state.check(&state.asked())) {
            sending.set(true);
        } else {
            event.prevent_default();
        }
    };
    let on_input = move |event: leptos::ev::Event| {
        state.read();
        // What is being mended is wrong no longer, until it is looked at again.
        if let Some(name) = field_of(&event) {
            state.errors.update(|errors| errors.retain(|(wrong, _)| *wrong != name));
        }
    };
    view! {
        {again}
        <Summary state />
        <Pages state />
        // Without script the server says everything at once; with script the pages do.
        <form
            class="form template-form"
            method="post"
            novalidate
            action=href("/create/start")
            node_ref=state.node
            on:submit=on_submit
            on:input=on_input
            on:change=on_input
        >
            <input type="hidden" name="template_ref" value=template_ref />
            {pages}
            <div class="form-actions">
                <span hidden=is_first>
                    <Button on:click=move |_| back() icon=IconName::ChevronLeft>
                        "Back"
                    </Button>
                </span>
                <span hidden=is_last>
                    <Button on:click=move |_| next() variant=ButtonVariant::Primary>
                        "Next"
                    </Button>
                </span>
                <span hidden=move || !is_last()>
                    <Button
                        kind=ButtonKind::Submit
                        variant=ButtonVariant::Primary
                        icon=IconName::Play
                        disabled=blocked
                        loading=sending
                    >
                        "Create"
                    </Button>
                </span>
            </div>
        </form>
        <details>
            <summary>"Steps"</summary>
            <ol>{steps}</ol>
        </details>
    }
}

/// What is wrong, all of it, each with a link to its field.
#[component]
fn Summary(state: State) -> impl IntoView {
    let list = move || {
        let errors = state.errors.get();
        if errors.is_empty() {
            return None;
        }
        let title = match errors.len() {
            1 => "Fix 1 error to continue".to_owned(),
            count => format!("Fix {count} errors to continue"),
        };
        let lines = errors.into_iter().map(|(name, message)| {
            if name.is_empty() {
                return view! { <li>{message}</li> }.into_any();
            }
            let id = state.control_of(&name);
            let to = format!("#{id}");
            let go = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                if let Some(page) = untrack(|| state.page_of(&name)) {
                    state.at.set(Some(page));
                }
                focus(id.clone());
            };
            view! {
                <li>
                    <a class="link" href=to on:click=go>
                        {message}
                    </a>
                </li>
            }
            .into_any()
        });
        let lines = lines.collect::<Vec<_>>();
        Some(view! {
            <Alert tone=Tone::Danger title=title>
                <ul>{lines}</ul>
            </Alert>
        })
    };
    view! {
        <div id=SUMMARY class="form-errors" tabindex="-1">
            {list}
        </div>
    }
}

impl State {
    /// The id of the control for a parameter: of those of one name, the one that is asked for.
    fn control_of(self, name: &str) -> String {
        let shown = self.shown.read();
        let nth = self.form.with_value(|form| {
            let fields = form
                .pages
                .iter()
                .zip(shown.iter())
                .flat_map(|(page, state)| page.fields.iter().zip(&state.fields));
            fields.filter(|(field, _)| field.name == name).position(|(_, shown)| *shown)
        });
        control_id(name, nth.unwrap_or(0))
    }
}

/// Which page one is on.
#[component]
fn Pages(state: State) -> impl IntoView {
    let titles: Vec<String> =
        state.form.with_value(|form| form.pages.iter().map(|page| page.title.clone()).collect());
    move || {
        let (at, asked) = (state.page(), state.asked());
        let step = |page: &usize| {
            let place = match page.cmp(&at) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Active,
                std::cmp::Ordering::Greater => StepState::Waiting,
            };
            Step::new(titles[*page].clone(), place)
        };
        let steps: Vec<Step> = asked.iter().map(step).collect();
        (steps.len() > 1).then(|| {
            view! {
                <div class="wizard-pages">
                    <Stepper label="Pages" steps horizontal=true />
                </div>
            }
        })
    }
}

/// Every page with its fields. What is not asked for is out of sight; with script it is switched
/// off too, so that it is not sent.
fn pages(form: &TemplateForm, draft: &FormDraft, first: usize, state: State) -> Vec<AnyView> {
    let mut count: HashMap<String, usize> = HashMap::new();
    let titles: HashMap<String, String> = form
        .pages
        .iter()
        .flat_map(|page| &page.fields)
        .map(|field| (field.name.clone(), field.title.clone()))
        .collect();
    let mut views = Vec::new();
    for (index, page) in form.pages.iter().enumerate() {
        let mut fields = Vec::new();
        for (place, field) in page.fields.iter().enumerate() {
            let nth = count.entry(field.name.clone()).or_default();
            let id = control_id(&field.name, *nth);
            *nth += 1;
            fields.push(one_field(field, id, (index, place), draft, &titles, state));
        }
        let asked = move || state.shown.with(|shown| shown[index].page);
        let is_hidden = move || state.at.get().is_some_and(|at| at != index || !asked());
        let class = move || if asked() { "form" } else { "form is-unasked" };
        let is_off = move || state.at.get().is_some() && !asked();
        views.push(
            view! {
                <fieldset
                    class=class
                    hidden=is_hidden
                    disabled=is_off
                    data-page=index
                    data-first=(index == first).then_some("")
                >
                    <legend class="strong">{page.title.clone()}</legend>
                    <p class="muted">{page.description.clone()}</p>
                    {fields}
                </fieldset>
            }
            .into_any(),
        );
    }
    views
}

fn one_field(
    field: &FormField,
    id: String,
    (page, place): (usize, usize),
    draft: &FormDraft,
    titles: &HashMap<String, String>,
    state: State,
) -> AnyView {
    let values = draft.values_of(&field.name);
    let name = field.name.clone();
    let is_asked = move || state.shown.with(|shown| shown[page].fields[place]);
    let error = Signal::derive(move || {
        let found = state.errors.with(|errors| {
            errors.iter().find(|(wrong, _)| *wrong == name).map(|(_, message)| message.clone())
        });
        found.filter(|_| is_asked())
    });
    let input = view! { <FieldInput field=field.clone() id typed=values error /> };
    let Some(condition) = &field.condition else { return input.into_any() };
    let words = format!("Only if {}.", in_words(condition, titles));
    let is_off = move || state.at.get().is_some() && !is_asked();
    view! {
        <fieldset
            class=move || if is_asked() { "form" } else { "form is-unasked" }
            disabled=is_off
        >
            <p class="muted small without-script">{words}</p>
            {input}
        </fieldset>
    }
    .into_any()
}

/// When a field is asked for, for those whose browser cannot show it by itself.
fn in_words(condition: &FieldCondition, titles: &HashMap<String, String>) -> String {
    let title = |field: &String| titles.get(field).unwrap_or(field).clone();
    let join = |list: &[FieldCondition], word: &str| {
        list.iter().map(|one| in_words(one, titles)).collect::<Vec<_>>().join(word)
    };
    match condition {
        FieldCondition::Is { field, values } => {
            format!("{} is {}", title(field), values.join(" or "))
        }
        FieldCondition::Filled { field } => format!("{} is filled in", title(field)),
        FieldCondition::All(list) => join(list, " and "),
        FieldCondition::Any(list) => join(list, " or "),
        FieldCondition::Not(other) => format!("not: {}", in_words(other, titles)),
        FieldCondition::Unknown => "it applies to what was chosen".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_said_with_titles() {
        let titles = HashMap::from([("cloud".to_owned(), "Cloud".to_owned())]);
        let is = |values: &[&str]| FieldCondition::Is {
            field: "cloud".to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        assert_eq!(in_words(&is(&["aws", "gcp"]), &titles), "Cloud is aws or gcp");
        let both = FieldCondition::All(vec![
            is(&["aws"]),
            FieldCondition::Not(Box::new(FieldCondition::Filled { field: "other".to_owned() })),
        ]);
        assert_eq!(in_words(&both, &titles), "Cloud is aws and not: other is filled in");
    }
}
