//! `edition = "2023";`: files of Protocol Buffers by edition, for a parser that knows `proto2` and
//! `proto3`. What editions write differently is rewritten in place, so that lines stay.

use crate::lexical::{self, Language};
use std::ops::Range;

/// The name an option of a field gets that says its default, which `proto3` has none of.
pub(crate) const DEFAULT: &str = "default";

/// The edition a file names, and the file in the words of `proto3`; none for other files.
pub(crate) fn rewrite(text: &str) -> Option<(String, String)> {
    if !text.contains("edition") {
        return None;
    }
    let tokens = tokens(text);
    let word = |at: usize| tokens.get(at).map_or("", |range| &text[range.clone()]);
    if word(0) != "edition" || word(1) != "=" {
        return None;
    }
    let edition = word(2).trim_matches(['"', '\'']).to_owned();
    let mut changes: Vec<(Range<usize>, String)> = vec![
        (tokens[0].clone(), "syntax".to_owned()),
        (tokens[2].clone(), "\"proto3\"".to_owned()),
    ];
    let mut at = 3;
    let mut brackets = 0_usize;
    while at < tokens.len() {
        let (before, here, next) = (word(at - 1), word(at), word(at + 1));
        let begins = matches!(before, ";" | "{" | "}");
        match here {
            "[" => brackets += 1,
            "]" => brackets = brackets.saturating_sub(1),
            "export" | "local" if begins && matches!(next, "message" | "enum") => {
                changes.push((tokens[at].clone(), String::new()));
            }
            "option" if before == "import" => changes.push((tokens[at].clone(), String::new())),
            "default" if brackets > 0 && next == "=" && matches!(before, "[" | ",") => {
                changes.push((tokens[at].clone(), format!("({DEFAULT})")));
            }
            "reserved" if begins => {
                // Names stand without quotes; numbers and ranges stay.
                while !matches!(word(at + 1), ";" | "}" | "") {
                    at += 1;
                    let name = word(at);
                    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
                    if is_name && !matches!(name, "to" | "max") {
                        changes.push((tokens[at].clone(), format!("\"{name}\"")));
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    let mut out = String::with_capacity(text.len() + 16 * changes.len());
    let mut plain = 0;
    for (range, replacement) in changes {
        out.push_str(&text[plain..range.start]);
        out.push_str(&replacement);
        plain = range.end;
    }
    out.push_str(&text[plain..]);
    Some((edition, out))
}

/// Words, texts in quotes and signs, without comments.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut end = 0;
    for part in lexical::code(text, Language::Proto) {
        quoted(text, end..part.start, &mut tokens);
        end = part.end;
        let mut at = part.start;
        while at < part.end {
            let rest = &text[at..part.end];
            let Some(first) = rest.chars().next() else { break };
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let length = match first {
                c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                c => c.len_utf8(),
            };
            if !first.is_whitespace() {
                tokens.push(at..at + length);
            }
            at += length;
        }
    }
    tokens
}

/// Between two parts of code: a text in quotes is a token, a comment is none.
fn quoted(text: &str, range: Range<usize>, tokens: &mut Vec<Range<usize>>) {
    if text[range.clone()].starts_with(['"', '\'']) {
        tokens.push(range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_edition_become_proto3() {
        let text = "// edition = \"2024\";\nedition = '2023';\nimport option \"a.proto\";\nexport message A {\n  reserved foo, \"bar\";\n  reserved 1 to max;\n  int32 default = 1 [default = 5, json_name = \"default\"]; // default = 1\n  local enum B { X = 0; }\n}\n";
        let (edition, out) = rewrite(text).unwrap();
        assert_eq!(edition, "2023");
        assert_eq!(
            out,
            "// edition = \"2024\";\nsyntax = \"proto3\";\nimport  \"a.proto\";\n message A {\n  reserved \"foo\", \"bar\";\n  reserved 1 to max;\n  int32 default = 1 [(default) = 5, json_name = \"default\"]; // default = 1\n   enum B { X = 0; }\n}\n"
        );
        assert_eq!(rewrite("syntax = \"proto3\";\n"), None);
        assert_eq!(rewrite("message edition { }\n"), None);
        assert_eq!(rewrite(""), None);
    }
}
