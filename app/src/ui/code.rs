//! Code, keys, and copying.

use super::icon::{Icon, IconName};
use super::text::OptText;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// A block of code with a button that copies it.
#[component]
pub fn CodeBlock(
    /// The code.
    #[prop(into)]
    code: String,
    /// What stands above it: a file name, a language.
    #[prop(optional, into)]
    title: OptText,
    /// The code with colours, as HTML that the server made (must be safe); shown instead of `code`.
    #[prop(optional, into)]
    html: OptText,
    /// With line numbers.
    #[prop(optional)]
    numbers: bool,
    /// Wraps long lines instead of scrolling.
    #[prop(optional)]
    wrap: bool,
) -> AnyView {
    let label = title.clone().or_else(|| "Code".to_owned());
    let class = if wrap { "code-block code-wrap" } else { "code-block" };
    let copy = code.clone();
    let content = match (html.get(), numbers) {
        (Some(html), _) => view! { <code inner_html=html></code> }.into_any(),
        (None, true) => {
            let lines = code
                .lines()
                .map(|line| view! { <span class="code-line">{line.to_owned()} "\n"</span> })
                .collect_view();
            view! { <code class="code-numbered">{lines}</code> }.into_any()
        }
        (None, false) => view! { <code>{code}</code> }.into_any(),
    };
    let head = title.get().map(|title| view! { <span class="code-title">{title}</span> });
    let head_class = if head.is_some() { "code-head" } else { "code-corner" };
    view! {
        <figure class=class>
            <figcaption class=head_class>{head} <CopyButton text=copy /></figcaption>
            <pre class="code-pre" tabindex="0" role="group" aria-label=label>
                {content}
            </pre>
        </figure>
    }
    .into_any()
}

/// A button that copies a text; it is there only when script is.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What the button is called.
    #[prop(default = "Copy")]
    label: &'static str,
) -> AnyView {
    let done = RwSignal::new(false);
    let copy = move |_| {
        copy_text(&text);
        done.set(true);
        set_timeout(move || done.set(false), Duration::from_secs(2));
    };
    view! {
        <button
            type="button"
            class="btn btn-ghost btn-sm btn-icon copy-button"
            class:is-done=move || done.get()
            title=label
            aria-label=move || if done.get() { "Copied" } else { label }
            on:click=copy
        >
            <Icon icon=IconName::Copy />
            <Icon icon=IconName::Check class="copy-done" />
        </button>
    }
    .into_any()
}

/// Puts a text on the clipboard. Pages that came without encryption have no clipboard of their own, so
/// there the text is selected and copied the old way.
fn copy_text(text: &str) {
    let navigator = window().navigator();
    let has_clipboard =
        js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|it| it.is_truthy());
    if has_clipboard {
        let _ = navigator.clipboard().write_text(text);
        return;
    }
    let page = document();
    let field = page.create_element("textarea").ok();
    let Some(field) = field.and_then(|it| it.dyn_into::<web_sys::HtmlTextAreaElement>().ok())
    else {
        return;
    };
    // Within the open dialog, if there is one: nothing beside it can have the focus.
    let open = page.query_selector("dialog[open]").ok().flatten();
    let Some(place) = open.or_else(|| page.body().map(Into::into)) else { return };
    field.set_class_name("visually-hidden");
    field.set_value(text);
    let focused = page.active_element();
    if place.append_child(&field).is_err() {
        return;
    }
    field.select();
    if let Ok(page) = page.dyn_into::<web_sys::HtmlDocument>() {
        let _ = page.exec_command("copy");
    }
    field.remove();
    if let Some(focused) = focused.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = focused.focus();
    }
}

/// A long value on one line, cut where there is no room, with a button that copies the whole of it.
#[component]
pub fn CopyValue(
    /// The value.
    #[prop(into)]
    value: String,
    /// What the button is called.
    #[prop(default = "Copy")]
    label: &'static str,
) -> AnyView {
    let (shown, whole) = (value.clone(), value.clone());
    view! {
        <span class="copy-value">
            <span class="copy-value-text mono" title=whole>
                {shown}
            </span>
            <CopyButton text=value label />
        </span>
    }
    .into_any()
}

/// Keys to press, separated by blanks: `⌘ K`.
#[component]
pub fn Kbd(
    /// The keys.
    keys: &'static str,
) -> AnyView {
    let keys = keys.split(' ').map(|key| view! { <kbd class="kbd">{key}</kbd> }).collect_view();
    view! { <span class="keys">{keys}</span> }.into_any()
}
