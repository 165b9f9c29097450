//! Descriptions as HTML, summaries as one line, anchors.

use crate::limits::{MAX_DESCRIPTION, MAX_EXAMPLE, cut};
use model::api_definition::ApiDetail;
use serde_json::Value;
use std::collections::HashSet;

/// Markdown as sanitised HTML that fits below the headings of a page.
pub(crate) fn html(markdown: &str) -> String {
    if markdown.trim().is_empty() {
        return String::new();
    }
    let html = techdocs::markdown_to_html(&cut(markdown, MAX_DESCRIPTION));
    // What is text has its brackets escaped, so only headings look like this.
    let mut lower = html;
    for (from, to) in [("h3", "h6"), ("h2", "h5"), ("h1", "h4")] {
        for start in ["<", "</"] {
            lower = lower.replace(&format!("{start}{from}>"), &format!("{start}{to}>"));
        }
    }
    lower
}

/// A description as a detail, when there is one.
pub(crate) fn paragraph(markdown: &str) -> Option<ApiDetail> {
    let html = html(markdown);
    (!html.is_empty()).then_some(ApiDetail::Text(html))
}

/// The first line of a description, as plain text.
pub(crate) fn first_line(text: &str) -> String {
    const LONGEST: usize = 160;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    cut(line.trim_start_matches('#').trim(), LONGEST)
}

/// A value as people write it: a text as it is, anything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// An example.
pub(crate) fn example(title: impl Into<String>, value: &Value) -> ApiDetail {
    let text = match value {
        Value::String(text) => text.clone(),
        // Values and texts cannot fail to become JSON.
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    ApiDetail::Code { title: title.into(), text: cut(&text, MAX_EXAMPLE) }
}

/// Names with values under a heading, when there are any.
pub(crate) fn facts(title: &str, facts: Vec<(String, String)>) -> Option<ApiDetail> {
    (!facts.is_empty()).then(|| ApiDetail::Facts { title: title.to_owned(), facts })
}

/// Anchors: each once.
#[derive(Default)]
pub(crate) struct Anchors(HashSet<String>);

impl Anchors {
    /// An anchor made from words, such as `get-pets-pet_id`.
    pub(crate) fn make(&mut self, words: &[&str]) -> String {
        const LONGEST: usize = 100;
        let mut id = String::new();
        for c in words.join("-").chars() {
            match c {
                c if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') => id.push(c),
                _ if id.is_empty() || id.ends_with('-') => {}
                _ => id.push('-'),
            }
            if id.len() >= LONGEST {
                break;
            }
        }
        let id = format!("api-{}", id.trim_end_matches('-'));
        let mut unique = id.clone();
        let mut number = 1;
        while !self.0.insert(unique.clone()) {
            number += 1;
            unique = format!("{id}-{number}");
        }
        unique
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_safe_and_below_the_page_s_headings() {
        let html = html("# Big\n\nA **word** <script>alert(1)</script> [x](javascript:alert(1))");
        assert!(html.contains("<h4>Big</h4>"), "{html}");
        assert!(html.contains("<strong>word</strong>"), "{html}");
        assert!(!html.contains("script>") && !html.contains("javascript:"), "{html}");
    }

    #[test]
    fn anchors_are_plain_and_unique() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.make(&["get", "/pets/{petId}"]), "api-get-pets-petId");
        assert_eq!(anchors.make(&["get", "/pets/{petId}/"]), "api-get-pets-petId-2");
        assert_eq!(anchors.make(&["<>"]), "api-");
    }
}
