//! What YAML allows and the parser does not: characters beyond the first plane written as two
//! escapes (`\ud83d\ude80`), as JSON has them, and byte order marks inside a text.

use crate::flow::FlowGuard;
use crate::node::{MAX_DEPTH, Mark, SyntaxError};
use crate::tabs;
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::borrow::Cow;
use std::collections::HashMap;

/// How long such a pair is, and how long the one escape is that stands for the same.
const PAIR: usize = "\\ud83d\\ude80".len();
const SINGLE: usize = "\\U0001F680".len();

/// Stands in for a pair while it is looked up what the pair lies in: good in quotes, and harmless
/// elsewhere.
const HARMLESS: &str = "\\u0041\\u0041";

/// A byte order mark: a character like any other unless it begins a document.
const MARK: char = '\u{FEFF}';

/// Refuses characters no text should hold. A carriage return alone ends a line for some programs
/// and not for others, so that one would read something else than the next.
pub(crate) fn check_characters(text: &str, lines_before: u32) -> Result<(), SyntaxError> {
    let unfit = |(at, c): &(usize, &str)| *c == "\0" || !text[at + 1..].starts_with('\n');
    let Some((at, c)) = text.match_indices(['\r', '\0']).find(unfit) else { return Ok(()) };
    let before = &text[..at];
    let line = before.matches(['\n']).count() as u32 + 1 + lines_before;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before[start..].chars().count() as u32 + 1;
    Err(SyntaxError {
        mark: Mark { line, column },
        message: match c {
            "\0" => {
                "found a NUL character, which no text may hold: take it out; the file may be \
                     no text, or be saved as UTF-16 instead of UTF-8"
            }
            _ => {
                "found a carriage return without a line feed: save the file with line ends of Unix \
                 (LF) or Windows (CRLF), and write `\\r` in double quotes in a text"
            }
        }
        .to_owned(),
    })
}

/// A part of a text in a form the parser takes.
pub(crate) struct Accepted<'a> {
    pub(crate) text: Cow<'a, str>,
    /// The character that stands for byte order marks inside.
    stand_in: Option<char>,
    /// By line of the part, from 1: the columns, from 0, behind which something was made shorter.
    pub(crate) shortened: HashMap<usize, Vec<usize>>,
}

impl Accepted<'_> {
    /// The column in the text as it was given.
    pub(crate) fn column(&self, line: usize, column: usize) -> usize {
        let before = self
            .shortened
            .get(&line)
            .map_or(0, |columns| columns.iter().filter(|shortened| **shortened <= column).count());
        column + before * (PAIR - SINGLE)
    }
}

impl Accepted<'_> {
    /// A text of a value as it was given.
    pub(crate) fn restore(&self, text: String) -> String {
        match self.stand_in {
            Some(stand_in) if text.contains(stand_in) => text.replace(stand_in, "\u{FEFF}"),
            _ => text,
        }
    }
}

/// Mends what YAML allows and the parser does not: tabs after colons, pairs in double quotes and
/// byte order marks inside.
pub(crate) fn accept<'a>(text: &'a str, budget: &mut usize) -> Accepted<'a> {
    let Some((marked, stand_in)) = without_marks(text) else {
        return accept_pairs(text, budget);
    };
    let Accepted { text, shortened, .. } = accept_pairs(&marked, budget);
    Accepted { text: Cow::Owned(text.into_owned()), stand_in: Some(stand_in), shortened }
}

