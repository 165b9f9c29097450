//! Marked, inserted and edited text: `==a==`, `^^a^^` and edits, `{++a++}`.
//!
//! These go around words, code and emphasis alike, so they are looked for among the events of the
//! parser and become the tags they stand for.

use super::Events;
use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::ops::Range;

/// More pairs than this on one page stay as they are written.
const MAX_PAIRS: usize = 5_000;
/// Open delimiters, in one element.
const MAX_OPEN: usize = 50;

/// A pair of delimiters and the tags it stands for.
struct Pair {
    open: &'static str,
    close: &'static str,
    tags: (&'static str, &'static str),
}

const PAIRS: [Pair; 6] = [
    Pair { open: "{++", close: "++}", tags: ("<ins>", "</ins>") },
    Pair { open: "{--", close: "--}", tags: ("<del>", "</del>") },
    Pair { open: "{==", close: "==}", tags: ("<mark>", "</mark>") },
    Pair { open: "{>>", close: "<<}", tags: ("<span class=\"critic-comment\">", "</span>") },
    Pair { open: "==", close: "==", tags: ("<mark>", "</mark>") },
    Pair { open: "^^", close: "^^", tags: ("<ins>", "</ins>") },
];

/// Replaces the delimiters by tags.
pub(super) fn pair(events: Events<'_>) -> Events<'_> {
    let has_delimiters = events.iter().any(|(event, _)| match event {
        Event::Text(text) => ["==", "^^", "{"].iter().any(|delimiter| text.contains(delimiter)),
        _ => false,
    });
    if !has_delimiters {
        return events;
    }
    let mut pass = Pass { out: Vec::with_capacity(events.len()), open: vec![Vec::new()], pairs: 0 };
    let mut in_code = false;
    let mut events = events.into_iter().peekable();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Text(text) if !in_code => {
                let next_is_word = events.peek().is_some_and(|(next, _)| is_word(next));
                pass.text(&text, range, next_is_word);
                continue;
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(_) => pass.open.push(Vec::new()),
            Event::End(_) => {
                pass.open.pop();
            }
            _ => {}
        }
        pass.out.push((event, range));
    }
    pass.out
}

/// Whether text goes on without a blank: with code, emphasis, a link.
fn is_word(event: &Event<'_>) -> bool {
    match event {
        Event::Code(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => true,
        Event::Start(tag) => matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ),
        _ => false,
    }
}

struct Pass<'a> {
    out: Events<'a>,
    /// For each open element the delimiters that may open a pair: which, and where in `out`.
    open: Vec<Vec<(usize, usize)>>,
    pairs: usize,
}

impl Pass<'_> {
    fn text(&mut self, text: &str, range: Range<usize>, next_is_word: bool) {
        let mut before = match self.out.last() {
            Some((Event::End(_) | Event::Code(_), _)) => 'x',
            _ => ' ',
        };
        let (mut at, mut plain) = (0, 0);
        while at < text.len() {
            let rest = &text[at..];
            let first = rest.chars().next().unwrap_or(' ');
            let found = match first {
                '=' | '^' | '{' | '+' | '-' | '<' => self.delimiter(rest, before, next_is_word),
                _ => None,
            };
            let Some((pair, closes, length)) = found else {
                at += first.len_utf8();
                before = first;
                continue;
            };
            self.push(&text[plain..at], &range);
            if closes {
                self.close(pair, &range);
            } else {
                let place = self.out.len();
                if let Some(open) = self.open.last_mut().filter(|open| open.len() < MAX_OPEN) {
                    open.push((pair, place));
                }
                self.out.push((Event::Text(PAIRS[pair].open.into()), range.clone()));
            }
            at += length;
            plain = at;
            before = if closes { 'x' } else { ' ' };
        }
        self.push(&text[plain..], &range);
    }

    /// The pair whose delimiter stands here, whether it closes, and its length.
    fn delimiter(
        &self,
        rest: &str,
        before: char,
        next_is_word: bool,
    ) -> Option<(usize, bool, usize)> {
        let is_open = |pair: usize| {
            self.open.last().is_some_and(|open| open.iter().any(|(kind, _)| *kind == pair))
        };
        for (number, pair) in PAIRS.iter().enumerate() {
            let after = |delimiter: &str| rest[delimiter.len()..].chars().next();
            let symmetric = pair.open == pair.close;
            let repeated = |c: char| symmetric && pair.open.starts_with(c);
            if rest.starts_with(pair.close) && is_open(number) {
                let next = after(pair.close);
                let ends = !before.is_whitespace()
                    && !next.is_some_and(|c| repeated(c) || symmetric && c.is_alphanumeric());
                if !symmetric || ends {
                    return Some((number, true, pair.close.len()));
                }
            }
            if rest.starts_with(pair.open) && self.pairs < MAX_PAIRS {
                let next = after(pair.open).unwrap_or(if next_is_word { 'x' } else { ' ' });
                let begins = !next.is_whitespace()
                    && !repeated(next)
                    && !(symmetric && (repeated(before) || before.is_alphanumeric()));
                if begins || (!symmetric && next_is_word) {
                    return Some((number, false, pair.open.len()));
                }
            }
        }
        None
    }

    fn close(&mut self, pair: usize, range: &Range<usize>) {
        let Some(open) = self.open.last_mut() else { return };
        let Some(at) = open.iter().rposition(|(kind, _)| *kind == pair) else { return };
        let (_, place) = open[at];
        // What was opened in between stays text.
        open.truncate(at);
        self.pairs += 1;
        let (start, end) = PAIRS[pair].tags;
        self.out[place].0 = Event::InlineHtml(start.into());
        self.out.push((Event::InlineHtml(end.into()), range.clone()));
    }

    fn push(&mut self, text: &str, range: &Range<usize>) {
        if !text.is_empty() {
            let text = CowStr::Boxed(text.into());
            self.out.push((Event::Text(text), range.clone()));
        }
    }
}
