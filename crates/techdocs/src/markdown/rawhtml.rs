//! HTML that authors write into their pages: links in it are resolved, and its nesting is limited.
//!
//! This is no sanitiser, that comes last and reads the whole page as a browser does. What is
//! missed here is at most a link that stays relative. Tags that mean nothing on a page are dropped
//! here, though, because a browser takes some of them (`<list>`, `<domain>`, `<title>`) for the
//! start of something else and the words behind them along. The limits keep a hostile page from
//! costing time with the square of its length when it is read as a tree.

use super::sanitise;
use std::collections::HashMap;

/// Open elements at the same time.
const MAX_DEPTH: u32 = 100;
/// Open elements of the kind that browsers open again in every paragraph after them.
const MAX_FORMATTING: u32 = 16;
/// Tags on one page.
const MAX_TAGS: u32 = 20_000;

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];
/// Closed by what follows them, so a missing end tag means nothing.
const SELF_CLOSING: [&str; 12] =
    ["p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup"];
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements whose content is no text for readers and goes with them.
const WITH_CONTENT: [&str; 18] = [
    "script", "style", "iframe", "object", "applet", "template", "noscript", "noembed", "noframes",
    "svg", "textarea", "select", "title", "head", "xmp", "frameset", "canvas", "map",
];

/// One start tag, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// In lower case.
    pub(super) name: String,
    /// Names in lower case; values with entities as they are written.
    pub(super) attributes: Vec<(String, Option<String>)>,
    /// Where it stands in the chunk.
    pub(super) offset: usize,
    /// `<a name="x"/>`: nothing is in it, as its author sees it.
    pub(super) self_closed: bool,
    /// Whether it stands in a raw link.
    pub(super) in_link: bool,
    /// HTML to write in its place.
    pub(super) instead: Option<String>,
}

impl Tag {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name)?.1.as_deref()
    }

    /// Replaces or adds an attribute.
    pub(super) fn set(&mut self, name: &str, value: String) {
        match self.attributes.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = Some(value),
            None => self.attributes.push((name.to_owned(), Some(value))),
        }
    }
}

/// Keeps count of a page's raw HTML.
#[derive(Debug, Default)]
pub(super) struct RawHtml {
    open: HashMap<String, u32>,
    depth: u32,
    tags: u32,
    /// Whether a limit was reached; tags beyond it are left out, the words in them stay.
    pub(super) over: bool,
}

/// The name of an element that starts here and whose content goes with it.
pub(super) fn starts_hidden(html: &str) -> Option<String> {
    let (tag, closing, _) = parse(html, 0)?;
    (!closing && !tag.self_closed && WITH_CONTENT.contains(&tag.name.as_str())).then_some(tag.name)
}

/// Where the end tag of an element begins and ends.
pub(super) fn end_tag(html: &str, name: &str) -> Option<(usize, usize)> {
    let bytes = html.as_bytes();
    let mut from = 0;
    while let Some(found) = html[from..].find("</") {
        let start = from + found;
        let after = start + 2 + name.len();
        let same =
            bytes.get(start + 2..after).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()));
        let ends =
            bytes.get(after).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
        if same && ends {
            let end = html[after..].find('>').map_or(html.len(), |end| after + end + 1);
            return Some((start, end));
        }
        from = start + 2;
    }
    None
}

