//! Comments and texts of GraphQL and Protocol Buffers, distinguished from the code around them.

use std::ops::Range;

/// How a language writes comments and texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    GraphQl,
    Proto,
}

/// The parts of a text that are neither a comment nor within quotes. What is not ended counts as
/// code, because a parser may read it as such.
pub(crate) fn code(text: &str, language: Language) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let (mut at, mut start) = (0, 0);
    // Ends that are not in the rest of the text, so that each is looked for once.
    let mut endless: Vec<&str> = Vec::new();
    while at < bytes.len() {
        match skip(text, at, language, &mut endless) {
            Some(end) => {
                if start < at {
                    parts.push(start..at);
                }
                (at, start) = (end, end);
            }
            None => at += 1,
        }
    }
    if start < at {
        parts.push(start..at);
    }
    parts
}

/// Where the comment or text that starts here ends.
fn skip<'a>(
    text: &str,
    at: usize,
    language: Language,
    endless: &mut Vec<&'a str>,
) -> Option<usize> {
    let rest = &text.as_bytes()[at..];
    let line_end = || rest.iter().position(|b| *b == b'\n').map_or(text.len(), |end| at + end);
    let mut until = |from: usize, end: &'a str| {
        if endless.contains(&end) {
            return None;
        }
        let found = text[from..].find(end).map(|place| from + place + end.len());
        if found.is_none() {
            endless.push(end);
        }
        found
    };
    match (language, rest[0]) {
        (Language::GraphQl, b'#') => Some(line_end()),
        (Language::GraphQl, b'"') if rest.starts_with(b"\"\"\"") => {
            let mut from = at + 3;
            loop {
                let end = until(from, "\"\"\"")?;
                // `\"""` is three quotes of the text.
                match text.as_bytes()[end - 4] == b'\\' && end - 4 >= at + 3 {
                    true => from = end,
                    false => return Some(end),
                }
            }
        }
        (Language::Proto, b'/') if rest.starts_with(b"//") => Some(line_end()),
        (Language::Proto, b'/') if rest.starts_with(b"/*") => until(at + 2, "*/"),
        (_, quote @ b'"') | (Language::Proto, quote @ b'\'') => {
            let mut from = 1;
            loop {
                match rest.get(from)? {
                    b'\n' => return None,
                    b'\\' => from += 2,
                    byte if *byte == quote => return Some(at + from + 1),
                    _ => from += 1,
                }
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, language: Language, expected: &str) {
        let parts: Vec<&str> = code(text, language).into_iter().map(|part| &text[part]).collect();
        assert_eq!(parts.join("|"), expected, "{text}");
    }

    #[test]
    fn comments_and_texts_are_left_out() {
        use Language::{GraphQl, Proto};
        check("a # [\nb", GraphQl, "a |\nb");
        check("a \"[ \\\" [\" b", GraphQl, "a | b");
        check("a \"\"\"[ \\\"\"\" \" ( \"\"\" b", GraphQl, "a | b");
        check("\"\" a \"\"\"\"\"\" b", GraphQl, " a | b");
        check("it's a \"x", GraphQl, "it's a \"x");
        check("a \"\"\" [", GraphQl, "a \"| [");
        check("a // [\nb /* { \n */ c", Proto, "a |\nb | c");
        check("a '[' \"]\" # b", Proto, "a | | # b");
        check("a /* [", Proto, "a /* [");
        check("a \"[\n] \"", Proto, "a \"[\n] \"");
        check("é # ü\né", GraphQl, "é |\né");
    }

    #[test]
    fn quotes_without_end_stay_quick() {
        for (text, language) in [
            ("\"\"\" ".repeat(200_000), Language::GraphQl),
            ("/* ".repeat(300_000), Language::Proto),
            ("\"".repeat(500_001), Language::GraphQl),
        ] {
            assert!(!code(&text, language).is_empty());
        }
    }
}
