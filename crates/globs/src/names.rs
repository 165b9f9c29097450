//! Patterns of names that are no paths, such as those of tags.

use crate::parse::{Parentheses, parse};
use crate::translate::{Dialect, Matcher, Options};
use crate::{Error, braces, check_length};

/// A pattern of names: `*` stands for any text, `?` for one character, `[a-c]` for one of several,
/// `[!a-c]` for any other, `{a,b}` for one of two texts.
#[derive(Debug, Clone)]
pub struct NamePattern(Vec<Matcher>);

impl NamePattern {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Result<NamePattern, Error> {
        check_length(pattern)?;
        let options = Options { dialect: Dialect::Name, dot: true, any_case: false };
        let matchers = braces::expand(pattern)?
            .into_iter()
            .map(|one| Matcher::new(pattern, &parse(&one, Parentheses::Literal)?, options));
        Ok(NamePattern(matchers.collect::<Result<_, _>>()?))
    }

    /// Whether a name fits.
    pub fn matches(&self, name: &str) -> Result<bool, Error> {
        for matcher in &self.0 {
            if matcher.matches(name)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, name: &str) -> bool {
        NamePattern::new(pattern).expect(pattern).matches(name).expect(pattern)
    }

    #[test]
    fn names_are_matched_across_slashes() {
        for (pattern, name) in [
            ("*", ""),
            ("*", "v1"),
            ("*", "release/1"),
            ("v*", "v1.0.0"),
            ("v[0-9]*", "v2"),
            ("v?.?", "v1.2"),
            ("*-prod", "a-prod-prod"),
            ("release/[!x]*", "release/1"),
            ("[ab-]x", "-x"),
            ("ü?", "üö"),
            ("{v,release-}[0-9]*", "release-2"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("", "v1"),
            ("v*", "av1"),
            ("v[0-9]*", "vx"),
            ("v?", "v"),
            ("*-prod", "prod"),
            ("release/[!x]*", "release/x1"),
            ("[abc", "a"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn long_patterns_and_names_cost_little() {
        assert!(!matches(&"a*".repeat(200), &"a".repeat(150)));
        assert!(!matches(&format!("{}b", "a*".repeat(100)), &"a".repeat(5_000)));
    }
}
