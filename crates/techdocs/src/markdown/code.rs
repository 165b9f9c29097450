//! Blocks of code: the words behind the fence and the HTML around the highlighted lines.

use super::html::{escape, escape_into};
use crate::highlight::{self, Budget};

/// Lines that can be named in one block.
const MAX_RANGES: usize = 100;

/// What stands behind a fence: ```` ```python title="x.py" hl_lines="2 4-6" linenums="1" ````.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Info {
    language: String,
    title: Option<String>,
    /// Lines to stand out, from 1, both ends included.
    marked: Vec<(usize, usize)>,
    /// The number of the first line, when lines are numbered.
    first_number: Option<usize>,
}

/// Writes a block of code.
pub(super) fn block(code: &str, info: &str, colours: &mut Budget, out: &mut String) {
    let info = Info::read(info);
    let class = class_of(&info.language);
    // A diagram stays text: drawing it is left to whoever shows the page.
    if info.language == "mermaid" {
        let code = escape(code);
        out.push_str(&format!(
            "<pre class=\"mermaid\" tabindex=\"0\"><code{class}>{code}</code></pre>"
        ));
        return;
    }
    out.push_str("<div class=\"highlight\">");
    if let Some(title) = &info.title {
        out.push_str(&format!("<div class=\"highlight-title\">{}</div>", escape(title)));
    }
    out.push_str(&format!("<pre tabindex=\"0\"><code{class}>"));
    let lines = highlight::lines(code, &info.language, colours);
    for (line, number) in lines.iter().zip(1..) {
        let marked = info.marked.iter().any(|(from, to)| (*from..=*to).contains(&number));
        if info.first_number.is_none() && info.marked.is_empty() {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        out.push_str("<span class=\"hl-line");
        if marked {
            out.push_str(" hl-marked");
        }
        out.push('"');
        if let Some(first) = info.first_number {
            out.push_str(&format!(" data-line=\"{}\"", first.saturating_add(number - 1)));
        }
        out.push_str(&format!(">{line}\n</span>"));
    }
    out.push_str("</code></pre></div>");
}

/// Writes code within a line; `#!python print()` and `:::python print()` are highlighted.
pub(super) fn inline(code: &str, attributes: &str, colours: &mut Budget, out: &mut String) {
    let named = code.strip_prefix("#!").or_else(|| code.strip_prefix(":::"));
    let language = named.and_then(|rest| rest.split_once(' '));
    if let Some((language, code)) = language.filter(|(language, _)| highlight::knows(language)) {
        let class = class_of(language);
        out.push_str(&format!(
            "<code{class}>{}</code>",
            highlight::lines(code, language, colours).join(" ")
        ));
        return;
    }
    out.push_str(&format!("<code{attributes}>"));
    escape_into(code, out);
    out.push_str("</code>");
}

fn class_of(language: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_+#.".contains(c);
    if language.is_empty() || language.len() > 40 || !language.chars().all(plain) {
        return String::new();
    }
    format!(" class=\"language-{language}\"")
}

impl Info {
    fn read(text: &str) -> Info {
        let text = text.trim();
        let braced = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let mut info = Info::default();
        let mut rest = braced.unwrap_or(text).trim_start();
        if braced.is_none() {
            let end = rest.find([' ', '{', ',']).unwrap_or(rest.len());
            // ```` ```title="x" ```` has options and no language.
            if !rest[..end].contains('=') {
                info.language = rest[..end].trim_start_matches('.').to_ascii_lowercase();
                rest = &rest[end..];
            }
        }
        loop {
            rest = rest.trim_start_matches([' ', '{', '}', ',', ':']);
            let end = rest.find([' ', '=', '}', ',']).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            if key.is_empty() && after.is_empty() {
                return info;
            }
            let Some(after) = after.strip_prefix('=') else {
                if let Some(language) = key.strip_prefix('.').filter(|_| info.language.is_empty()) {
                    info.language = language.to_ascii_lowercase();
                }
                rest = after;
                continue;
            };
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let quoted = quote.and_then(|quote| after[1..].split_once(quote));
            let (value, after) = quoted
                .unwrap_or_else(|| after.split_at(after.find([' ', '}']).unwrap_or(after.len())));
            info.option(key, value);
            rest = after;
        }
    }

    fn option(&mut self, key: &str, value: &str) {
        match key {
            "title" => self.title = Some(value.trim().to_owned()).filter(|title| !title.is_empty()),
            "linenums" => self.first_number = value.split(' ').next().and_then(|n| n.parse().ok()),
            "hl_lines" => {
                let ranges = value.split([' ', ',']).filter_map(|part| {
                    let (from, to) = part.split_once('-').unwrap_or((part, part));
                    Some((from.parse().ok()?, to.parse().ok()?))
                });
                self.marked = ranges.take(MAX_RANGES).collect();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind_a_fence() {
        let check = |text: &str, language: &str, title: &str, marked: &[(usize, usize)], first| {
            let title = Some(title.to_owned()).filter(|title| !title.is_empty());
            let (language, marked) = (language.to_owned(), marked.to_vec());
            let expected = Info { language, title, marked, first_number: first };
            assert_eq!(Info::read(text), expected, "{text}");
        };
        check("", "", "", &[], None);
        check("Rust", "rust", "", &[], None);
        check("py title=\"a b.py\"", "py", "a b.py", &[], None);
        check("py hl_lines=\"2 4-6\" linenums=\"10\"", "py", "", &[(2, 2), (4, 6)], Some(10));
        check("{ .yaml .annotate title='x' }", "yaml", "x", &[], None);
        check("rust,ignore", "rust", "", &[], None);
        check("js {1,3}", "js", "", &[], None);
        check("title=\"x\"", "", "x", &[], None);
        check("py title=\"open", "py", "\"open", &[], None);
        check("c++ linenums=1", "c++", "", &[], Some(1));
    }

    #[test]
    fn lines_carry_marks_and_numbers() {
        let mut out = String::new();
        block("a\n\n<b>\n", "text hl_lines=3 linenums=7", &mut Budget::default(), &mut out);
        assert_eq!(
            out,
            "<div class=\"highlight\"><pre tabindex=\"0\"><code class=\"language-text\">\
             <span class=\"hl-line\" data-line=\"7\">a\n</span>\
             <span class=\"hl-line\" data-line=\"8\">\n</span>\
             <span class=\"hl-line hl-marked\" data-line=\"9\">&lt;b&gt;\n</span></code></pre></div>"
        );
    }
}
