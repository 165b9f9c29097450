//! Regular expression literals `r/…/flags`: JavaScript syntax run by an engine of linear time.
//!
//! The pattern is rewritten for the `regex` crate, whose syntax differs in small things. Look-around
//! and back-references need backtracking, with which one hostile line can occupy a processor for
//! hours, so they are refused.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use regex::{Captures, Regex, RegexBuilder};

use crate::error::{Fail, Res};
use crate::limits::{FILTER_INPUT_BYTES, REGEX_UNITS, output_too_long};
use crate::text::units_in;

/// Memory a compiled pattern may take.
const COMPILED_BYTES: usize = 1024 * 1024;
/// Most places a pattern may have, repetitions multiplied out.
const PLACES: usize = 10_000;
/// Places times bytes that one unit of work pays for.
const STEPS_PER_UNIT: usize = 100;
/// How long all searches of one replacement or split may take together. A single search is paid
/// for by its length, but a pattern can look far ahead at every match; only the clock sees that.
const SEARCH_TIME: Duration = Duration::from_secs(2);
/// White space as `\s` knows it.
const SPACE: &str =
    r"\t-\r \u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";

/// A compiled regular expression literal.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// The literal as JavaScript prints it.
    pub(crate) source: String,
    /// Flag `g`: all matches.
    pub(crate) global: bool,
    /// Flag `y`: only where the last match ended.
    pub(crate) sticky: bool,
    regex: Regex,
    places: usize,
}

impl Pattern {
    /// Compiles the text between the slashes.
    pub(crate) fn new(body: &str, flags: &str) -> Result<Self, String> {
        if units_in(body) > REGEX_UNITS {
            return Err(format!("a regular expression may have {REGEX_UNITS} characters at most"));
        }
        for (at, flag) in flags.char_indices() {
            if !"gimy".contains(flag) {
                return Err(format!(
                    "unknown regular expression flag {flag:?}; there are g, i, m and y"
                ));
            }
            if flags[..at].contains(flag) {
                return Err(format!("the regular expression flag {flag:?} stands there twice"));
            }
        }
        let (translated, places) = Translator::new(body).translate()?;
        let regex = RegexBuilder::new(&translated)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .size_limit(COMPILED_BYTES)
            .nest_limit(100)
            .build()
            .map_err(|_| "invalid or too large regular expression".to_owned())?;
        let flag = |flag: char| if flags.contains(flag) { flag.to_string() } else { String::new() };
        let sorted = ['g', 'i', 'm', 'y'].map(flag).concat();
        Ok(Self {
            source: format!("/{body}/{sorted}"),
            global: flags.contains('g'),
            sticky: flags.contains('y'),
            regex,
            places,
        })
    }

    /// Work units of one search in a text of `bytes`.
    pub(crate) fn cost(&self, bytes: usize) -> usize {
        bytes.saturating_mul(self.places) / STEPS_PER_UNIT
    }

