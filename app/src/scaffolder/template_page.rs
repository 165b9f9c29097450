//! `/create/templates/…`: the form of one template.
//!
//! The form is an ordinary one and its pages are parts of it: without script all of them are
//! there, with script one at a time. What the server cannot take comes back with what was typed.

use crate::ahead;
use crate::resource::ServerResource;
use crate::scaffolder::api::form_get;
use crate::scaffolder::field::{FieldInput, input_name};
use crate::session::href;
use crate::ui::*;
use leptos::html::Form;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::template::{FieldCondition, FormField, FormPage, TemplateForm};
use std::collections::HashMap;

/// `/create/templates/:namespace/:name`
#[component]
pub fn TemplatePage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let key = move || {
        let params = params.read();
        let part = |name: &str| params.get(name).unwrap_or_default();
        let template_ref = format!("template:{}/{}", part("namespace"), part("name"));
        (template_ref, query.read().get("draft"))
    };
    let form = ServerResource::blocking(key, |(template_ref, draft)| async move {
        let about = match draft {
            None => format!("form {template_ref}"),
            Some(_) => String::new(),
        };
        ahead::answer(&about, || form_get(template_ref.clone(), draft.clone())).await
    });
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(form) => view! { <Template form /> }.into_any(),
                    Err(error) => {
                        view! {
                            <Page
                                title="Template"
                                breadcrumbs=vec![
                                    Crumb::link("Create", href("/create")),
                                    Crumb::here("Template"),
                                ]
                            >
                                <ErrorState
                                    title="This template cannot be shown"
                                    message=error.message()
                                    retry_href=href("/create")
                                />
                            </Page>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// Title, what is wrong, and the form.
#[component]
fn Template(form: TemplateForm) -> impl IntoView {
    let template = form.template.clone();
    let title = template.entity.title.clone();
    let problems = template.problems.clone();
    let blocked = !problems.is_empty();
    let list = problems.into_iter().map(|problem| view! { <li>{problem}</li> }).collect_view();
    let entity = href(&template.entity.path());
    view! {
        <Page
            title=title.clone()
            subtitle=template.description
            breadcrumbs=vec![Crumb::link("Create", href("/create")), Crumb::here(title)]
            width=PageWidth::Narrow
            actions=move || {
                view! {
                    <LinkButton href=entity.clone() variant=ButtonVariant::Ghost>
                        "In the catalog"
                    </LinkButton>
                }
            }
        >
            {blocked
                .then(|| {
                    view! {
                        <Alert tone=Tone::Danger title="This template cannot be run">
                            <ul>{list}</ul>
                        </Alert>
                    }
                })}
            <Wizard form blocked />
        </Page>
    }
}

/// The pages of the form.
#[component]
fn Wizard(form: TemplateForm, blocked: bool) -> impl IntoView {
    let draft = form.draft.clone().unwrap_or_default();
    let general = draft.errors.iter().filter(|(field, _)| field.is_empty());
    let general = general.map(|(_, message)| view! { <li>{message.clone()}</li> }).collect_view();
    let wrong = draft.errors.len();
    let first_wrong = form
        .pages
        .iter()
        .position(|page| page.fields.iter().any(|field| draft.error_of(&field.name).is_some()));
    let count = form.pages.len();
    let node = NodeRef::<Form>::new();
    // Before hydration, and without script, every page is shown.
    let at = RwSignal::new(None::<usize>);
    Effect::new(move |_| at.set(Some(first_wrong.unwrap_or(0))));
    let typed = RwSignal::new(initial(&form.pages, &draft));
    let sending = RwSignal::new(false);
    let template_ref = form.template.entity.entity_ref.clone();
    let titles = form.pages.iter().map(|page| page.title.clone()).collect::<Vec<_>>();
    let stepper = move || {
        let at = at.get()?;
        let state = |index: usize| match index.cmp(&at) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Active,
            std::cmp::Ordering::Greater => StepState::Waiting,
        };
        let steps = titles.iter().enumerate().map(|(i, title)| Step::new(title.clone(), state(i)));
        let steps = steps.collect::<Vec<_>>();
        (count > 1).then(|| {
            view! { <Stepper label="Pages" steps horizontal=true /> }
        })
    };
    let pages = form
        .pages
        .into_iter()
        .enumerate()
        .map(|(index, page)| {
            let shown = move || at.get().is_none_or(|at| at == index);
            let draft = draft.clone();
            view! {
                <fieldset class="form" hidden=move || !shown() data-page=index>
                    <legend class="strong">{page.title}</legend>
                    <p class="muted">{page.description}</p>
                    {page
                        .fields
                        .into_iter()
                        .map(|field| conditional(field, &draft, typed))
                        .collect_view()}
                </fieldset>
            }
        })
        .collect_view();
    let steps = form.steps.into_iter().map(|step| view! { <li>{step}</li> }).collect_view();
    let back = move || at.set(at.get_untracked().map(|at| at.saturating_sub(1)));
    let next = move || {
        if page_is_valid(node, at.get_untracked().unwrap_or(0)) {
            at.update(|at| *at = at.map(|at| at + 1));
        }
    };
    let is_last = move || at.get().is_none_or(|at| at + 1 >= count);
    let is_first = move || at.get().is_none_or(|at| at == 0);
    // Enter within an earlier page goes to the next one instead of sending the whole.
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        if !is_last() {
            event.prevent_default();
            next();
        } else {
            sending.set(true);
        }
    };
    let on_input = move |event: leptos::ev::Event| remember(typed, &event);
    view! {
        {(wrong > 0)
            .then(|| {
                view! {
                    <Alert tone=Tone::Danger title="The form could not be sent as it is">
                        <p>
                            {format!(
                                "{wrong} thing{} to put right; everything else you typed is still there.",
                                if wrong == 1 { "" } else { "s" },
                            )}
                        </p>
                        <ul>{general}</ul>
                    </Alert>
                }
            })}
        {stepper}
        <form
            class="form template-form"
            method="post"
            action=href("/create/start")
            node_ref=node
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
            <summary>"What a run does"</summary>
            <ol>{steps}</ol>
        </details>
    }
}

