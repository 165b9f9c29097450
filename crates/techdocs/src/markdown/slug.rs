//! Ids of headings, the same that MkDocs makes, so that existing links to a section keep working.

use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization;

/// `Über uns & Co.` is `uber-uns-co`; empty for a heading without a Latin letter.
pub fn slug(title: &str) -> String {
    let kept: String = title
        .nfkd()
        .filter(|c| c.is_ascii())
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || c.is_ascii_whitespace())
        .collect();
    let mut slug = String::with_capacity(kept.len());
    for c in kept.trim().chars() {
        if c == '-' || c.is_ascii_whitespace() {
            if !slug.ends_with('-') {
                slug.push('-');
            }
        } else {
            slug.push(c.to_ascii_lowercase());
        }
    }
    slug
}

/// The ids given on one page.
#[derive(Debug, Default)]
pub struct Ids {
    used: HashSet<String>,
    /// The last number given per stem, so that many equal headings stay quick.
    last: std::collections::HashMap<String, u32>,
}

impl Ids {
    /// Takes the id, or with `_1`, `_2`, … behind it when it is taken or empty.
    pub fn unique(&mut self, id: &str) -> String {
        if !id.is_empty() && self.used.insert(id.to_owned()) {
            return id.to_owned();
        }
        let numbered = id.rsplit_once('_').and_then(|(stem, number)| {
            let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| number.parse().ok().map(|number: u32| (stem, number)))?
        });
        let (stem, start) = numbered.unwrap_or((id, 0));
        let mut number = self.last.get(stem).copied().unwrap_or(0).max(start);
        loop {
            number = number.saturating_add(1);
            let candidate = format!("{stem}_{number}");
            if self.used.insert(candidate.clone()) {
                self.last.insert(stem.to_owned(), number);
                return candidate;
            }
        }
    }

    /// Whether the page has this id.
    pub fn has(&self, id: &str) -> bool {
        self.used.contains(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_those_of_mkdocs() {
        let check = |title: &str, expected: &str| assert_eq!(slug(title), expected, "{title}");
        check("Getting started", "getting-started");
        check("  What's new?  ", "whats-new");
        check("Über uns & Co.", "uber-uns-co");
        check("snake_case -- and - dashes", "snake_case-and-dashes");
        check("C++ / C#", "c-c");
        check("日本語", "");
        check("ﬁx ½", "fix-12");
    }

    #[test]
    fn taken_ids_get_a_number() {
        let mut ids = Ids::default();
        let given: Vec<_> =
            ["a", "a", "a", "", "", "a_1", "b_7", "b_7"].iter().map(|id| ids.unique(id)).collect();
        assert_eq!(given, ["a", "a_1", "a_2", "_1", "_2", "a_3", "b_7", "b_8"]);
    }

    #[test]
    fn many_equal_headings_stay_quick() {
        let mut ids = Ids::default();
        for _ in 0..100_000 {
            ids.unique("same");
        }
        assert!(ids.has("same_99999"));
    }
}