    /// The first match at or after byte `from`, as a byte range.
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let found = self.regex.find_at(text, from)?;
        (!self.sticky || found.start() == from).then(|| (found.start(), found.end()))
    }

    /// Replaces the first match, or all with flag `g`, by an expanded `replacement`.
    pub(crate) fn replace(&self, text: &str, from: usize, replacement: &str) -> Res<Replaced> {
        let start_time = Instant::now();
        let has_names = self.regex.capture_names().flatten().next().is_some();
        let mut out = String::new();
        let (mut copied, mut at) = (0, from);
        let mut last = None;
        while let Some(captures) = self.captures(text, at) {
            let (start, end) = captures.get(0).map_or((at, at), |m| (m.start(), m.end()));
            out.push_str(&text[copied..start]);
            let captures = Some((&captures, has_names));
            expand(&mut out, replacement, text, (start, end), captures);
            (copied, last) = (end, Some(end));
            if out.len() > FILTER_INPUT_BYTES {
                return Err(output_too_long());
            }
            check_time(start_time)?;
            if !self.global {
                break;
            }
            at = if end > start { end } else { next_char(text, end) };
            if at > text.len() {
                break;
            }
        }
        out.push_str(&text[copied..]);
        Ok(Replaced { text: out, end: last })
    }

    /// The parts between matches, with what the groups of each match caught.
    pub(crate) fn split(&self, text: &str, limit: usize) -> Res<Vec<Option<String>>> {
        let start_time = Instant::now();
        let mut parts = Vec::new();
        if text.is_empty() {
            let matches = self.regex.is_match(text);
            return Ok(if matches { parts } else { vec![Some(String::new())] });
        }
        let (mut start, mut at) = (0, 0);
        while at < text.len() {
            let Some(captures) = self.regex.captures_at(text, at) else { break };
            let (from, to) = captures.get(0).map_or((at, at), |m| (m.start(), m.end()));
            if from >= text.len() {
                break;
            }
            // An empty match where the last one ended splits nothing off.
            if to == start {
                at = next_char(text, at.max(from));
                continue;
            }
            parts.push(Some(text[start..from].to_owned()));
            parts.extend(captures.iter().skip(1).map(|group| group.map(|m| m.as_str().to_owned())));
            if parts.len() >= limit {
                parts.truncate(limit);
                return Ok(parts);
            }
            crate::limits::check_size(parts.len())?;
            check_time(start_time)?;
            (start, at) = (to, to);
        }
        parts.push(Some(text[start..].to_owned()));
        parts.truncate(limit);
        Ok(parts)
    }

    fn captures<'t>(&self, text: &'t str, at: usize) -> Option<Captures<'t>> {
        let captures = self.regex.captures_at(text, at)?;
        let start = captures.get(0)?.start();
        (!self.sticky || start == at).then_some(captures)
    }
}

/// What [`Pattern::replace`] gives.
pub(crate) struct Replaced {
    /// The new text.
    pub(crate) text: String,
    /// Where the last match ended in the old one; none when nothing matched.
    pub(crate) end: Option<usize>,
}

/// Appends a replacement (with what the groups caught, and whether any of them has a name) with its
/// `$&`, `` $` ``, `$'`, `$$`, `$1` and `$<name>` filled in.
pub(crate) fn expand(
    out: &mut String,
    replacement: &str,
    text: &str,
    (start, end): (usize, usize),
    captures: Option<(&Captures<'_>, bool)>,
) {
    let has_names = captures.is_some_and(|(_, has_names)| has_names);
    let captures = captures.map(|(captures, _)| captures);
    let group = |at: usize| captures.and_then(|c| c.get(at)).map_or("", |m| m.as_str());
    let groups = captures.map_or(0, |c| c.len() - 1);
    let mut rest = replacement;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let number = |len: usize| rest[..len].parse().ok().filter(|n| (1..=groups).contains(n));
        match rest.as_bytes().first() {
            Some(b'$') => out.push('$'),
            Some(b'&') => out.push_str(&text[start..end]),
            Some(b'`') => out.push_str(&text[..start]),
            Some(b'\'') => out.push_str(&text[end..]),
            Some(b'<') => {
                let named = rest.find('>').map(|close| (&rest[1..close], close));
                // Without named groups `$<` stands for itself.
                if let (Some((name, close)), Some(captures)) = (named, captures)
                    && has_names
                {
                    out.push_str(captures.name(name).map_or("", |m| m.as_str()));
                    rest = &rest[close + 1..];
                } else {
                    out.push('$');
                }
                continue;
            }
            _ => {
                let found = (1..=digits).rev().find_map(|len| number(len).map(|n| (n, len)));
                match found {
                    Some((number, len)) => {
                        out.push_str(group(number));
                        rest = &rest[len..];
                    }
                    None => out.push('$'),
                }
                continue;
            }
        }
        rest = &rest[1..];
    }
    out.push_str(rest);
}

fn check_time(start: Instant) -> Res<()> {
    if start.elapsed() > SEARCH_TIME {
        return Err(Fail::limit("a regular expression takes too long on this text"));
    }
    Ok(())
}

/// Byte offset of the character after the one at `at`; past the end when there is none.
pub(crate) fn next_char(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

/// Rewrites a JavaScript pattern for the `regex` crate.
struct Translator<'p> {
    chars: std::iter::Peekable<std::str::Chars<'p>>,
    out: String,
    /// Places of each open group, the outermost first.
    groups: Vec<usize>,
    /// Places of what a repetition would repeat.
    last: usize,
    /// How what came last can be repeated.
    repeat: Repeat,
    /// How many groups catch something, and whether any has a name.
    catching: (usize, bool),
}

