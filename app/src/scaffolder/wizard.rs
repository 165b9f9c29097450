//! The form of a template.
//!
//! It is an ordinary form and its pages are parts of it: without script all of them are there, with
//! script one at a time. What the server cannot accept comes back with everything that was typed
//! and all that is wrong with it; with script the browser looks through a page before it is left.

use crate::scaffolder::condition::Labels;
use crate::scaffolder::field::{FieldInput, control_id};
use crate::scaffolder::rows::RestoredNames;
use crate::scaffolder::steps;
use crate::scaffolder::typed::{Typed, field_of, initial, read_form, wrong_with};
use crate::session::{DraftKey, KeptDraft, draft_sent, href};
use crate::ui::*;
use leptos::html::Form;
use leptos::prelude::*;
use model::template::{FieldKind, FormDraft, FormField, ShownPage, TemplateForm};
use std::collections::HashMap;
use std::sync::Arc;

/// What is wrong, by field; an empty name stands for the whole form.
pub type Errors = Vec<(String, String)>;

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
                    fields.any(|(field, shown)| is_about(field, name) && (*shown || !only))
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
                let wrong = asked
                    .filter(|field| !field.disabled)
                    .flat_map(|field| wrong_with(&node, field, &typed));
                wrong.collect::<Vec<_>>()
            };
            pages.iter().flat_map(of_page).collect()
        });
        let is_good = found.is_empty();
        let page = found.first().and_then(|(name, _)| self.page_of(name));
        if let Some(page) = page {
            self.show(page);
        }
        self.errors.set(found);
        is_good
    }

    /// Shows a page in place of the one in sight.
    fn show(self, page: usize) {
        if self.at.get_untracked() != Some(page) {
            self.at.set(Some(page));
            steps::replace(self.step_of(page));
        }
    }

    /// The number of a page among those that are asked for, as people count.
    fn step_of(self, page: usize) -> usize {
        untrack(|| self.asked()).iter().position(|asked| *asked == page).map_or(1, |at| at + 1)
    }

    /// Shows the page of a step and begins there.
    fn go_to_step(self, step: usize) {
        let page = untrack(|| self.asked()).get(step.saturating_sub(1)).copied();
        if let Some(page) = page.filter(|page| self.at.get_untracked() != Some(*page)) {
            self.at.set(Some(page));
            focus_on(&heading_id(page));
        }
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
    Effect::new(move |_| state.at.set(Some(first)));
    let names = RestoredNames(RwSignal::new(Vec::new()));
    provide_context(names);
    let sending = RwSignal::new(false);
    let template_ref = form.template.entity.entity_ref.clone();
    let pages = pages(&form, &draft, first, state);
    let again = form.from_run.as_ref().map(|run| {
        let short: String = run.chars().take(8).collect();
        let secrets = form.pages.iter().flat_map(|page| &page.fields).any(|it| it.has_secrets);
        let secrets = secrets.then(|| view! { <p>"Secrets are empty: enter them again."</p> });
        view! {
            <Alert tone=Tone::Info title=format!("Filled with the values of run {short}")>
                {secrets}
            </Alert>
        }
    });
    let key = DraftKey::of(form.from_run.as_deref().unwrap_or_default());
    let (kept_key, sent_key) = (key.clone(), key);
    let is_answered = !draft.errors.is_empty();
    let before_restore = move |restored: Vec<String>| names.0.set(restored);
    let opened = steps::opened();
    // The step of the address, once it is known which pages are asked for.
    let after_restore = move |()| {
        if untrack(|| state.errors.read().is_empty())
            && let Some(step) = opened
        {
            state.go_to_step(step);
        }
    };
    let pushed = steps::follow(move |step| state.go_to_step(step));
    let steps = form.steps.iter().cloned().map(|step| view! { <li>{step}</li> }).collect_view();
    let back = move || {
        // The browser's own way back leads to the same page.
        if pushed.is_behind() {
            steps::back();
        } else if let Some(page) = untrack(|| state.page_before()) {
            state.show(page);
            focus_on(&heading_id(page));
        }
    };
    let next = move || {
        let at = untrack(|| state.page());
        if state.check(&[at])
            && let Some(page) = untrack(|| state.next_page())
        {
            state.at.set(Some(page));
            pushed.push(state.step_of(page));
            focus_on(&heading_id(page));
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
            draft_sent(&sent_key);
            sending.set(true);
        } else {
            event.prevent_default();
        }
    };
    let on_input = move |event: leptos::ev::Event| {
        state.read();
        // What is being mended is wrong no longer, until it is looked at again.
        if let Some(name) = field_of(&event) {
            let is_wrong = state
                .errors
                .with_untracked(|errors| errors.iter().any(|(wrong, _)| *wrong == name));
            if is_wrong {
                state.errors.update(|errors| errors.retain(|(wrong, _)| *wrong != name));
            }
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
            <KeptDraft
                key=kept_key
                answered=is_answered
                before=before_restore
                after=after_restore
            />
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
    let errors = Signal::derive(move || {
        let one = |(name, message): &(String, String)| match name.is_empty() {
            true => FormError::whole(message),
            // Errors are news, not what is asked for meanwhile.
            false => FormError::at(untrack(|| state.control_of(name)), message),
        };
        state.errors.with(|errors| errors.iter().map(one).collect::<Vec<_>>())
    });
    let before = move |id: String| {
        let control = document().get_element_by_id(&id);
        let page = control.and_then(|it| it.closest("[data-page]").ok().flatten());
        let page = page.and_then(|page| page.get_attribute("data-page")?.parse().ok());
        if let Some(page) = page {
            state.show(page);
        }
    };
    view! { <FormErrors errors before /> }
}

/// Whether an error by this name is about a field, or about one in its rows.
fn is_about(field: &FormField, name: &str) -> bool {
    let is_row = matches!(field.kind, FieldKind::Rows { .. });
    let inside = || name.strip_prefix(&*field.name).is_some_and(|rest| rest.starts_with('.'));
    field.name == name || (is_row && inside())
}

/// The id of a page's heading.
fn heading_id(page: usize) -> String {
    format!("form-page-{}", page + 1)
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
            fields.filter(|(field, _)| is_about(field, name)).position(|(_, shown)| *shown)
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
    let labels = Labels::of(&form.pages);
    let mut views = Vec::new();
    for (index, page) in form.pages.iter().enumerate() {
        let mut fields = Vec::new();
        for (place, field) in page.fields.iter().enumerate() {
            let nth = count.entry(field.name.clone()).or_default();
            let id = control_id(&field.name, *nth);
            *nth += 1;
            fields.push(one_field(field, id, (index, place), draft, &labels, state));
        }
        let asked = move || state.shown.with(|shown| shown[index].page);
        let is_hidden = move || state.at.get().is_some_and(|at| at != index || !asked());
        let class = move || if asked() { "form" } else { "form is-unasked" };
        let is_off = move || state.at.get().is_some() && !asked();
        let words = page.condition.as_ref().and_then(|condition| labels.sentence(condition));
        views.push(
            view! {
                <fieldset
                    class=class
                    hidden=is_hidden
                    disabled=is_off
                    data-page=index
                    data-first=(index == first).then_some("")
                >
                    <legend class="strong" id=heading_id(index) tabindex="-1">
                        {page.title.clone()}
                    </legend>
                    {words.map(|words| view! { <p class="muted small without-script">{words}</p> })}
                    {page
                        .description
                        .clone()
                        .map(|text| view! { <p class="muted">{text}</p> })}
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
    labels: &Labels,
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
    let rows = draft.rows_of(&field.name);
    let errors = state.errors;
    let input = view! { <FieldInput field=field.clone() id typed=values rows error errors /> };
    let Some(condition) = &field.condition else { return input.into_any() };
    let words = labels.sentence(condition);
    let is_off = move || state.at.get().is_some() && !is_asked();
    view! {
        <fieldset
            class=move || if is_asked() { "form" } else { "form is-unasked" }
            disabled=is_off
        >
            {words.map(|words| view! { <p class="muted small without-script">{words}</p> })}
            {input}
        </fieldset>
    }
    .into_any()
}
