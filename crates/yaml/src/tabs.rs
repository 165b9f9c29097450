//! Tabs, the invisible mistake: allowed after a colon, refused as indentation.

use crate::flow::FlowGuard;
use crate::node::{MAX_DEPTH, Mark, SyntaxError};
use saphyr_parser::{Event, Parser};
use std::borrow::Cow;
use std::collections::HashMap;

/// What mending the tabs of one text may cost, in bytes read: a document is read again for each of
/// them.
pub(crate) const MENDING_BYTES: usize = 32 * 1024 * 1024;

/// A document with spaces in place of the tabs between a colon and a plain value (`name:\tshop`),
/// which YAML allows and the parser does not. Places stay the same.
pub(crate) fn accept_after_colons<'a>(text: &'a str, budget: &mut usize) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    if !text.contains(":\t") {
        return text;
    }
    while *budget > 0
        && let Some(range) = refused_tabs(&text)
    {
        *budget = budget.saturating_sub(text.len());
        let spaces = " ".repeat(range.len());
        text.to_mut().replace_range(range, &spaces);
    }
    text
}

/// The tabs at which the parser stops for this reason.
fn refused_tabs(text: &str) -> Option<std::ops::Range<usize>> {
    let mut parser = Parser::new_from_str(text);
    let mut guard = FlowGuard::of(text);
    let mut depth = 0_usize;
    let error = loop {
        match parser.next_event()? {
            Ok((event, span)) => {
                match event {
                    Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                    Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                    _ => {}
                }
                // The limits hold here too; what breaks them is named when the text is read.
                let mark = Mark { line: 1, column: 1 };
                let guarded = guard.as_mut().map(|guard| guard.check(span.end.index(), mark));
                if depth > MAX_DEPTH || guarded.is_some_and(|result| result.is_err()) {
                    return None;
                }
            }
            Err(error) => break error,
        }
    };
    if error.info() != "':' must be followed by a valid YAML whitespace" {
        return None;
    }
    let end = text.char_indices().nth(error.marker().index()).map_or(text.len(), |(at, _)| at);
    let start = text[..end].trim_end_matches('\t').len();
    (start < end).then_some(start..end)
}

/// The lines of a text that begin with white space that holds a tab.
pub(crate) struct Indents {
    /// By line: the column of the tab, the column of the first character after the white space.
    tabbed: HashMap<u32, (u32, u32)>,
}

impl Indents {
    /// Looks through a text; one without tabs costs a search for a byte.
    pub(crate) fn of(text: &str) -> Self {
        let mut tabbed = HashMap::new();
        if text.contains('\t') {
            // A carriage return alone ends a line for the parser as well.
            let lines =
                text.split_inclusive('\n').flat_map(|line| match line.strip_suffix("\r\n") {
                    Some(line) => line.split('\r'),
                    None => line.strip_suffix('\n').unwrap_or(line).split('\r'),
                });
            for (number, line) in (1..).zip(lines) {
                let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
                if let Some(tab) = line[..indent].find('\t') {
                    tabbed.insert(number, (tab as u32 + 1, indent as u32 + 1));
                }
            }
        }
        Indents { tabbed }
    }

    /// The complaint about the first tab in the indentation of the line of a place, or of those
    /// within reach after it.
    pub(crate) fn after(&self, mark: Mark, reach: u32) -> Option<SyntaxError> {
        let near = |line: &u32| line.checked_sub(mark.line).is_some_and(|below| below <= reach);
        let line = self.tabbed.keys().copied().filter(near).min()?;
        let (column, _) = *self.tabbed.get(&line)?;
        Some(tab_found(Mark { line, column }))
    }

    /// Refuses a block collection whose first line is indented with a tab.
    pub(crate) fn check(&self, mark: Mark) -> Result<(), SyntaxError> {
        match self.tabbed.get(&mark.line) {
            Some(&(tab, content)) if content == mark.column => {
                Err(tab_found(Mark { line: mark.line, column: tab }))
            }
            _ => Ok(()),
        }
    }
}

fn tab_found(mark: Mark) -> SyntaxError {
    let message = "found a tab in the indentation; indent with spaces".to_owned();
    SyntaxError { mark, message }
}
