//! HTML elements whose content is Markdown: `<div markdown>`, `<details markdown="1">`.
//!
//! CommonMark reads HTML up to the next blank line. Here blank lines go around the tags of such
//! elements, and behind other elements within them, so that what follows is Markdown again.

use super::Origin;
use super::blocks::Block;
use super::source::Source;

/// Elements that CommonMark takes for the start of a block of HTML.
const BLOCKS: [&str; 46] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];
/// Elements that hold words and no paragraphs.
const WORDS: [&str; 14] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "summary",
    "figcaption",
    "caption",
    "dt",
    "legend",
    "span",
    "a",
];

/// The elements with a `markdown` attribute around a line, innermost last.
#[derive(Default)]
pub(super) struct Elements {
    open: Vec<Open>,
    /// Raw HTML within them: its name and how many elements of that name are open.
    raw: Option<(String, usize)>,
}

struct Open {
    name: String,
    words: bool,
}

/// A line that begins with a start tag.
struct Start<'a> {
    name: &'a str,
    /// The tag without its `markdown` attribute.
    tag: String,
    /// What the attribute says, when there is one.
    markdown: Option<&'a str>,
    /// What stands behind the tag.
    rest: &'a str,
}

impl Elements {
    /// Copies a line of raw HTML within an element.
    pub(super) fn takes_raw(&mut self, text: &str, origin: Origin, out: &mut Source) -> bool {
        let Some((name, depth)) = &mut self.raw else { return false };
        out.push(text, origin);
        let (opened, closed) = count(text, name);
        *depth = (*depth + opened).saturating_sub(closed);
        if *depth == 0 {
            self.raw = None;
            out.push("", origin);
        }
        true
    }

    /// Reads a line without its indentation; whether it was one of tags and is written.
    pub(super) fn read(
        &mut self,
        line: &str,
        indent: usize,
        origin: Origin,
        out: &mut Source,
    ) -> bool {
        if let Some(name) = line.strip_prefix("</").and_then(|rest| rest.strip_suffix('>')) {
            let is_last =
                self.open.last().is_some_and(|open| open.name.eq_ignore_ascii_case(name.trim()));
            if is_last {
                self.close(indent, origin, out);
            }
            return is_last;
        }
        let Some(start) = Start::read(line) else { return false };
        let spaces = " ".repeat(indent);
        let Some(how) = start.markdown else {
            let is_block = BLOCKS.iter().any(|known| start.name.eq_ignore_ascii_case(known));
            if self.open.is_empty() || !is_block {
                return false;
            }
            out.push(&format!("{spaces}{line}"), origin);
            let (opened, closed) = count(line, start.name);
            if opened > closed && !matches!(start.name, "hr" | "col" | "link") {
                self.raw = Some((start.name.to_owned(), opened - closed));
            } else {
                out.push("", origin);
            }
            return true;
        };
        let words = how == "span"
            || how != "block" && WORDS.iter().any(|known| start.name.eq_ignore_ascii_case(known));
        let end = format!("</{}>", start.name);
        let (content, closed) = match start.rest.strip_suffix(end.as_str()) {
            Some(content) => (content, true),
            None => (start.rest, false),
        };
        if words {
            out.placeholder(Block::WordsOpen(start.tag), indent, origin);
        } else {
            out.push(&format!("{spaces}{}", start.tag), origin);
            out.push("", origin);
        }
        let mut content = content.trim();
        // `<details markdown><summary>A</summary>text`: raw HTML first, then Markdown.
        while let Some((element, rest)) = raw_element(content) {
            out.push(&format!("{spaces}{element}"), origin);
            out.push("", origin);
            content = rest.trim_start();
        }
        if !content.is_empty() {
            out.push(&format!("{spaces}{content}"), origin);
        }
        self.open.push(Open { name: start.name.to_owned(), words });
        if closed {
            self.close(indent, origin, out);
        }
        true
    }

    fn close(&mut self, indent: usize, origin: Origin, out: &mut Source) {
        let Some(Open { name, words }) = self.open.pop() else { return };
        if words {
            out.placeholder(Block::WordsClose(name), indent, origin);
            return;
        }
        out.push("", origin);
        out.push(&format!("{}</{name}>", " ".repeat(indent)), origin);
        out.push("", origin);
    }
}

impl<'a> Start<'a> {
    fn read(line: &'a str) -> Option<Start<'a>> {
        let inside = line.strip_prefix('<')?;
        let mut quote = None;
        let end = inside.find(|c| match quote {
            Some(open) => {
                if c == open {
                    quote = None;
                }
                false
            }
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                false
            }
            None => c == '>',
        })?;
        let (inside, rest) = (&inside[..end], &inside[end + 1..]);
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return None;
        }
        let mut markdown = None;
        let mut tag = format!("<{name}");
        for part in attributes.split(' ').filter(|part| !part.is_empty()) {
            let value = part.strip_prefix("markdown").and_then(|value| match value {
                "" => Some(""),
                _ => value.strip_prefix('=').map(|value| value.trim_matches(['"', '\''])),
            });
            match value {
                Some(value @ ("" | "1" | "block" | "span")) => markdown = Some(value),
                Some("0") => {}
                _ => {
                    tag.push(' ');
                    tag.push_str(part);
                }
            }
        }
        tag.push('>');
        Some(Start { name, tag, markdown, rest })
    }
}

/// A whole element of raw HTML at the start of the text, and what follows it.
fn raw_element(text: &str) -> Option<(&str, &str)> {
    let start = Start::read(text).filter(|start| start.markdown.is_none())?;
    let is_block = BLOCKS.iter().any(|known| start.name.eq_ignore_ascii_case(known));
    let end = format!("</{}>", start.name);
    let at = start.rest.find(&end).filter(|_| is_block)?;
    let length = text.len() - start.rest.len() + at + end.len();
    Some(text.split_at(length))
}

/// How many elements of a name a line opens and closes.
fn count(line: &str, name: &str) -> (usize, usize) {
    let lower = line.to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    let of = |before: &str| {
        let tag = format!("{before}{name}");
        let found = lower.match_indices(tag.as_str());
        let ends = |at: usize| {
            let next = lower.as_bytes().get(at + tag.len());
            next.is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-')
        };
        found.filter(|(at, _)| ends(*at)).count()
    };
    (of("<"), of("</"))
}
