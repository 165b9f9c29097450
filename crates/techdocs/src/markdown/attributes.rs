//! `{#id .class key="value"}` behind headings, links, pictures and paragraphs.

use super::html::escape_into;

/// More than this is no attribute list anybody writes.
const MAX_LENGTH: usize = 500;

/// What an attribute list says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) id: Option<String>,
    pub(super) classes: Vec<String>,
    pub(super) pairs: Vec<(String, String)>,
}

impl Attributes {
    /// Reads a list at the start of the text; also says how many bytes it takes. Without a colon
    /// behind the brace every part must be `#id`, `.class` or `key=value`, for braces are text, too.
    pub(super) fn at_start(text: &str) -> Option<(Attributes, usize)> {
        let window = text.char_indices().nth(MAX_LENGTH).map_or(text, |(end, _)| &text[..end]);
        let inside = window.strip_prefix('{')?;
        let mut attributes = Attributes::default();
        let mut rest = inside.strip_prefix(':').unwrap_or(inside);
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                let found = attributes != Attributes::default();
                return found.then(|| (attributes, window.len() - after.len()));
            }
            rest = attributes.part(rest)?;
        }
    }

    /// Reads a list at the end of the text; also says where it starts.
    pub(super) fn at_end(text: &str) -> Option<(Attributes, usize)> {
        let text = text.trim_end();
        let start = text.rfind('{').filter(|_| text.ends_with('}'))?;
        let (attributes, length) = Attributes::at_start(&text[start..])?;
        (start + length == text.len()).then_some((attributes, start))
    }

    /// Writes the attributes; which of them stay is decided when the page is sanitised.
    pub(super) fn write(&self, out: &mut String) {
        if let Some(id) = &self.id {
            write_pair("id", id, out);
        }
        if !self.classes.is_empty() {
            write_pair("class", &self.classes.join(" "), out);
        }
        for (key, value) in &self.pairs {
            write_pair(key, value, out);
        }
    }

    /// One part at the start of the text; what is behind it.
    fn part<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let is_name = |c: char| c.is_alphanumeric() || "-_:".contains(c);
        let name_end = |text: &str| text.find(|c| !is_name(c)).unwrap_or(text.len());
        let first = text.chars().next()?;
        if matches!(first, '#' | '.') {
            let (name, rest) = text[1..].split_at(name_end(&text[1..]));
            if name.is_empty() {
                return None;
            }
            match first {
                '#' => self.id = Some(name.to_owned()),
                _ => self.classes.push(name.to_owned()),
            }
            return Some(rest);
        }
        let (key, rest) = text.split_at(name_end(text));
        let rest = rest.strip_prefix('=')?;
        let (value, rest) = match rest.chars().next()? {
            quote @ ('"' | '\'') => rest[1..].split_once(quote)?,
            _ => rest.split_at(rest.find([' ', '}', '\n']).unwrap_or(rest.len())),
        };
        let key = key.to_ascii_lowercase();
        match key.as_str() {
            "" => return None,
            "id" => self.id = Some(value.to_owned()),
            "class" => self.classes.extend(value.split_whitespace().map(str::to_owned)),
            // A second link or source would outrank the one that was checked.
            "href" | "src" => {}
            // Our pages allow no style; how large a picture is meant to be is all that is kept.
            "style" => self.pairs.extend(sizes(value)),
            _ => self.pairs.push((key, value.to_owned())),
        }
        Some(rest)
    }
}

/// `width: 200px; height: 50%` as attributes.
pub(super) fn sizes(style: &str) -> impl Iterator<Item = (String, String)> {
    style.split(';').filter_map(|rule| {
        let (name, value) = rule.split_once(':')?;
        let name = name.trim().to_ascii_lowercase();
        let value = value.trim().trim_end_matches("!important").trim();
        let value = value.strip_suffix("px").unwrap_or(value);
        let number = value.strip_suffix('%').unwrap_or(value);
        let fits = matches!(name.as_str(), "width" | "height")
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| (name, value.to_owned()))
    })
}

fn write_pair(key: &str, value: &str, out: &mut String) {
    // Keys were read as names; anything else is not written.
    if key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        out.push_str(&format!(" {key}=\""));
        escape_into(value, out);
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_told_from_braces() {
        let check = |text: &str, expected: Option<(&str, usize)>| {
            let found = Attributes::at_start(text).map(|(attributes, length)| {
                let mut html = String::new();
                attributes.write(&mut html);
                (html, length)
            });
            let expected = expected.map(|(html, length)| (html.to_owned(), length));
            assert_eq!(found, expected, "{text}");
        };
        check("{#a .b .c}", Some((" id=\"a\" class=\"b c\"", 10)));
        check("{: .b } rest", Some((" class=\"b\"", 7)));
        check("{ width=\"300\" align=left }", Some((" width=\"300\" align=\"left\"", 26)));
        check(
            "{ style=\"color: red; width: 200px;height:50%\" }",
            Some((" width=\"200\" height=\"50%\"", 47)),
        );
        check("{title='a \"b\"'}", Some((" title=\"a &quot;b&quot;\"", 15)));
        check("{.x onclick=alert(1)}", Some((" class=\"x\" onclick=\"alert(1)\"", 21)));
        check("{.x href=\"javascript:1\"}", Some((" class=\"x\"", 24)));
        check("{}", None);
        check("{name}", None);
        check("{ a, b }", None);
        check("{.x", None);
        check("{\"a\":1}", None);
    }

    #[test]
    fn a_list_at_the_end_says_where_it_starts() {
        assert_eq!(Attributes::at_end("Title {#t}").map(|(_, start)| start), Some(6));
        assert_eq!(Attributes::at_end("Title {#t} more"), None);
        assert_eq!(Attributes::at_end("{{ x }}"), None);
    }
}