/// How a piece of a pattern can be repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    /// Not at all.
    No,
    /// It is not repeated yet.
    Once,
    /// It is; a question mark makes it take as little as it can.
    Lazily,
}

/// One member of a character class.
enum Atom {
    Char(char),
    Class(String),
}

impl<'p> Translator<'p> {
    fn new(body: &'p str) -> Self {
        Self {
            chars: body.chars().peekable(),
            out: String::new(),
            groups: vec![0],
            last: 0,
            repeat: Repeat::No,
            catching: catching_groups(body),
        }
    }

    /// The pattern for the engine, and its number of places.
    fn translate(mut self) -> Result<(String, usize), String> {
        while let Some(c) = self.chars.next() {
            match c {
                '(' => {
                    self.group()?;
                    self.groups.push(1);
                    self.repeat = Repeat::No;
                    continue;
                }
                '{' if self.repetition() => {
                    self.repeated()?;
                    continue;
                }
                ')' if self.groups.len() > 1 => {
                    self.last = self.groups.pop().unwrap_or(0);
                    self.out.push(c);
                    self.place(self.last);
                    self.repeat = Repeat::Once;
                    continue;
                }
                '?' if self.repeat == Repeat::Lazily => {
                    self.out.push(c);
                    self.repeat = Repeat::No;
                    continue;
                }
                '*' | '+' | '?' => {
                    self.out.push(c);
                    self.repeated()?;
                    continue;
                }
                '\\' => self.escape()?,
                '.' => self.out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
                '[' => self.class()?,
                '|' | ')' | '^' | '$' => self.out.push(c),
                _ => self.literal(c),
            }
            self.repeat = if c == '|' { Repeat::No } else { Repeat::Once };
            self.last = 1;
            self.place(1);
        }
        let places = self.groups.iter().fold(0, |sum: usize, group| sum.saturating_add(*group));
        if places > PLACES {
            return Err(format!("a regular expression may have {PLACES} places at most"));
        }
        Ok((self.out, places.max(1)))
    }

    /// Notes that what came last is repeated.
    fn repeated(&mut self) -> Result<(), String> {
        if self.repeat != Repeat::Once {
            return Err("there is nothing to repeat in a regular expression".to_owned());
        }
        self.repeat = Repeat::Lazily;
        Ok(())
    }

    /// Counts places in the innermost open group.
    fn place(&mut self, count: usize) {
        if let Some(group) = self.groups.last_mut() {
            *group = group.saturating_add(count);
        }
    }

    fn literal(&mut self, c: char) {
        // Writing to a string cannot fail.
        let _ = write!(self.out, "\\u{{{:x}}}", u32::from(c));
    }

    fn escape(&mut self) -> Result<(), String> {
        match self.chars.peek() {
            Some('b') => self.out.push_str(r"(?-u:\b)"),
            // The engine refuses `\B` by bytes since it could match inside a character.
            Some('B') => return Err(refused(r"\B")),
            // These stand for themselves where there is no group they could mean.
            Some(&digit @ ('8' | '9')) if self.catching.0 < 8 => self.literal(digit),
            Some('1'..='9') => return Err(refused("a back-reference")),
            Some('k') if self.catching.1 => return Err(refused("a back-reference")),
            _ => {
                match self.atom()? {
                    Atom::Char(c) => self.literal(c),
                    Atom::Class(class) => self.out.push_str(&class),
                }
                return Ok(());
            }
        }
        self.chars.next();
        Ok(())
    }

