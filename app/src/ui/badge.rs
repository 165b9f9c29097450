//! Small marks: badge, tag, status dot, and the tones they share.

use super::icon::{Icon, IconName, IconSize};
use super::text::{OptText, classes, escaped};
use leptos::prelude::*;

/// What a colour means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Neutral,
    /// The product's own colour.
    Accent,
    /// Good, done.
    Success,
    /// Look here.
    Warning,
    /// Broken, dangerous.
    Danger,
    /// For information.
    Info,
}

impl Tone {
    /// Every tone, for the gallery.
    pub const ALL: [Tone; 6] =
        [Tone::Neutral, Tone::Accent, Tone::Success, Tone::Warning, Tone::Danger, Tone::Info];

    /// The class that sets `--tone` and `--tone-bg`.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "tone-neutral",
            Tone::Accent => "tone-accent",
            Tone::Success => "tone-success",
            Tone::Warning => "tone-warning",
            Tone::Danger => "tone-danger",
            Tone::Info => "tone-info",
        }
    }

    /// What the colour of a common state is: lifecycles, freshness, outcomes. Others have none.
    pub fn of_word(word: &str) -> Tone {
        match word.to_ascii_lowercase().as_str() {
            "production" | "active" | "fresh" | "ok" | "healthy" | "completed" => Tone::Success,
            "experimental" | "beta" | "stale" | "held" | "pending" | "aging" => Tone::Warning,
            "deprecated" | "retired" | "expired" | "orphan" | "orphaned" | "error" | "failed"
            | "broken" => Tone::Danger,
            "development" | "processing" | "running" => Tone::Info,
            _ => Tone::Neutral,
        }
    }

    /// The icon that says the same without colour.
    pub fn icon(self) -> IconName {
        match self {
            Tone::Neutral | Tone::Accent | Tone::Info => IconName::Info,
            Tone::Success => IconName::CircleCheck,
            Tone::Warning => IconName::TriangleAlert,
            Tone::Danger => IconName::CircleAlert,
        }
    }
}

/// A word with a tone: a lifecycle, a band, a state.
#[component]
pub fn Badge(
    /// What the colour means.
    #[prop(optional)]
    tone: Tone,
    /// An icon before the text.
    #[prop(optional)]
    icon: Option<IconName>,
    /// The text.
    children: Children,
) -> AnyView {
    view! {
        <span class=classes(&["badge", tone.class()])>
            {icon.map(|icon| view! { <Icon icon=icon size=IconSize::Sm /> })} {children()}
        </span>
    }
    .into_any()
}

/// A badge without an icon as markup, for long lists.
pub fn badge_markup(tone: Tone, text: &str) -> String {
    format!(r#"<span class="badge {}">{}</span>"#, tone.class(), escaped(text))
}

/// A state as a coloured word with its dot: lighter than a badge, for cells of tables and for facts.
/// The colour follows the word (see [`Tone::of_word`]) unless a tone is given.
#[component]
pub fn StatusWord(
    /// The state in words.
    #[prop(into)]
    word: String,
    /// What the colour means, where the word is not enough.
    #[prop(optional)]
    tone: Option<Tone>,
) -> AnyView {
    let tone = tone.unwrap_or_else(|| Tone::of_word(&word));
    view! {
        <span class=classes(&["status", "status-word", tone.class()])>
            <span class="status-dot" aria-hidden="true"></span>
            <span class="status-label">{word}</span>
        </span>
    }
    .into_any()
}

/// A tag people gave something; a link when it leads to everything with that tag.
#[component]
pub fn Tag(
    /// The tag.
    #[prop(into)]
    text: String,
    /// Where it leads.
    #[prop(optional, into)]
    href: OptText,
) -> AnyView {
    match href.get() {
        Some(href) => view! {
            <a class="tag" href=href>
                {text}
            </a>
        }
        .into_any(),
        None => view! { <span class="tag">{text}</span> }.into_any(),
    }
}

/// A coloured dot and what it means.
#[component]
pub fn StatusDot(
    /// What the colour means.
    #[prop(optional)]
    tone: Tone,
    /// The state in words.
    #[prop(into)]
    label: String,
    /// Whether only the dot is seen and the words are for assistive technology.
    #[prop(optional)]
    label_hidden: bool,
    /// Whether something is going on.
    #[prop(optional)]
    pulse: bool,
) -> AnyView {
    let dot = if pulse { "status-dot is-pulsing" } else { "status-dot" };
    let text = if label_hidden { "visually-hidden" } else { "status-label" };
    view! {
        <span class=classes(&["status", tone.class()])>
            <span class=dot aria-hidden="true"></span>
            <span class=text>{label}</span>
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::Tone;

    #[test]
    fn common_states_have_their_colour_in_any_letter_case() {
        assert_eq!(Tone::of_word("production"), Tone::Success);
        assert_eq!(Tone::of_word("Experimental"), Tone::Warning);
        assert_eq!(Tone::of_word("deprecated"), Tone::Danger);
        assert_eq!(Tone::of_word("on hold in Lisbon"), Tone::Neutral);
    }
}
