//! Words of a page: bare addresses, shortcodes, keys, symbols and abbreviations.

use super::html::{escape, escape_into};
use super::{emoji, keys};

/// More abbreviations than this are not looked for.
const MAX_ABBREVIATIONS: usize = 200;

/// How the words of one page are written.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Short form and what it stands for, the longest first.
    abbreviations: Vec<(String, String)>,
    /// Whether `++ctrl+c++` means keys.
    keys: bool,
}

impl Words {
    pub(super) fn new(mut abbreviations: Vec<(String, String)>, keys: bool) -> Words {
        abbreviations.truncate(MAX_ABBREVIATIONS);
        abbreviations.sort_by_key(|(short, _)| std::cmp::Reverse(short.len()));
        Words { abbreviations, keys }
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
            b'h' | b'w' if starts_word && !in_link => bare_address(text)
                .or_else(|| mail_address(text))
                .or_else(|| self.abbreviation(text)),
            b':' => emoji::shortcode(text).map(|(length, emoji)| (length, emoji.to_owned())),
            b'^' => raised(text, '^', "sup"),
            // Between spaces the parser has seen it already.
            b'~' if !starts_word => raised(text, '~', "sub"),
            b'+' if self.keys && text.starts_with("++") => keys::read(text),
            b'(' | b'-' | b'<' | b'+' | b'=' => {
                symbol(text).map(|(written, symbol)| (written.len(), escape(symbol)))
            }
            b'0'..=b'9' if starts_word => {
                fraction(text).or_else(|| ordinal(text)).or_else(|| self.abbreviation(text))
            }
            b'c' if starts_word && text.starts_with("c/o") && ends_word(&text[3..]) => {
                Some((3, "℅".to_owned()))
            }
            _ if starts_word => {
                let mail = if in_link { None } else { mail_address(text) };
                mail.or_else(|| self.abbreviation(text))
            }
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

/// `somebody@example.org`.
fn mail_address(text: &str) -> Option<(usize, String)> {
    const LONGEST: usize = 64;
    let is_local = |b: u8| b.is_ascii_alphanumeric() || b"._+-".contains(&b);
    let local = text.bytes().take(LONGEST).take_while(|b| is_local(*b)).count();
    let domain = text.get(local..)?.strip_prefix('@').filter(|_| local > 0)?;
    let is_domain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    let length = domain.bytes().take_while(|b| is_domain(*b)).count();
    let domain = domain[..length].trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    if name.is_empty() || name.starts_with('.') || top.len() < 2 {
        return None;
    }
    let address = &text[..local + 1 + domain.len()];
    ends_word(&text[address.len()..])
        .then(|| (address.len(), format!("<a href=\"mailto:{address}\">{address}</a>")))
}

/// Whether a word that stands before this text ends there.
fn ends_word(after: &str) -> bool {
    !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// `1/2` as one character.
fn fraction(text: &str) -> Option<(usize, String)> {
    const FRACTIONS: [(&str, &str); 15] = [
        ("1/4", "¼"),
        ("1/2", "½"),
        ("3/4", "¾"),
        ("1/3", "⅓"),
        ("2/3", "⅔"),
        ("1/5", "⅕"),
        ("2/5", "⅖"),
        ("3/5", "⅗"),
        ("4/5", "⅘"),
        ("1/6", "⅙"),
        ("5/6", "⅚"),
        ("1/8", "⅛"),
        ("3/8", "⅜"),
        ("5/8", "⅝"),
        ("7/8", "⅞"),
    ];
    let (written, shown) = FRACTIONS.iter().find(|(written, _)| text.starts_with(written))?;
    // `1/2/2024` is a date.
    let ends = ends_word(&text[3..]) && !text[3..].starts_with('/');
    ends.then(|| (written.len(), (*shown).to_owned()))
}

/// `1st`, `22nd`, `11th`: the letters raised.
fn ordinal(text: &str) -> Option<(usize, String)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let teen = number.ends_with("11") || number.ends_with("12") || number.ends_with("13");
    let suffix = match number.as_bytes().last()? {
        b'1' if !teen => "st",
        b'2' if !teen => "nd",
        b'3' if !teen => "rd",
        _ => "th",
    };
    (rest.starts_with(suffix) && ends_word(&rest[2..]))
        .then(|| (digits + 2, format!("{number}<sup>{suffix}</sup>")))
}

/// The words of a text without markup and pictures, as headings are called in contents and ids.
pub(super) fn plain(text: &str) -> String {
    let mut html = String::new();
    let words = Words::default();
    let (mut rest, mut kept) = (text, String::new());
    // Shortcodes are pictures in MkDocs, which say nothing in a title.
    while let Some(at) = rest.find(':') {
        kept.push_str(&rest[..at]);
        match emoji::shortcode(&rest[at..]) {
            Some((length, _)) => rest = &rest[at + length..],
            None => {
                kept.push(':');
                rest = &rest[at + 1..];
            }
        }
    }
    kept.push_str(rest);
    words.write(&kept, true, &mut html);
    let mut out = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    let out = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    out.replace("&#39;", "'").replace("&amp;", "&")
}

/// `H~2~O` and `x^2^`: a part of a word, so no spaces in it.
fn raised(text: &str, marker: char, element: &str) -> Option<(usize, String)> {
    let (inside, _) = text.strip_prefix(marker)?.split_once(marker)?;
    (!inside.is_empty() && inside.len() <= 40 && !inside.contains(char::is_whitespace))
        .then(|| (inside.len() + 2, format!("<{element}>{}</{element}>", escape(inside))))
}

fn symbol(text: &str) -> Option<(&'static str, &'static str)> {
    const SYMBOLS: [(&str, &str); 8] = [
        ("(c)", "©"),
        ("(r)", "®"),
        ("(tm)", "™"),
        ("<-->", "↔"),
        ("-->", "→"),
        ("<--", "←"),
        ("+/-", "±"),
        ("=/=", "≠"),
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
        Words::new(abbreviations, true).write(text, false, &mut out);
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
    fn mail_addresses_become_links() {
        check("a.b+c@d-e.org, x", "<a href=\"mailto:a.b+c@d-e.org\">a.b+c@d-e.org</a>, x");
        check("git@host @a.b a@ a@b. x@y.z", "git@host @a.b a@ a@b. x@y.z");
        check("what@example.org.", "<a href=\"mailto:what@example.org\">what@example.org</a>.");
    }

    #[test]
    fn keys_are_told_from_operators() {
        check(
            "++ctrl+alt+del++ i++ and j++ ++nope++",
            "<span class=\"keys\"><kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>Del</kbd></span> i++ and j++ ++nope++",
        );
    }

    #[test]
    fn titles_are_plain() {
        assert_eq!(plain(":rocket: Start (c) 1st & 2"), " Start © 1st & 2");
        assert_eq!(plain("at 10:30: a <b>"), "at 10:30: a <b>");
    }

    #[test]
    fn abbreviations_match_whole_words() {
        check("HTML, XHTML", "<abbr title=\"Hypertext &quot;Markup&quot;\">HTML</abbr>, XHTML");
        check("HTML 5 HTMLx", "<abbr title=\"five\">HTML 5</abbr> HTMLx");
    }

    #[test]
    fn symbols_and_shortcodes() {
        check("(c) --> <-- <--> 1+/-2 a-->b a =/= b", "© → ← ↔ 1±2 a--&gt;b a ≠ b");
        check("1/2 11/2 1/2/24 3/4 c/o c/off", "½ 11/2 1/2/24 ¾ ℅ c/off");
        check(
            "1st 22nd 13th 113th 1th 3rds",
            "1<sup>st</sup> 22<sup>nd</sup> 13<sup>th</sup> 113<sup>th</sup> 1th 3rds",
        );
        check("H~2~O x^2^ ~/a~b", "H<sub>2</sub>O x<sup>2</sup> ~/a~b");
        check(":rocket: 10:30:45 :nope: :material-home:!", "🚀 10:30:45 :nope: !");
    }
}