impl RawHtml {
    /// Copies a chunk; `visit` may change each start tag or, with false, drop it.
    pub(super) fn copy(
        &mut self,
        chunk: &str,
        mut visit: impl FnMut(&mut Tag) -> bool,
        out: &mut String,
    ) {
        let mut at = 0;
        // Elements whose end is not in the rest of the chunk, so that it is looked for once.
        let mut endless: Vec<String> = Vec::new();
        while let Some(found) = chunk[at..].find('<') {
            let start = at + found;
            out.push_str(&chunk[at..start]);
            let rest = &chunk[start..];
            if rest.starts_with("<!--") {
                // Comments are not shown anyway; an endless one ends with its chunk.
                at = rest.find("-->").map_or(chunk.len(), |end| start + end + 3);
            } else if let Some((mut tag, closing, length)) = parse(rest, start) {
                at = start + length;
                if !sanitise::is_known(&tag.name) {
                    // Without its end the element is a word that somebody wrote, not an element.
                    let hides =
                        !closing && !tag.self_closed && WITH_CONTENT.contains(&tag.name.as_str());
                    if hides && !endless.contains(&tag.name) {
                        match end_tag(&chunk[at..], &tag.name) {
                            Some((_, end)) => at += end,
                            None => endless.push(tag.name),
                        }
                    }
                } else if closing {
                    if self.close(&tag.name) {
                        out.push_str(&format!("</{}>", tag.name));
                    }
                } else if self.allow(&tag) {
                    tag.in_link = self.open.get("a").is_some_and(|count| *count > 0);
                    let before = tag.clone();
                    let keep = visit(&mut tag);
                    if let Some(html) = tag.instead.take() {
                        out.push_str(&html);
                        continue;
                    }
                    if keep && tag == before && !tag.self_closed {
                        out.push_str(&rest[..length]);
                    } else if keep {
                        write(&tag, out);
                    }
                    if keep && tag.self_closed && !VOID.contains(&tag.name.as_str()) {
                        out.push_str(&format!("</{}>", tag.name));
                    }
                }
            } else {
                // A tag that does not end with its chunk would take what comes after it along, and
                // become an element that was never counted.
                let unfinished =
                    rest[1..].starts_with(|c: char| c == '/' || c.is_ascii_alphabetic());
                out.push_str(if unfinished { "&lt;" } else { "<" });
                at = start + 1;
            }
        }
        out.push_str(&chunk[at.min(chunk.len())..]);
    }

    /// Ends the formatting that a block of HTML left open, except links, which cannot pile up.
    pub(super) fn end_formatting(&mut self, out: &mut String) {
        for name in FORMATTING.iter().filter(|name| **name != "a") {
            while let Some(count) = self.open.get_mut(*name).filter(|count| **count > 0) {
                *count -= 1;
                self.depth = self.depth.saturating_sub(1);
                out.push_str(&format!("</{name}>"));
            }
        }
    }

    /// Whether a start tag is within the limits; counts it.
    fn allow(&mut self, tag: &Tag) -> bool {
        let name = tag.name.as_str();
        self.tags += 1;
        if self.tags > MAX_TAGS {
            self.over = true;
            return false;
        }
        // A link ends where the next one begins, so links never lie in one another.
        let replaces = name == "a" && self.open.get("a").is_some_and(|count| *count > 0);
        if VOID.contains(&name) || SELF_CLOSING.contains(&name) || tag.self_closed || replaces {
            return true;
        }
        let formatting: u32 = FORMATTING.iter().filter_map(|name| self.open.get(*name)).sum();
        if self.depth >= MAX_DEPTH || (FORMATTING.contains(&name) && formatting >= MAX_FORMATTING) {
            self.over = true;
            return false;
        }
        *self.open.entry(name.to_owned()).or_default() += 1;
        self.depth += 1;
        true
    }

    /// Whether an end tag is written; counts it.
    fn close(&mut self, name: &str) -> bool {
        self.tags += 1;
        if self.tags > MAX_TAGS {
            // What is open is closed by whoever reads the page as a tree.
            self.over = true;
            return false;
        }
        if let Some(count) = self.open.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            self.depth = self.depth.saturating_sub(1);
        }
        true
    }
}

