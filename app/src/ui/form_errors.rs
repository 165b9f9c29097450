//! What is wrong with a form, all of it, with links to the fields; and where the focus goes.

use super::alert::Alert;
use super::badge::Tone;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::web_sys;
use wasm_bindgen::JsCast;

/// The id of the summary.
pub const FORM_ERRORS: &str = "form-errors";

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError {
    /// The id of the control; none when it is about the form as a whole.
    pub field: Option<String>,
    /// What is expected.
    pub message: String,
}

impl FormError {
    /// An error at the control with this id.
    pub fn at(field: impl Into<String>, message: impl Into<String>) -> Self {
        FormError { field: Some(field.into()), message: message.into() }
    }

    /// An error of the form as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        FormError { field: None, message: message.into() }
    }
}

/// The summary above a form. It gets the focus when the page comes with errors and whenever errors
/// are found, not when some of them go.
#[component]
pub fn FormErrors(
    /// What is wrong now.
    #[prop(into)]
    errors: Signal<Vec<FormError>>,
    /// Called with the id of a control before the focus goes there.
    #[prop(optional, into)]
    before: Option<Callback<String>>,
) -> AnyView {
    Effect::new(move |known: Option<Vec<FormError>>| {
        let now = errors.get();
        let is_new = match &known {
            // Whoever has begun to type on the page that came is not interrupted.
            None => !now.is_empty() && is_focus_free(),
            Some(known) => {
                let is_less = now.len() < known.len() && now.iter().all(|it| known.contains(it));
                !now.is_empty() && !is_less
            }
        };
        if is_new {
            focus_on(FORM_ERRORS);
        }
        now
    });
    let list = move || {
        let errors = errors.get();
        if errors.is_empty() {
            return None;
        }
        let title = match errors.len() {
            _ if errors.iter().all(|error| error.field.is_none()) => {
                "This was not accepted".to_owned()
            }
            1 => "Fix 1 error to continue".to_owned(),
            count => format!("Fix {count} errors to continue"),
        };
        let lines = errors.into_iter().map(|error| line(error, before)).collect_view();
        Some(view! {
            // `autofocus` is for browsers without script.
            <div id=FORM_ERRORS class="form-errors" tabindex="-1" autofocus>
                <Alert tone=Tone::Danger title>
                    <ul>{lines}</ul>
                </Alert>
            </div>
        })
    };
    view! { {list} }.into_any()
}

fn line(error: FormError, before: Option<Callback<String>>) -> AnyView {
    let FormError { field, message } = error;
    let Some(id) = field else { return view! { <li>{message}</li> }.into_any() };
    let to = format!("#{id}");
    let go = move |event: MouseEvent| {
        event.prevent_default();
        if let Some(before) = before {
            before.run(id.clone());
        }
        focus_on(&id);
    };
    view! {
        <li>
            <a class="link" href=to on:click=go>
                {message}
            </a>
        </li>
    }
    .into_any()
}

/// Whether the focus is nowhere in particular.
fn is_focus_free() -> bool {
    let active = document().active_element();
    active.is_none_or(|active| matches!(active.tag_name().as_str(), "BODY" | "HTML" | "MAIN"))
}

/// Moves the focus to the element with this id once the page is drawn: to the first control in it
/// where it is a group of some.
pub fn focus_on(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        let Some(element) = document().get_element_by_id(&id) else { return };
        let is_group = element.tag_name() == "FIELDSET";
        let inner = || element.query_selector("input, select, textarea").ok().flatten();
        let target = if is_group { inner() } else { None }.unwrap_or_else(|| element.clone());
        if let Ok(target) = target.dyn_into::<web_sys::HtmlElement>() {
            let _ = target.focus();
            element.scroll_into_view_with_bool(true);
        }
    });
}
