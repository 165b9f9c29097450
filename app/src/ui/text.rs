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
    fn an_empty_text_counts_as_missing() {
        assert!(!OptText::from("").is_some());
        assert_eq!(OptText::from(None::<String>).get(), None);
        assert_eq!(OptText::from("a").or_else(|| "b".into()), "a");
        assert_eq!(OptText::default().or_else(|| "b".into()), "b");
    }
}
