//! What authors write within a line that MkDocs reads and a CommonMark parser does not: destinations
//! with blanks, and `|` in code within a table.

use std::borrow::Cow;
use std::ops::Range;

/// Longer texts and destinations of links are left as they are.
const MAX_LENGTH: usize = 1_000;

/// Spans of code in a line, the backticks included. A span that does not end in its line is none.
pub(super) fn code_spans(line: &str) -> Vec<Range<usize>> {
    let bytes = line.as_bytes();
    let run = |at: usize| bytes[at..].iter().take_while(|byte| **byte == b'`').count();
    let mut spans = Vec::new();
    // Lengths of runs that do not occur again, so that many backticks stay quick.
    let mut missing = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if bytes.get(at + 1) == Some(&b'`') => at += 2,
            b'`' => {
                let length = run(at);
                let mut next = at + length;
                let mut end = None;
                while next < bytes.len() && end.is_none() && !missing.contains(&length) {
                    if bytes[next] != b'`' {
                        next += 1;
                        continue;
                    }
                    let found = run(next);
                    next += found;
                    end = (found == length).then_some(next);
                }
                match end {
                    Some(end) => {
                        spans.push(at..end);
                        at = end;
                    }
                    None => {
                        missing.push(length);
                        at += length;
                    }
                }
            }
            _ => at += 1,
        }
    }
    spans
}

/// The row of a table with the `|` of its code escaped, which would otherwise end the cell.
pub(super) fn escape_pipes(line: &str) -> Cow<'_, str> {
    if !line.contains('`') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 4);
    let mut plain = 0;
    for span in code_spans(line) {
        out.push_str(&line[plain..span.start]);
        let mut before = ' ';
        for c in line[span.clone()].chars() {
            if c == '|' && before != '\\' {
                out.push('\\');
            }
            out.push(c);
            before = c;
        }
        plain = span.end;
    }
    out.push_str(&line[plain..]);
    Cow::Owned(out)
}

/// Whether the line parts the head of a table from its rows: `|---|:--:|`.
pub(super) fn is_delimiter_row(line: &str) -> bool {
    let line = line.trim_matches(['>', ' ', '\t']);
    let cell = |cell: &str| {
        let dashes = cell.trim();
        let dashes = dashes.strip_prefix(':').unwrap_or(dashes);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.bytes().all(|byte| byte == b'-')
    };
    let inside = line.strip_prefix('|').unwrap_or(line);
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    line.contains('|') && inside.split('|').all(cell)
}

/// The line with `<…>` around destinations that hold blanks: `![a](two words.png)`.
pub(super) fn quote_destinations(line: &str) -> Cow<'_, str> {
    if !line.contains("](") {
        return Cow::Borrowed(line);
    }
    let spans = code_spans(line);
    let mut out = String::with_capacity(line.len() + 4);
    let mut plain = 0;
    for (at, _) in line.match_indices("](") {
        let start = at + 2;
        let in_code = spans.iter().any(|span| span.contains(&at));
        if in_code || start < plain || line[..at].ends_with('\\') {
            continue;
        }
        let Some(inside) = inside_of(&line[start..]) else { continue };
        let (target, title) = split_title(inside);
        let wanted = target.contains(' ')
            && !target.contains(['<', '>'])
            && (is_image(&line[..at]) || is_path(target));
        if wanted {
            out.push_str(&line[plain..start]);
            out.push_str(&format!("<{target}>{title}"));
            plain = start + inside.len();
        }
    }
    out.push_str(&line[plain..]);
    Cow::Owned(out)
}

/// The line with `{~~old~>new~~}` written as a removal and an addition, whose marks the parser
/// leaves alone.
pub(super) fn split_substitutions(line: &str) -> Cow<'_, str> {
    if !line.contains("{~~") {
        return Cow::Borrowed(line);
    }
    let spans = code_spans(line);
    let mut out = String::with_capacity(line.len() + 8);
    let mut plain = 0;
    for (at, mark) in line.match_indices("{~~") {
        if at < plain || spans.iter().any(|span| span.contains(&at)) {
            continue;
        }
        let inside = &line[at + mark.len()..];
        let Some(end) = inside.find("~~}") else { break };
        let Some((old, new)) = inside[..end].split_once("~>") else { continue };
        out.push_str(&line[plain..at]);
        out.push_str(&format!("{{--{old}--}}{{++{new}++}}"));
        plain = at + mark.len() + end + "~~}".len();
    }
    out.push_str(&line[plain..]);
    Cow::Owned(out)
}

/// `##Heading` with the blank that CommonMark asks for and MkDocs does not.
pub(super) fn spaced_heading(line: &str) -> Cow<'_, str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    match (1..=6).contains(&level) && rest.starts_with(|c: char| !c.is_whitespace()) {
        true => Cow::Owned(format!("{} {}", &line[..level], rest.trim_end_matches('#'))),
        false => Cow::Borrowed(line),
    }
}