    /// What stands after a backslash, inside a class or out.
    fn atom(&mut self) -> Result<Atom, String> {
        let Some(c) = self.chars.next() else {
            return Err("a regular expression cannot end with a backslash".to_owned());
        };
        Ok(match c {
            'd' => Atom::Class("[0-9]".to_owned()),
            'D' => Atom::Class("[^0-9]".to_owned()),
            'w' => Atom::Class("[0-9A-Za-z_]".to_owned()),
            'W' => Atom::Class("[^0-9A-Za-z_]".to_owned()),
            's' => Atom::Class(format!("[{SPACE}]")),
            'S' => Atom::Class(format!("[^{SPACE}]")),
            't' => Atom::Char('\t'),
            'n' => Atom::Char('\n'),
            'r' => Atom::Char('\r'),
            'v' => Atom::Char('\u{b}'),
            'f' => Atom::Char('\u{c}'),
            'b' => Atom::Char('\u{8}'),
            '0' => Atom::Char('\0'),
            'c' => match self.chars.next_if(char::is_ascii_alphabetic) {
                Some(letter) => Atom::Char(char::from(letter as u8 % 32)),
                None => return Err(r"\c must be followed by a letter".to_owned()),
            },
            'x' => self.hex(2).map_or(Atom::Char('x'), Atom::Char),
            'u' => self.hex(4).map_or(Atom::Char('u'), Atom::Char),
            other => Atom::Char(other),
        })
    }

    fn hex(&mut self, len: usize) -> Option<char> {
        let digits: String = self.chars.clone().take(len).collect();
        let code =
            u32::from_str_radix(&digits, 16).ok().filter(|_| digits.chars().count() == len)?;
        let found = char::from_u32(code)?;
        self.chars.by_ref().take(len).for_each(drop);
        Some(found)
    }

    fn class(&mut self) -> Result<(), String> {
        let negated = self.chars.next_if_eq(&'^').is_some();
        let mut body = String::new();
        loop {
            let Some(c) = self.chars.next() else {
                return Err(
                    "a character class of a regular expression is not closed by ]".to_owned()
                );
            };
            if c == ']' {
                break;
            }
            let first = if c == '\\' { self.atom()? } else { Atom::Char(c) };
            let mut ahead = self.chars.clone();
            let range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
            if !range {
                add(&mut body, &first);
                continue;
            }
            self.chars.next();
            let last = match self.chars.next() {
                Some('\\') => self.atom()?,
                Some(c) => Atom::Char(c),
                None => continue,
            };
            match (&first, &last) {
                (Atom::Char(first), Atom::Char(last)) if first <= last => {
                    let _ = write!(
                        body,
                        "\\u{{{:x}}}-\\u{{{:x}}}",
                        u32::from(*first),
                        u32::from(*last)
                    );
                }
                (Atom::Char(_), Atom::Char(_)) => {
                    return Err("a range of a regular expression is out of order".to_owned());
                }
                _ => {
                    add(&mut body, &first);
                    add(&mut body, &Atom::Char('-'));
                    add(&mut body, &last);
                }
            }
        }
        let negation = if negated { "^" } else { "" };
        match (body.is_empty(), negated) {
            (true, false) => self.out.push_str(r"[^\u{0}-\u{10ffff}]"),
            (true, true) => self.out.push_str(r"[\u{0}-\u{10ffff}]"),
            _ => {
                let _ = write!(self.out, "[{negation}{body}]");
            }
        }
        Ok(())
    }

    fn group(&mut self) -> Result<(), String> {
        let ahead: String = self.chars.clone().take(3).collect();
        for look in ["?=", "?!", "?<=", "?<!"] {
            if ahead.starts_with(look) {
                return Err(refused("look-around"));
            }
        }
        self.out.push('(');
        if ahead.starts_with("?:") {
            self.out.push_str("?:");
            self.chars.by_ref().take(2).for_each(drop);
        } else if ahead.starts_with("?<") {
            for c in self.chars.by_ref() {
                self.out.push(c);
                if c == '>' {
                    break;
                }
            }
        } else if ahead.starts_with('?') {
            return Err("unknown group in a regular expression".to_owned());
        }
        Ok(())
    }

    /// Reads `{n}`, `{n,}` or `{n,m}`; any other brace stands for itself.
    fn repetition(&mut self) -> bool {
        let body: String = self.chars.clone().take_while(|c| *c != '}').collect();
        if self.chars.clone().nth(body.chars().count()) != Some('}') {
            return false;
        }
        let (least, most) = body.split_once(',').unwrap_or((&body, ""));
        let number = |text: &str| text.parse::<usize>().ok().filter(|_| !text.starts_with('+'));
        if number(least).is_none() || !(most.is_empty() || number(most).is_some()) {
            return false;
        }
        let times = number(most).or_else(|| number(least)).unwrap_or(1).max(1);
        self.place(self.last.saturating_mul(times - 1));
        self.last = self.last.saturating_mul(times);
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{{{body}}}");
        self.chars.by_ref().take(body.len() + 1).for_each(drop);
        true
    }
}

