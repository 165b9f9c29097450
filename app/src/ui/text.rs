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

/// A number and its noun: `1 entity`, `2 entities`, `12,400 entities`.
pub fn plural(count: impl TryInto<u64>, one: &str, many: &str) -> String {
    let count: u64 = count.try_into().unwrap_or(u64::MAX);
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", grouped(count))
}

/// A number with its thousands apart: `12,400`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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
    fn a_noun_follows_its_number() {
        assert_eq!(plural(1_usize, "entity", "entities"), "1 entity");
        assert_eq!(plural(0_u32, "entity", "entities"), "0 entities");
        assert_eq!(plural(12_400_u64, "entity", "entities"), "12,400 entities");
        assert_eq!(plural(1_234_567_usize, "row", "rows"), "1,234,567 rows");
        assert_eq!(plural(999_usize, "row", "rows"), "999 rows");
    }

    #[test]
    fn an_empty_text_counts_as_missing() {
        assert!(!OptText::from("").is_some());
        assert_eq!(OptText::from(None::<String>).get(), None);
        assert_eq!(OptText::from("a").or_else(|| "b".into()), "a");
        assert_eq!(OptText::default().or_else(|| "b".into()), "b");
    }
}
