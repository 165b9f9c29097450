//! HTML elements whose content is Markdown: `<div markdown>`, `<details markdown="1">`.
//!
//! CommonMark reads HTML up to the next blank line. Here blank lines go around the tags of such
//! elements, and behind other elements within them, so that what follows is Markdown again.

use super::Origin;
use super::blocks::Block;
use super::line::code_spans;
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
const WORDS: [&str; 17] = [
    "address",
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
    "dd",
    "dt",
    "legend",
    "li",
    "td",
    "th",
];
/// More elements within elements than this stay as they are written.
const MAX_OPEN: usize = 32;

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
        // The end of the innermost element, with what stands before and behind it.
        let end = self.open.last().and_then(|open| split_at_end(line, &open.name));
        if let Some((before, after)) = end {
            self.text(before, indent, origin, out);
            self.close(indent, origin, out);
            self.text(after, indent, origin, out);
            return true;
        }
        let Some(start) = Start::read(line).filter(|start| is_block(start.name)) else {
            return false;
        };
        match start.markdown {
            Some(how) if self.open.len() < MAX_OPEN => {
                self.element(&start, how, indent, origin, out);
                true
            }
            _ if self.open.is_empty() => false,
            _ => {
                out.push(&format!("{}{line}", " ".repeat(indent)), origin);
                let (opened, closed) = count(line, start.name);
                if opened > closed && !matches!(start.name, "hr" | "col" | "link") {
                    self.raw = Some((start.name.to_owned(), opened - closed));
                } else {
                    out.push("", origin);
                }
                true
            }
        }
    }

    /// Opens an element whose content is Markdown, and writes what stands in its line.
    fn element(
        &mut self,
        start: &Start<'_>,
        how: &str,
        indent: usize,
        origin: Origin,
        out: &mut Source,
    ) {
        let spaces = " ".repeat(indent);
        let words = how == "span"
            || how != "block" && WORDS.iter().any(|known| start.name.eq_ignore_ascii_case(known));
        let end = split_at_end(start.rest, start.name);
        let (content, after) = end.unwrap_or((start.rest, ""));
        if words {
            out.placeholder(Block::WordsOpen(start.tag.clone()), indent, origin);
        } else {
            out.push(&format!("{spaces}{}", start.tag), origin);
            out.push("", origin);
        }
        self.open.push(Open { name: start.name.to_owned(), words });
        let mut content = content.trim();
        // `<details markdown><summary>A</summary>text`: raw HTML first, then Markdown.
        while let Some((element, rest)) = raw_element(content) {
            out.push(&format!("{spaces}{element}"), origin);
            out.push("", origin);
            content = rest.trim_start();
        }
        match words {
            true if content.is_empty() => {}
            true => out.push(&format!("{spaces}{content}"), origin),
            false => self.text(content, indent, origin, out),
        }
        if end.is_some() {
            self.close(indent, origin, out);
            self.text(after, indent, origin, out);
        }
    }

    /// Writes a part of a line, in which there may be further elements.
    fn text(&mut self, text: &str, indent: usize, origin: Origin, out: &mut Source) {
        let text = text.trim();
        if !text.is_empty() && !self.read(text, indent, origin, out) {
            out.push(&format!("{}{text}", " ".repeat(indent)), origin);
        }
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
    let end = format!("</{}>", start.name);
    let at = start.rest.find(&end).filter(|_| is_block(start.name))?;
    let length = text.len() - start.rest.len() + at + end.len();
    Some(text.split_at(length))
}

fn is_block(name: &str) -> bool {
    BLOCKS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What stands before and behind the end tag of an element that was opened before the text. Tags in
/// code are text.
fn split_at_end<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    if !text.contains("</") {
        return None;
    }
    let code = code_spans(text);
    let mut depth = 0_usize;
    for (at, _) in text.match_indices('<') {
        if code.iter().any(|span| span.contains(&at)) {
            continue;
        }
        let closes = text[at + 1..].starts_with('/');
        let start = at + 1 + usize::from(closes);
        let same = text.get(start..start + name.len());
        let after = text.as_bytes().get(start + name.len());
        if !same.is_some_and(|found| found.eq_ignore_ascii_case(name))
            || after.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        {
            continue;
        }
        match (closes, depth) {
            (false, _) => depth += 1,
            (true, 0) => {
                let end = at + text[at..].find('>')? + 1;
                return Some((&text[..at], &text[end..]));
            }
            (true, _) => depth -= 1,
        }
    }
    None
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
