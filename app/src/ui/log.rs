//! A program's output, line by line.

use super::text::{OptText, classes};
use leptos::html;
use leptos::prelude::*;

/// How serious a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogLevel {
    /// Ordinary output.
    #[default]
    Info,
    /// Something odd.
    Warning,
    /// Something broke.
    Error,
    /// What the runner itself says: a step begins.
    Heading,
}

impl LogLevel {
    fn class(self) -> &'static str {
        match self {
            LogLevel::Info => "",
            LogLevel::Warning => "log-warning",
            LogLevel::Error => "log-error",
            LogLevel::Heading => "log-heading",
        }
    }
}

/// Output in a box that scrolls; its children are `LogLine`s. It stays at the end while new lines
/// come, unless the reader has scrolled up.
#[component]
pub fn LogView(
    /// What it is the output of.
    #[prop(into)]
    label: String,
    /// How many lines there are: the box follows when it changes.
    #[prop(optional, into)]
    lines: Signal<usize>,
    /// The lines.
    children: Children,
) -> AnyView {
    let node = NodeRef::<html::Div>::new();
    let at_end = StoredValue::new(true);
    Effect::new(move |_| {
        lines.track();
        if let Some(node) = node.get()
            && at_end.get_value()
        {
            // After the new lines are laid out.
            request_animation_frame(move || node.set_scroll_top(node.scroll_height()));
        }
    });
    let scrolled = move |_| {
        if let Some(node) = node.get_untracked() {
            let below = node.scroll_height() - node.scroll_top() - node.client_height();
            at_end.set_value(below < 32);
        }
    };
    view! {
        <div class="log" node_ref=node role="log" aria-label=label tabindex="0" on:scroll=scrolled>
            {children()}
        </div>
    }
    .into_any()
}

/// One line of output.
#[component]
pub fn LogLine(
    /// Its number; shown before it.
    #[prop(optional)]
    number: Option<usize>,
    /// The time of day, `12:04:31`.
    #[prop(optional, into)]
    time: OptText,
    /// How serious it is.
    #[prop(optional)]
    level: LogLevel,
    /// The text.
    #[prop(into)]
    text: String,
) -> AnyView {
    view! {
        <div class=classes(&["log-line", level.class()])>
            {number
                .map(|number| {
                    view! {
                        <span class="log-number" aria-hidden="true">
                            {number}
                        </span>
                    }
                })} {time.get().map(|time| view! { <span class="log-time">{time}</span> })}
            <span class="log-text">{text}</span>
        </div>
    }
    .into_any()
}
