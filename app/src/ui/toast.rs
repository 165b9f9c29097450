//! Short messages in the corner: what was done, with a way to undo it.

use super::badge::Tone;
use super::icon::{Icon, IconName};
use super::text::classes;
use leptos::prelude::*;

/// One message.
#[derive(Clone)]
pub struct Toast {
    id: usize,
    tone: Tone,
    text: String,
    action: Option<(String, Callback<()>)>,
    href: Option<(String, String)>,
}

impl Toast {
    /// A message.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Toast { id: 0, tone, text: text.into(), action: None, href: None }
    }

    /// With a button that takes it back.
    pub fn undo(self, undo: impl Fn() + Send + Sync + 'static) -> Self {
        self.action("Undo", undo)
    }

    /// With a button.
    pub fn action(
        mut self,
        label: impl Into<String>,
        action: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        self.action = Some((label.into(), Callback::new(move |()| action())));
        self
    }

    /// With a link: "View".
    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.href = Some((label.into(), href.into()));
        self
    }
}

/// The messages shown now; cheap to copy into event handlers.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<usize>,
}

impl Toasts {
    /// Shows a message. Errors stay until closed, the rest goes after some seconds.
    pub fn show(self, toast: Toast) {
        self.next.update_value(|next| *next += 1);
        let toast = Toast { id: self.next.get_value(), ..toast };
        self.list.update(|list| {
            list.push(toast);
            // More than three at once nobody reads.
            let surplus = list.len().saturating_sub(3);
            list.drain(..surplus);
        });
    }

    /// Something was done.
    pub fn success(self, text: impl Into<String>) {
        self.show(Toast::new(Tone::Success, text));
    }

    /// Something to know.
    pub fn info(self, text: impl Into<String>) {
        self.show(Toast::new(Tone::Info, text));
    }

    /// Something did not work.
    pub fn error(self, text: impl Into<String>) {
        self.show(Toast::new(Tone::Danger, text));
    }

    fn close(self, id: usize) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Makes the messages available below; the page's frame does this once.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) };
    provide_context(toasts);
    toasts
}

/// The messages of this page.
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(provide_toasts)
}

/// Where messages appear; the page's frame has the one there is.
///
/// The time a message stays is the length of a CSS animation, so that pointing at it or tabbing
/// into it pauses the clock without a line of script.
#[component]
pub fn ToastRegion(
    /// What to show.
    toasts: Toasts,
) -> AnyView {
    view! {
        <section class="toasts" aria-label="Messages" aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                <ToastCard toast=toast toasts=toasts />
            </For>
        </section>
    }
    .into_any()
}

/// One message as it is shown.
#[component]
pub(crate) fn ToastCard(toast: Toast, toasts: Toasts) -> AnyView {
    let Toast { id, tone, text, action, href } = toast;
    let stays = if tone == Tone::Danger { "toast-stays" } else { "" };
    let action = action.map(|(label, action)| {
        let run = move |_| {
            action.run(());
            toasts.close(id);
        };
        view! {
            <button type="button" class="btn btn-ghost btn-sm" on:click=run>
                {label}
            </button>
        }
    });
    let link = href.map(|(label, href)| {
        view! {
            <a class="btn btn-ghost btn-sm" href=href>
                {label}
            </a>
        }
    });
    view! {
        <div
            class=classes(&["toast", tone.class(), stays])
            on:animationend=move |event| {
                if event.animation_name() == "toast-time" {
                    toasts.close(id);
                }
            }
        >
            <Icon icon=tone.icon() />
            <p class="toast-text">{text}</p>
            {action}
            {link}
            <button
                type="button"
                class="btn btn-ghost btn-sm btn-icon"
                aria-label="Close"
                on:click=move |_| toasts.close(id)
            >
                <Icon icon=IconName::X />
            </button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_three_newest_messages() {
        let owner = Owner::new();
        owner.set();
        let toasts = provide_toasts();
        for number in 1..=5 {
            toasts.info(number.to_string());
        }
        let texts: Vec<String> =
            toasts.list.get_untracked().into_iter().map(|toast| toast.text).collect();
        assert_eq!(texts, ["3", "4", "5"]);
        let first = toasts.list.get_untracked()[0].id;
        toasts.close(first);
        assert_eq!(toasts.list.get_untracked().len(), 2);
    }
}
