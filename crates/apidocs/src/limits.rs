//! Bounds on what a definition may cost.

use crate::lexical::{self, Language};
use model::api_definition::DefinitionProblem;

/// Longer definitions are shown as text.
pub(crate) const MAX_BYTES: usize = 5 * 1024 * 1024;

/// A longer text does not stand on the page; it can be downloaded.
pub(crate) const MAX_TEXT: usize = 64 * 1024;

/// At most so many items are listed at a time.
pub(crate) const MAX_ITEMS: usize = 400;

/// How much detail comes with a page, in bytes about: what does not fit is asked for by its anchor.
pub(crate) const MAX_DETAIL: usize = 96 * 1024;

/// How deep the fields of a type are unfolded.
pub(crate) const MAX_DEPTH: u8 = 6;

/// At most so many fields stand in one table.
pub(crate) const MAX_FIELDS: usize = 250;

/// A longer example is cut.
pub(crate) const MAX_EXAMPLE: usize = 8 * 1024;

/// More examples than this help nobody.
pub(crate) const MAX_EXAMPLES: usize = 5;

/// A longer description is cut.
pub(crate) const MAX_DESCRIPTION: usize = 32 * 1024;

/// How deep brackets may lie in one another: parsers go into themselves for each.
const MAX_BRACKETS: usize = 64;

/// Refuses a text whose brackets lie too deep in one another. Brackets in comments and in quotes
/// are words.
pub(crate) fn refuse_deep(text: &str, language: Language) -> Result<(), DefinitionProblem> {
    let mut depth = 0_usize;
    for part in lexical::code(text, language) {
        for at in part {
            match text.as_bytes()[at] {
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > MAX_BRACKETS {
                let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                return Err(DefinitionProblem {
                    message: format!(
                        "Brackets lie more than {MAX_BRACKETS} deep in one another, which is not read."
                    ),
                    line: u32::try_from(line).ok(),
                    column: None,
                });
            }
        }
    }
    Ok(())
}

/// The text, cut at a character when it is too long.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}