/// The tag at the start of the text, whether it is an end tag, and its length.
fn parse(text: &str, offset: usize) -> Option<(Tag, bool, usize)> {
    let bytes = text.as_bytes();
    let closing = bytes.get(1) == Some(&b'/');
    let name_start = if closing { 2 } else { 1 };
    bytes.get(name_start).filter(|b| b.is_ascii_alphabetic())?;
    let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>');
    let name_end = name_start + bytes[name_start..].iter().position(is_end)?;
    let name = text[name_start..name_end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut at = name_end;
    loop {
        at += bytes[at..].iter().position(|b| !(b.is_ascii_whitespace() || *b == b'/'))?;
        if bytes[at] == b'>' {
            let self_closed = bytes[at - 1] == b'/';
            return Some((
                Tag { name, attributes, offset, self_closed, in_link: false, instead: None },
                closing,
                at + 1,
            ));
        }
        let key_start = at;
        // A key may start with `=`, it may not end there.
        at += 1;
        at += bytes[at..].iter().position(|b| is_end(b) || *b == b'=')?;
        let key = text.get(key_start..at)?.to_ascii_lowercase();
        let equals = at + bytes[at..].iter().position(|b| !b.is_ascii_whitespace())?;
        if bytes[equals] != b'=' {
            attributes.push((key, None));
            continue;
        }
        let start = equals + 1;
        let start = start + bytes[start..].iter().position(|b| !b.is_ascii_whitespace())?;
        let (value, end) = match bytes[start] {
            quote @ (b'"' | b'\'') => {
                let length = bytes[start + 1..].iter().position(|b| *b == quote)?;
                (text.get(start + 1..start + 1 + length)?, start + length + 2)
            }
            _ => {
                let until = |b: &u8| b.is_ascii_whitespace() || *b == b'>';
                let length = bytes[start..].iter().position(until)?;
                (text.get(start..start + length)?, start + length)
            }
        };
        attributes.push((key, Some(value.to_owned())));
        at = end;
    }
}

fn write(tag: &Tag, out: &mut String) {
    out.push_str(&format!("<{}", tag.name));
    for (key, value) in &tag.attributes {
        // A key with a quote or bracket in it has no meaning that is worth keeping.
        if key.contains(['"', '\'', '<', '>', '=']) {
            continue;
        }
        out.push_str(&format!(" {key}"));
        if let Some(value) = value {
            // Entities stay as they were written, so only quotes can do harm.
            out.push_str(&format!("=\"{}\"", value.replace('"', "&quot;")));
        }
    }
    out.push('>');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let mut out = String::new();
        let visit = |tag: &mut Tag| {
            if tag.get("src") == Some("a.png") {
                tag.set("src", "/files/a.png".to_owned());
            }
            tag.name != "input"
        };
        RawHtml::default().copy(html, visit, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn tags_are_taken_apart_and_put_together() {
        check("<img src=a.png>", "<img src=\"/files/a.png\">");
        check(
            "<IMG alt='x > y'\n SRC = 'a.png' hidden/>",
            "<img alt=\"x > y\" src=\"/files/a.png\" hidden>",
        );
        check("x <b>y</B > z", "x <b>y</b> z");
        check("1 < 2 <", "1 < 2 <");
        check("<a href=\"b", "&lt;a href=\"b");
        check("<div\n", "&lt;div\n");
        check("a<!-- <img src=a.png> -->b<!-- x", "ab");
        check("<input value=1>x", "x");
        check("<é src=a.png>", "<é src=a.png>");
        check("<a name=\"x\"/>y <span/>z<br/>", "<a name=\"x\"></a>y <span></span>z<br>");
        check("<img alt=\"é\" src=a.png \"=x>", "<img alt=\"é\" src=\"/files/a.png\">");
    }

    #[test]
    fn nesting_is_limited() {
        let mut raw = RawHtml::default();
        let mut out = String::new();
        raw.copy(&"<div></b>".repeat(1000), |_| true, &mut out);
        assert!(raw.over);
        assert_eq!(out.matches("<div>").count(), 100);
        let mut out = String::new();
        RawHtml::default().copy(&"<div><p>x</div>".repeat(9000), |_| true, &mut out);
        assert_eq!(out.matches("<div>").count(), 6667);
        assert_eq!(out.matches('x').count(), 9000);
    }

    #[test]
    fn anchors_never_count_as_nesting() {
        for anchor in ["<a name=\"s\"/>", "<a name=\"s\">", "<a name=\"s\"></a>", "<span/>"] {
            let mut raw = RawHtml::default();
            let mut out = String::new();
            raw.copy(&format!("{}<b>x</b>", anchor.repeat(500)), |_| true, &mut out);
            assert!(!raw.over, "{anchor}");
            assert!(out.ends_with("<b>x</b>"), "{anchor}");
        }
    }

    #[test]
    fn tags_that_mean_nothing_go_alone() {
        check("List<Int> tail", "List tail");
        check("use <domain>, <list><set> and </filter>", "use ,  and ");
        check("<math><mi>x</mi></math>", "x");
        check("the <title> of <svg> and <textarea>", "the  of  and ");
        check("a<script>alert(1)</script>b<TITLE>c</TITLE >d", "abd");
        check("<svg><text>x</text></svg>y", "y");
    }
}