/// What stands before the `)` that ends a destination.
fn inside_of(text: &str) -> Option<&str> {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices().take(MAX_LENGTH) {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(&text[..at]),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The destination, and the title behind it with the blank before it.
fn split_title(inside: &str) -> (&str, &str) {
    let end = inside.trim_end();
    let quote = end.chars().next_back().filter(|c| matches!(c, '"' | '\''));
    let title = quote.and_then(|quote| end[..end.len() - 1].find(&format!(" {quote}")));
    match title {
        Some(at) => (inside[..at].trim(), &end[at..]),
        None => (inside.trim(), ""),
    }
}

/// Whether the bracket that ends here began with `![`.
fn is_image(before: &str) -> bool {
    let mut depth = 0_u32;
    for (at, c) in before.char_indices().rev().take(MAX_LENGTH) {
        match c {
            ']' => depth += 1,
            '[' if depth == 0 => return before[..at].ends_with('!'),
            '[' => depth -= 1,
            _ => {}
        }
    }
    false
}

/// Prose in brackets is no link; what looks like a file or a folder is.
fn is_path(target: &str) -> bool {
    let path = target.split(['#', '?']).next().unwrap_or(target);
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    path.starts_with("./")
        || path.starts_with("../")
        || ending.is_some_and(|ending| {
            (1..=5).contains(&ending.len()) && ending.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipes_of_code_do_not_end_a_cell() {
        let check = |line: &str, expected: &str| assert_eq!(escape_pipes(line), expected);
        check("| `a | b` | x |", "| `a \\| b` | x |");
        check("| ``a | `b`` | `c|d` |", "| ``a \\| `b`` | `c\\|d` |");
        check("| `a \\| b` | x |", "| `a \\| b` | x |");
        check("| `open | x |", "| `open | x |");
        check("| \\`a | b\\` |", "| \\`a | b\\` |");
        check("| a | b |", "| a | b |");
    }

    #[test]
    fn a_delimiter_row_is_told_from_text() {
        let check =
            |line: &str, expected: bool| assert_eq!(is_delimiter_row(line), expected, "{line}");
        check("|---|:--:|", true);
        check("--- | ---:", true);
        check("> | - | - |", true);
        check("---", false);
        check("| a | - |", false);
        check("|", false);
        check("- - -", false);
    }

    #[test]
    fn destinations_with_blanks_are_quoted() {
        let check = |line: &str, expected: &str| assert_eq!(quote_destinations(line), expected);
        check("![a](two words.png)", "![a](<two words.png>)");
        check("![a](two words)", "![a](<two words>)");
        check("![a](two words.png \"T\")", "![a](<two words.png> \"T\")");
        check("[a](../my page.md#x 'T') [b](c.md)", "[a](<../my page.md#x> 'T') [b](c.md)");
        check("[![a](two words.png)](my page.md)", "[![a](<two words.png>)](<my page.md>)");
        check("![a](a (1).png)", "![a](<a (1).png>)");
        check("call f[0](a, b) now", "call f[0](a, b) now");
        check("`![a](two words.png)`", "`![a](two words.png)`");
        check("[a](b.md \"two words.png\")", "[a](b.md \"two words.png\")");
        check("[a](<two words.png>)", "[a](<two words.png>)");
        check("\\[a\\](two words.png)", "\\[a\\](two words.png)");
    }

    #[test]
    fn substitutions_become_a_removal_and_an_addition() {
        let check = |line: &str, expected: &str| assert_eq!(split_substitutions(line), expected);
        check("a {~~b c~>d~~}{~~e~>f~~} g", "a {--b c--}{++d++}{--e--}{++f++} g");
        check("`{~~b~>d~~}` {~~b~~}", "`{~~b~>d~~}` {~~b~~}");
        check("{~~b~>d", "{~~b~>d");
    }

    #[test]
    fn headings_need_no_blank() {
        let check = |line: &str, expected: &str| assert_eq!(spaced_heading(line), expected);
        check("##A", "## A");
        check("##A b##", "## A b");
        check("## A", "## A");
        check("#", "#");
        check("#######A", "#######A");
        check("a #b", "a #b");
    }

    #[test]
    fn long_lines_stay_quick() {
        let backticks: String = (1..700).map(|length| format!("{} ", "`".repeat(length))).collect();
        let start = crate::testing::Clock::start();
        escape_pipes(&backticks);
        quote_destinations(&format!("{}{}", "](".repeat(20_000), "[".repeat(20_000)));
        assert!(start.elapsed().as_secs() < 20);
    }
}