/// The text with another character in place of byte order marks, when there are any behind its
/// start. The other one takes as many bytes and does not stand in the text.
fn without_marks(text: &str) -> Option<(String, char)> {
    let start = usize::from(text.starts_with(MARK)) * MARK.len_utf8();
    let mut start = start;
    if start == 0 {
        // Comments and directives may come before it.
        for line in text.split_inclusive('\n') {
            if line.starts_with(MARK) {
                start += MARK.len_utf8();
                break;
            }
            if !line.trim().is_empty() && !line.starts_with(['#', '%']) {
                break;
            }
            start += line.len();
        }
    }
    let (before, inside) = text.split_at(start);
    if !inside.contains(MARK) {
        return None;
    }
    let stand_in = ('\u{FDD0}'..='\u{FDEF}').find(|c| !text.contains(*c))?;
    let inside = inside.replace(MARK, stand_in.encode_utf8(&mut [0; 4]));
    Some((format!("{before}{inside}"), stand_in))
}

fn accept_pairs<'a>(text: &'a str, budget: &mut usize) -> Accepted<'a> {
    let pairs = pairs(text);
    if pairs.is_empty() {
        let text = tabs::accept_after_colons(text, budget);
        return Accepted { text, stand_in: None, shortened: HashMap::new() };
    }
    let mut neutral = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in &pairs {
        neutral.push_str(&text[from..*at]);
        neutral.push_str(HARMLESS);
        from = at + PAIR;
    }
    neutral.push_str(&text[from..]);
    let neutral = tabs::accept_after_colons(&neutral, budget);
    let quoted = quoted(&neutral);
    let mut out = String::with_capacity(text.len());
    let mut shortened: HashMap<usize, Vec<usize>> = HashMap::new();
    let (mut from, mut characters, mut line, mut column) = (0, 0, 1, 0);
    let mut ranges = quoted.into_iter().peekable();
    for (at, c) in pairs {
        let between = &neutral[from..at];
        out.push_str(between);
        characters += between.chars().count();
        for c in between.chars() {
            (line, column) = if c == '\n' { (line + 1, 0) } else { (line, column + 1) };
        }
        while ranges.next_if(|range| range.end <= characters).is_some() {}
        if ranges.peek().is_some_and(|range| range.start <= characters) {
            out.push_str(&format!("\\U{:08X}", u32::from(c)));
            column += SINGLE;
            shortened.entry(line).or_default().push(column);
        } else {
            out.push_str(&text[at..at + PAIR]);
            column += PAIR;
        }
        characters += PAIR;
        from = at + PAIR;
    }
    out.push_str(&neutral[from..]);
    Accepted { text: Cow::Owned(out), stand_in: None, shortened }
}

/// Where two escapes stand that are one character together, unless a backslash before them takes
/// their meaning away.
fn pairs(text: &str) -> Vec<(usize, char)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == b'\\') {
        at += next;
        match (unit(bytes, at), unit(bytes, at + PAIR / 2)) {
            (Some(high), Some(low)) if (0xD800..0xDC00).contains(&high) => {
                if let [Ok(c)] = char::decode_utf16([high, low]).collect::<Vec<_>>()[..] {
                    found.push((at, c));
                    at += PAIR;
                    continue;
                }
                at += 2;
            }
            _ => at += 2,
        }
        if at >= bytes.len() {
            break;
        }
    }
    found
}

/// The number of an escape `\uXXXX`.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + PAIR / 2)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u16::from_str_radix(digits, 16).ok()
}

/// The texts in double quotes, as ranges of characters, as far as the text can be read.
fn quoted(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut parser = Parser::new_from_str(text);
    let mut guard = FlowGuard::of(text);
    let mut found = Vec::new();
    let mut depth = 0_usize;
    while let Some(Ok((event, span))) = parser.next_event() {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth -= 1,
            Event::Scalar(_, ScalarStyle::DoubleQuoted, ..) => {
                found.push(span.start.index()..span.end.index());
            }
            _ => {}
        }
        // The limits hold here too; what breaks them is named when the text is read.
        let mark = Mark { line: 1, column: 1 };
        let guarded = guard.as_mut().map(|guard| guard.check(span.end.index(), mark));
        if depth > MAX_DEPTH || guarded.is_some_and(|result| result.is_err()) {
            break;
        }
    }
    found
}
