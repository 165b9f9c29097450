//! Small helpers for text in props and for class lists.

use leptos::prelude::*;

/// A text that may be missing: takes `"…"`, a `String` or an `Option` of either.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OptText(pub Option<String>);

impl OptText {
    /// Whether there is something to show.
    pub fn is_some(&self) -> bool {
        self.0.as_deref().is_some_and(|text| !text.is_empty())
    }

    /// The text, unless it is missing or empty.
    pub fn get(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty())
    }

    /// The text, or what `fallback` makes.
    pub fn or_else(self, fallback: impl FnOnce() -> String) -> String {
        self.get().unwrap_or_else(fallback)
    }
}

impl From<&str> for OptText {
    fn from(text: &str) -> Self {
        OptText(Some(text.to_owned()))
    }
}

impl From<String> for OptText {
    fn from(text: String) -> Self {
        OptText(Some(text))
    }
}

impl From<&String> for OptText {
    fn from(text: &String) -> Self {
        OptText(Some(text.clone()))
    }
}

impl From<Option<String>> for OptText {
    fn from(text: Option<String>) -> Self {
        OptText(text)
    }
}

impl From<Option<&str>> for OptText {
    fn from(text: Option<&str>) -> Self {
        OptText(text.map(str::to_owned))
    }
}

/// Class names joined by blanks; empty ones are left out.
pub fn classes(names: &[&str]) -> String {
    let mut list = String::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(name);
    }
    list
}

/// Text as it stands for itself in markup, in elements and in quoted attributes. For long lists and
/// drawings that are written as markup: thousands of elements made one by one would take seconds.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Runs a slot that may not have been filled.
pub(crate) fn slot(view: Option<ViewFnOnce>) -> Option<AnyView> {
    view.map(ViewFnOnce::run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_class_names_without_gaps() {
        assert_eq!(classes(&["btn", "", "btn-primary"]), "btn btn-primary");
        assert_eq!(classes(&["", ""]), "");
    }

    #[test]
    fn text_in_markup_stays_text() {
        assert_eq!(
            escaped(r#"<a b="c" d='e'> & f"#),
            "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt; &amp; f"
        );
    }

    #[test]
    fn an_empty_text_counts_as_missing() {
        assert!(!OptText::from("").is_some());
        assert_eq!(OptText::from(None::<String>).get(), None);
        assert_eq!(OptText::from("a").or_else(|| "b".into()), "a");
        assert_eq!(OptText::default().or_else(|| "b".into()), "b");
    }
}