fn add(body: &mut String, atom: &Atom) {
    match atom {
        Atom::Char(c) => {
            let _ = write!(body, "\\u{{{:x}}}", u32::from(*c));
        }
        Atom::Class(class) => body.push_str(class),
    }
}

/// How many groups of a pattern catch something, and whether any has a name.
fn catching_groups(body: &str) -> (usize, bool) {
    let (mut count, mut named, mut in_class) = (0, false, false);
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or(""),
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let has_name =
                    rest.starts_with("?<") && !rest.starts_with("?<=") && !rest.starts_with("?<!");
                named |= has_name;
                count += usize::from(has_name || !rest.starts_with('?'));
            }
            _ => {}
        }
    }
    (count, named)
}

fn refused(what: &str) -> String {
    format!("{what} is not supported in regular expressions, which run in linear time here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, flags: &str, text: &str, replacement: &str, expected: &str) {
        let pattern = Pattern::new(body, flags).expect("a pattern");
        let replaced = pattern.replace(text, 0, replacement).expect("in time");
        assert_eq!(replaced.text, expected, "/{body}/{flags}");
    }

    #[test]
    fn patterns_are_read_as_in_javascript() {
        check("a+", "g", "xaay aa", "Z", "xZy Z");
        check(r"(\w+)\s(\w+)", "", "John Smith", "$2, $1", "Smith, John");
        check(r"\D", "g", "tel 5-5", "", "55");
        check(r"[.-]", "g", "a.b-c", "_", "a_b_c");
        check(r"[\w-]+", "", "a-b c", "<$&>", "<a-b> c");
        check(r"[^]", "g", "a\n", "x", "xx");
        check(r"[[&~]", "g", "[&~", "x", "xxx");
        check(".", "g", "a\nb", "x", "x\nx");
        check("b*", "g", "abc", "-", "-a--c-");
        check(r"a{2}|b{,1}", "g", "aab{,1}", "x", "xx");
        check("^x", "gm", "x\nx", "y", "y\ny");
        check(r"\u0041\x42\/", "", "AB/", "ok", "ok");
        check("É", "i", "é", "e", "e");
        check("b", "", "abc", "[$`|$'|$$|$1|$<n>]", "a[a|c|$|$1|$<n>]c");
        check("(?<n>b)", "", "abc", "[$<n>$01$10]", "a[bbb0]c");
        check("a", "y", "ba", "x", "ba");
    }

    #[test]
    fn what_needs_backtracking_is_refused() {
        for body in
            ["(?=a)", "(?!a)", "(?<=a)", r"(a)\1", "[", "(", r"\", "[b-a]", "(?x)", "a{1000}{1000}"]
        {
            assert!(Pattern::new(body, "").is_err(), "{body}");
        }
        assert!(Pattern::new("a", "s").is_err() && Pattern::new("a", "gg").is_err());
        assert!(Pattern::new(&"a".repeat(REGEX_UNITS + 1), "").is_err());
    }

    #[test]
    fn texts_are_split_with_the_groups_in_between() {
        let parts = |body: &str, text: &str| {
            let pattern = Pattern::new(body, "").expect("a pattern");
            let parts = pattern.split(text, usize::MAX).expect("in time");
            parts.into_iter().map(Option::unwrap_or_default).collect::<Vec<_>>()
        };
        assert_eq!(parts("-", "a-b-c"), ["a", "b", "c"]);
        assert_eq!(parts(r"(\d)", "a1b2"), ["a", "1", "b", "2", ""]);
        assert_eq!(parts("", "abc"), ["a", "b", "c"]);
        assert_eq!(parts("x*", "axb"), ["a", "b"]);
        assert_eq!(parts("x", ""), [""]);
        assert_eq!(parts("x*", ""), Vec::<String>::new());
    }
}
