//! What is typed in a form and not accepted yet. It survives leaving the page: the browser keeps it
//! for this tab and puts it back on return, under a line that says so.
//!
//! Secrets are never kept: no password field, no file, nothing under `data-no-draft`.
//!
//! [`KeptDraft`] stands within the form. Forms that are sent as a whole page call [`draft_sent`] when
//! they are; the page that follows a success calls [`forget_sent_drafts`]. Forms that are sent by
//! script call [`forget_draft`] when they were accepted.

use crate::session::use_session;
use crate::ui::*;
use leptos::prelude::*;
use leptos::web_sys;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// What the keys of drafts begin with.
const PREFIX: &str = "callboard.draft";

/// A form's draft: whose it is and which form of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftKey {
    person: String,
    form: String,
    /// The page, as the router knows it: the address bar follows later.
    path: String,
    search: String,
}

impl DraftKey {
    /// The draft of a form; `form` tells several forms of one page apart.
    pub fn of(form: &str) -> DraftKey {
        let person = use_session().person.map(|person| person.user_ref).unwrap_or_default();
        let location = use_location();
        let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
        DraftKey { person, form: form.to_owned(), path, search }
    }

    /// The key in the browser's store.
    fn name(&self) -> String {
        format!("{PREFIX} {} {} {}", self.person, self.path, self.form)
    }
}

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Draft {
    /// The query of the page it was typed on.
    search: String,
    /// Whether it was sent, and may have been accepted.
    sent: bool,
    /// What each control holds, in their order; only those boxes that are ticked.
    fields: Vec<Kept>,
}

/// What one control holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    name: String,
    value: String,
    /// Whether somebody typed it; what the page came with is not put back.
    typed: bool,
}

fn store() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

fn load(name: &str) -> Option<Draft> {
    serde_json::from_str(&store()?.get_item(name).ok().flatten()?).ok()
}

fn save(name: &str, draft: &Draft) {
    if let (Some(store), Ok(text)) = (store(), serde_json::to_string(draft)) {
        // A full store loses the draft and nothing else.
        let _ = store.set_item(name, &text);
    }
}

fn remove(name: &str) {
    if let Some(store) = store() {
        let _ = store.remove_item(name);
    }
}

/// The form was accepted.
pub fn forget_draft(key: &DraftKey) {
    remove(&key.name());
}

/// The form is on its way as a whole page: the page that comes says whether it was accepted.
pub fn draft_sent(key: &DraftKey) {
    let name = key.name();
    if let Some(draft) = load(&name) {
        save(&name, &Draft { sent: true, ..draft });
    }
}

/// To be called by pages that only follow a form that was accepted.
pub fn forget_sent_drafts() {
    Effect::new(|_| {
        let Some(store) = store() else { return };
        let count = store.length().unwrap_or_default();
        let names: Vec<String> = (0..count).filter_map(|at| store.key(at).ok().flatten()).collect();
        let drafts = names.into_iter().filter(|name| name.starts_with(PREFIX));
        drafts.filter(|name| load(name).is_some_and(|draft| draft.sent)).for_each(|name| {
            remove(&name);
        });
    });
}

/// A control whose value is kept.
enum Control {
    Tick(web_sys::HtmlInputElement),
    Line(web_sys::HtmlInputElement),
    Text(web_sys::HtmlTextAreaElement),
    List(web_sys::HtmlSelectElement),
}

impl Control {
    fn of(element: web_sys::Element) -> Option<(String, Control)> {
        let name = element.get_attribute("name").filter(|name| !name.is_empty())?;
        if element.closest("[data-no-draft]").ok().flatten().is_some() {
            return None;
        }
        let control = if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
            match input.type_().as_str() {
                "hidden" | "password" | "file" | "submit" | "button" | "reset" => return None,
                "checkbox" | "radio" => Control::Tick(input.clone()),
                _ => Control::Line(input.clone()),
            }
        } else if let Some(text) = element.dyn_ref::<web_sys::HtmlTextAreaElement>() {
            Control::Text(text.clone())
        } else {
            Control::List(element.dyn_into::<web_sys::HtmlSelectElement>().ok()?)
        };
        Some((name, control))
    }

    /// What it holds; nothing for a box that is not ticked.
    fn value(&self) -> Option<String> {
        match self {
            Control::Tick(input) => input.checked().then(|| input.value()),
            Control::Line(input) => Some(input.value()),
            Control::Text(text) => Some(text.value()),
            Control::List(list) => Some(list.value()),
        }
    }

    /// What it held when the page came.
    fn default(&self) -> Option<String> {
        match self {
            Control::Tick(input) => input.default_checked().then(|| input.value()),
            Control::Line(input) => Some(input.default_value()),
            Control::Text(text) => text.default_value().ok(),
            Control::List(list) => {
                let chosen = list.query_selector("option[selected]").ok().flatten();
                let chosen = chosen.or_else(|| list.query_selector("option").ok().flatten());
                Some(chosen?.get_attribute("value").unwrap_or_default())
            }
        }
    }

    fn set(&self, value: Option<&str>) {
        let target: &web_sys::EventTarget = match self {
            Control::Tick(input) => {
                input.set_checked(value.is_some());
                input
            }
            Control::Line(input) => {
                input.set_value(value.unwrap_or_default());
                input
            }
            Control::Text(text) => {
                text.set_value(value.unwrap_or_default());
                text
            }
            Control::List(list) => {
                list.set_value(value.unwrap_or_default());
                list
            }
        };
        announce(target);
    }
}

/// Lets the page know, as if a person had typed.
fn announce(target: &web_sys::EventTarget) {
    for kind in ["input", "change"] {
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = web_sys::Event::new_with_event_init_dict(kind, &init) {
            let _ = target.dispatch_event(&event);
        }
    }
}