/// A field that may depend on another one. Out of sight it is switched off too, so that it is
/// neither checked by the browser nor sent.
fn conditional(
    field: FormField,
    draft: &model::template::FormDraft,
    typed: RwSignal<HashMap<String, String>>,
) -> AnyView {
    let (values, error) = (draft.values_of(&field.name), draft.error_of(&field.name));
    match field.condition.clone() {
        None => view! { <FieldInput field typed=values error /> }.into_any(),
        Some(condition) => {
            let off = Memo::new(move |_| !typed.with(|typed| holds(&condition, typed)));
            view! {
                <fieldset class="form" hidden=off disabled=off>
                    <FieldInput field typed=values error />
                </fieldset>
            }
            .into_any()
        }
    }
}

fn holds(condition: &FieldCondition, typed: &HashMap<String, String>) -> bool {
    let value = typed.get(&input_name(&condition.field)).map_or("false", String::as_str);
    match condition.values.is_empty() {
        true => !value.is_empty() && value != "false",
        false => condition.values.iter().any(|wanted| wanted == value),
    }
}

/// What each field holds before anybody types.
fn initial(pages: &[FormPage], draft: &model::template::FormDraft) -> HashMap<String, String> {
    let fields = pages.iter().flat_map(|page| &page.fields);
    let value = |field: &FormField| {
        let typed = draft.values_of(&field.name);
        match typed.iter().find(|value| !value.is_empty()) {
            Some(value) => value.clone(),
            None if !typed.is_empty() => "false".to_owned(),
            None => match &field.default {
                Some(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
                None => "false".to_owned(),
            },
        }
    };
    fields.map(|field| (input_name(&field.name), value(field))).collect()
}

/// Keeps track of what is typed, for fields that depend on it.
fn remember(typed: RwSignal<HashMap<String, String>>, event: &leptos::ev::Event) {
    use wasm_bindgen::JsCast;
    let Some(target) = event.target() else { return };
    let (name, value) = if let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() {
        let value = match input.type_().as_str() {
            "checkbox" => input.checked().to_string(),
            _ => input.value(),
        };
        (input.name(), value)
    } else if let Some(select) = target.dyn_ref::<web_sys::HtmlSelectElement>() {
        (select.name(), select.value())
    } else {
        return;
    };
    typed.update(|typed| {
        typed.insert(name, value);
    });
}

/// Lets the browser say what is missing on the page that is left.
fn page_is_valid(form: NodeRef<Form>, page: usize) -> bool {
    use wasm_bindgen::JsCast;
    let Some(form) = form.get_untracked() else { return true };
    let selector = format!("[data-page=\"{page}\"] :is(input, select, textarea):invalid");
    match form.query_selector(&selector) {
        Ok(Some(element)) => {
            // Each control has its own class in the browser, but they share the method.
            if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
                input.report_validity();
            } else if let Some(select) = element.dyn_ref::<web_sys::HtmlSelectElement>() {
                select.report_validity();
            } else if let Some(area) = element.dyn_ref::<web_sys::HtmlTextAreaElement>() {
                area.report_validity();
            }
            false
        }
        _ => true,
    }
}
