//! Words of a page: bare addresses, shortcodes, marked text, symbols and abbreviations.

use super::emoji;
use super::html::{escape, escape_into};

/// More abbreviations than this are not looked for.
const MAX_ABBREVIATIONS: usize = 200;

/// How the words of one page are written.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Short form and what it stands for, the longest first.
    abbreviations: Vec<(String, String)>,
}

impl Words {
    pub(super) fn new(mut abbreviations: Vec<(String, String)>) -> Words {
        abbreviations.truncate(MAX_ABBREVIATIONS);
        abbreviations.sort_by_key(|(short, _)| std::cmp::Reverse(short.len()));
        Words { abbreviations }
    }

    /// Writes text between tags; within a link no second link is made.
    pub(super) fn write(&self, text: &str, in_link: bool, out: &mut String) {
        let mut plain = 0;
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let starts_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let after_space = text[..at].is_empty() || text[..at].ends_with(char::is_whitespace);
            let found = match rest.as_bytes()[0] {
                // Arrows stand alone; `--8<--` and `a-->b` are code that lost its quotes.
                b'-' | b'<' if !after_space => None,
                _ => self.special(rest, starts_word, in_link),
            };
            match found {
                Some((length, html)) => {
                    escape_into(&text[plain..at], out);
                    out.push_str(&html);
                    at += length;
                    plain = at;
                }
                None => at += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
        escape_into(&text[plain..], out);
    }

    /// What is special at the start of the text: its length and its HTML.
    fn special(&self, text: &str, starts_word: bool, in_link: bool) -> Option<(usize, String)> {
        match text.as_bytes()[0] {
            b'h' | b'w' if starts_word && !in_link => {
                bare_address(text).or_else(|| self.abbreviation(text))
            }
            b':' => emoji::shortcode(text).map(|(length, emoji)| (length, emoji.to_owned())),
            b'=' => between(text, "==", "mark"),
            b'^' => between(text, "^^", "ins").or_else(|| raised(text, '^', "sup")),
            // Between spaces the parser has seen it already.
            b'~' if !starts_word => raised(text, '~', "sub"),
            b'(' | b'-' | b'<' | b'+' => {
                symbol(text).map(|(written, symbol)| (written.len(), escape(symbol)))
            }
            _ if starts_word => self.abbreviation(text),
            _ => None,
        }
    }

    fn abbreviation(&self, text: &str) -> Option<(usize, String)> {
        let (short, long) = self.abbreviations.iter().find(|(short, _)| {
            let after = text.strip_prefix(short.as_str());
            after.is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })?;
        let html = format!("<abbr title=\"{}\">{}</abbr>", escape(long), escape(short));
        Some((short.len(), html))
    }
}

/// `https://…`, `http://…` and `www.…` without the punctuation behind them.
fn bare_address(text: &str) -> Option<(usize, String)> {
    let scheme = ["https://", "http://", "www."].iter().find(|s| text.starts_with(**s))?;
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`'));
    let mut url = &text[..end.unwrap_or(text.len())];
    loop {
        let last = url.chars().next_back()?;
        let unbalanced = last == ')' && url.matches(')').count() > url.matches('(').count();
        if !unbalanced && !".,;:!?'*_~]".contains(last) {
            break;
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    let host = url.strip_prefix(scheme)?;
    // `localhost` counts, `http://-` does not.
    if !host.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        || (*scheme == "www." && !host.contains('.'))
    {
        return None;
    }
    let href = if *scheme == "www." { format!("https://{url}") } else { url.to_owned() };
    Some((url.len(), format!("<a href=\"{}\">{}</a>", escape(&href), escape(url))))
}

/// `==text==` in an element.
fn between(text: &str, marker: &str, element: &str) -> Option<(usize, String)> {
    let rest = text.strip_prefix(marker)?;
    let end = rest.find(marker)?;
    let inside = &rest[..end];
    let edges = [inside.chars().next()?, inside.chars().next_back()?];
    let marker_char = marker.chars().next()?;
    if edges.iter().any(|c| c.is_whitespace() || *c == marker_char) {
        return None;
    }
    let length = end + 2 * marker.len();
    // `==a===` is no end of the marked text.
    (!text[length..].starts_with(marker_char))
        .then(|| (length, format!("<{element}>{}</{element}>", escape(inside))))
}

/// `H~2~O` and `x^2^`: a part of a word, so no spaces in it.
fn raised(text: &str, marker: char, element: &str) -> Option<(usize, String)> {
    let (inside, _) = text.strip_prefix(marker)?.split_once(marker)?;
    (!inside.is_empty() && inside.len() <= 40 && !inside.contains(char::is_whitespace))
        .then(|| (inside.len() + 2, format!("<{element}>{}</{element}>", escape(inside))))
}

fn symbol(text: &str) -> Option<(&'static str, &'static str)> {
    const SYMBOLS: [(&str, &str); 7] = [
        ("(c)", "©"),
        ("(r)", "®"),
        ("(tm)", "™"),
        ("<-->", "↔"),
        ("-->", "→"),
        ("<--", "←"),
        ("+/-", "±"),
    ];
    SYMBOLS.iter().find(|(written, _)| text.starts_with(written)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let abbreviations = [("HTML", "Hypertext \"Markup\""), ("HTML 5", "five")];
        let abbreviations = abbreviations.map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
        let mut out = String::new();
        Words::new(abbreviations).write(text, false, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn bare_addresses_become_links() {
        check(
            "see https://a.b/c_d?x=1&y=2.",
            "see <a href=\"https://a.b/c_d?x=1&amp;y=2\">https://a.b/c_d?x=1&amp;y=2</a>.",
        );
        check("(http://a.b/(c))", "(<a href=\"http://a.b/(c)\">http://a.b/(c)</a>)");
        check("www.a.b", "<a href=\"https://www.a.b\">www.a.b</a>");
        check("www. and http:// and xhttp://a", "www. and http:// and xhttp://a");
        check("http://a\"onclick=x", "<a href=\"http://a\">http://a</a>&quot;onclick=x");
    }

    #[test]
    fn abbreviations_match_whole_words() {
        check("HTML, XHTML", "<abbr title=\"Hypertext &quot;Markup&quot;\">HTML</abbr>, XHTML");
        check("HTML 5 HTMLx", "<abbr title=\"five\">HTML 5</abbr> HTMLx");
    }

    #[test]
    fn marks_symbols_and_shortcodes() {
        check("a ==b== ^^c^^", "a <mark>b</mark> <ins>c</ins>");
        check("a == b == c, x==y, ==== ==<==", "a == b == c, x==y, ==== <mark>&lt;</mark>");
        check("(c) --> <-- <--> 1+/-2 a-->b", "© → ← ↔ 1±2 a--&gt;b");
        check("H~2~O x^2^ ~/a~b", "H<sub>2</sub>O x<sup>2</sup> ~/a~b");
        check(":rocket: 10:30:45 :nope: :material-home:!", "🚀 10:30:45 :nope: !");
    }
}
