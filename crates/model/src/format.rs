//! Formats of single fields of an entity: names, namespaces, keys, tags and the like.
//!
//! Written out by hand, as a library of regular expressions would weigh more in the browser than
//! the rest of this crate.

/// A name, the part of a key after its `/`, or a label's value: 1-63 letters, digits, `-`, `_` and
/// `.`, beginning and ending with a letter or digit.
pub fn is_object_name(text: &str) -> bool {
    let ends_well = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 63
        && ends_well(text.bytes().next())
        && ends_well(text.bytes().last())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// A namespace: 1-63 lower-case letters and digits, with dashes between them.
pub fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && text.split('-').next().is_some_and(|part| !part.is_empty()) && {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        text.bytes().all(|byte| inner(byte) || byte == b'-') && !text.ends_with('-')
    }
}

/// Labels with dots between them, 253 characters at most.
pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns_label)
}

/// `[<dns subdomain>/]<letters and digits>`, 63 at most after the `/`.
pub fn is_api_version(text: &str) -> bool {
    has_prefix_and_suffix(text, |suffix| {
        (1..=63).contains(&suffix.len()) && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// 1-63 letters and digits, a letter first.
pub fn is_kind(text: &str) -> bool {
    text.len() <= 63
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The key of a label or annotation: `[<dns subdomain>/]<object name>`.
pub fn is_key(text: &str) -> bool {
    has_prefix_and_suffix(text, is_object_name)
}

/// The value of a label: an object name or nothing.
pub fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_object_name(text)
}

/// A tag: 1-63 lower-case letters, digits, `:`, `+` and `#`, with single dashes between them.
pub fn is_tag(text: &str) -> bool {
    let inner =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":+#".contains(&byte);
    text.len() <= 63 && text.split('-').all(|part| !part.is_empty() && part.bytes().all(inner))
}

/// A text with more than white space in it, as browsers count white space.
pub fn is_not_blank(text: &str) -> bool {
    !text.chars().all(|c| (c.is_whitespace() && c != '\u{85}') || c == '\u{FEFF}')
}

fn has_prefix_and_suffix(text: &str, is_suffix: impl Fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        Some((prefix, suffix)) => is_dns_subdomain(prefix) && is_suffix(suffix),
        None => is_suffix(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is: impl Fn(&str) -> bool, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(is(text), "{text:?} was refused");
        }
        for text in bad {
            assert!(!is(text), "{text:?} was accepted");
        }
        let long = "a".repeat(64);
        assert!(is(&long[..63]) && !is(&long), "63 at most");
    }

    #[test]
    fn names() {
        check(
            is_object_name,
            &["a", "A9", "a--b__c..d", "1-_.a"],
            &["", "-a", "a-", ".", "a.", "_a", "a b", "a/b", "é", "a\n"],
        );
        check(is_label_value, &["", "a"], &[" ", "-"]);
        check(is_kind, &["API", "A1"], &["", "1A", "My-Kind", "Ä"]);
    }

    #[test]
    fn namespaces() {
        check(
            is_dns_label,
            &["a", "a--b", "9-a"],
            &["", "-", "-a", "a-", "A", "a.b", "a_b", "é", "a\n"],
        );
        assert!(is_dns_subdomain("a.b-c.9"));
        for text in ["", ".", "a.", ".a", "a..b", "A.b"] {
            assert!(!is_dns_subdomain(text), "{text:?} was accepted");
        }
        let long = "a.".repeat(127);
        assert!(is_dns_subdomain(&long[..253]), "253 at most");
        assert!(!is_dns_subdomain(&format!("{long}a")));
    }

    #[test]
    fn keys_and_versions() {
        check(
            is_key,
            &["a", "a.b/c_d", "x/Y"],
            &["", "/", "a/", "/a", "a/b/c", "A.b/c", "a b", "a/-b"],
        );
        check(
            is_api_version,
            &["v1", "1", "backstage.io/v1alpha1"],
            &["", "/", "a/", "/v1", "a/b/c", "a/v-1", "A/v1", "1.0"],
        );
    }

    #[test]
    fn tags() {
        check(
            is_tag,
            &["java", "c++", "c#", "a:b", "a-b-c"],
            &["", "-", "a--b", "a-", "-a", "A", "a b", "v1.2", "a_b"],
        );
    }

    #[test]
    fn blank_texts() {
        assert!(is_not_blank("a") && is_not_blank(" a ") && is_not_blank("\u{85}"));
        for text in ["", " ", "\t\n\u{A0}\u{2003}\u{3000}\u{FEFF}"] {
            assert!(!is_not_blank(text), "{text:?}");
        }
    }
}
