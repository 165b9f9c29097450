//! Replacing by a regular expression, which the method `replace` and the filter of that name share.

use std::sync::Arc;

use crate::error::Res;
use crate::machine::Machine;
use crate::pattern::Pattern;
use crate::text::{Text, units_in};
use crate::value::{PatternId, Value};

/// Replaces what a regular expression finds, as method and as filter.
pub(crate) fn replace_pattern(
    m: &mut Machine<'_>,
    text: &Text,
    (pattern, id): (&Arc<Pattern>, PatternId),
    new: &Value,
) -> Res<Value> {
    let new = m.to_text(new)?;
    let (text, new) = (text.to_str(), new.to_str());
    let from = if pattern.sticky && !pattern.global { *m.heap.pattern_position(id) } else { 0 };
    let from = byte_at(&text, from);
    m.budget.work(pattern.cost(text.len()))?;
    let replaced = pattern.replace(&text, from, &new)?;
    if pattern.global || pattern.sticky {
        let end = replaced.end.filter(|_| pattern.sticky && !pattern.global);
        *m.heap.pattern_position(id) = end.map_or(0, |end| units_in(&text[..end]));
    }
    m.made(replaced.text)
}

/// The byte offset of a code unit.
pub(crate) fn byte_at(text: &str, unit: usize) -> usize {
    let mut left = unit;
    for (at, c) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(c.len_utf16());
    }
    text.len()
}