fn controls(form: &web_sys::HtmlFormElement) -> Vec<(String, Control)> {
    let Ok(list) = form.query_selector_all("input, textarea, select") else { return Vec::new() };
    let nodes = (0..list.length()).filter_map(|at| list.item(at));
    let elements = nodes.filter_map(|node| node.dyn_into::<web_sys::Element>().ok());
    elements.filter_map(Control::of).collect()
}

/// What the form holds; where all of it was `sent` before, everything counts as typed.
fn read(form: &web_sys::HtmlFormElement, search: String, sent: bool) -> Draft {
    let kept = |(name, control): (String, Control)| {
        let (value, before) = (control.value(), control.default());
        let typed = sent || value != before;
        Some(Kept { name, typed, value: value? })
    };
    Draft { search, sent: false, fields: controls(form).into_iter().filter_map(kept).collect() }
}

/// Puts a draft into the form. The answer says whether it differs from what the page came with.
fn restore(form: &web_sys::HtmlFormElement, draft: &Draft) -> bool {
    let mut left: HashMap<&str, Vec<&Kept>> = HashMap::new();
    for kept in draft.fields.iter().rev() {
        left.entry(&kept.name).or_default().push(kept);
    }
    let mut differs = false;
    for (name, control) in controls(form) {
        // What the draft does not name was not on the form then, unless it is a box.
        let wanted = match (&control, left.get_mut(name.as_str())) {
            (Control::Tick(input), kept) => {
                let own = input.value();
                let is_on = kept.is_some_and(|kept| kept.iter().any(|it| it.value == own));
                is_on.then_some(own)
            }
            (_, Some(kept)) => match kept.pop() {
                Some(kept) if kept.typed => Some(kept.value.clone()),
                _ => continue,
            },
            (_, None) => continue,
        };
        let (now, before) = (control.value(), control.default());
        differs |= wanted != before;
        // What was typed since the page came is newer.
        if now == before && wanted != now {
            control.set(wanted.as_deref());
        }
    }
    differs
}

/// Keeps what is typed in the form it stands in, and puts it back.
#[component]
pub fn KeptDraft(
    /// Which form.
    key: DraftKey,
    /// Whether the page shows what was sent: then that is newer than what was kept before.
    #[prop(optional)]
    answered: bool,
    /// Called with the names of what is put back, so that there is a control for each.
    #[prop(optional, into)]
    before: Option<Callback<Vec<String>>>,
    /// Called when the form is as it was left.
    #[prop(optional, into)]
    after: Option<Callback<()>>,
) -> AnyView {
    let node = NodeRef::<leptos::html::Div>::new();
    let restored = RwSignal::new(false);
    let has_secrets = RwSignal::new(false);
    let answered = RwSignal::new(answered);
    let (name, search) = (StoredValue::new(key.name()), StoredValue::new(key.search));
    let form = move || -> Option<web_sys::HtmlFormElement> {
        node.get_untracked()?.closest("form").ok().flatten()?.dyn_into().ok()
    };
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) || node.get().is_none() {
            return done == Some(true);
        }
        let Some(form) = form() else { return false };
        let passwords = form.query_selector("input[type=password], [data-no-draft]");
        has_secrets.set(passwords.is_ok_and(|found| found.is_some()));
        let known = load(&name.get_value()).filter(|known| {
            !answered.get_untracked() || (known.search == search.get_value() && !known.sent)
        });
        if let (Some(before), Some(known)) = (before, &known) {
            before.run(known.fields.iter().map(|kept| kept.name.clone()).collect());
        }
        // Once there is a control for everything.
        request_animation_frame(move || {
            if name.try_get_value().is_none() {
                return;
            }
            match &known {
                Some(known) => restored.set(restore(&form, known)),
                None if answered.get_untracked() => {
                    save(&name.get_value(), &read(&form, search.get_value(), true))
                }
                None => {}
            }
            if let Some(after) = after {
                after.run(());
            }
            keep(&form, name, search, answered);
        });
        true
    });
    let discard = move |_| {
        remove(&name.get_value());
        answered.set(false);
        restored.set(false);
        if let Some(form) = form() {
            form.reset();
            for (_, control) in controls(&form) {
                let value = control.value();
                control.set(value.as_deref());
            }
        }
    };
    let note = move || {
        let words = match has_secrets.get() {
            true => "Restored what you typed, except secrets.",
            false => "Restored what you typed.",
        };
        restored.get().then(|| {
            view! {
                <div class="draft-note" role="status">
                    <span>{words}</span>
                    " "
                    <Button size=ButtonSize::Sm on:click=discard>
                        "Discard"
                    </Button>
                </div>
            }
        })
    };
    view! {
        <div class="draft" node_ref=node>
            {note}
        </div>
    }
    .into_any()
}

/// Keeps what is typed from now on, until the page is left.
fn keep(
    form: &web_sys::HtmlFormElement,
    name: StoredValue<String>,
    search: StoredValue<String>,
    answered: RwSignal<bool>,
) {
    let source = form.clone();
    let handler = Closure::<dyn Fn(web_sys::Event)>::new(move |_| {
        // The page was left.
        let Some(answered) = answered.try_get_untracked() else { return };
        let (Some(name), Some(search)) = (name.try_get_value(), search.try_get_value()) else {
            return;
        };
        let all = controls(&source);
        match answered || all.iter().any(|(_, control)| control.value() != control.default()) {
            true => save(&name, &read(&source, search, answered)),
            // As the page came: there is nothing to put back.
            false => remove(&name),
        }
    });
    // The browser lets go of it together with the form.
    let handler = handler.into_js_value();
    for kind in ["input", "change"] {
        let _ = form.add_event_listener_with_callback(kind, handler.unchecked_ref());
    }
}
