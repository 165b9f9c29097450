//! What one request may ask for, looked at before anything is answered.

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Positioned, ServerError};
use std::collections::HashMap;

/// What a request may weigh, in bytes.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// How deep fields may lie in one another; introspection as usual tools ask for it needs 15.
pub(super) const MAX_DEPTH: usize = 16;

/// What a request may cost: one for every field, times the `first` of each list around it.
pub(super) const MAX_COST: usize = 50_000;

/// How many entries of a list may be asked for at a time, as the validators of `first` say too.
const MAX_FIRST: u32 = 500;

/// What costs more than a look: values of any size, and what is looked up elsewhere.
pub(super) const LARGE: usize = 20;

/// The parser goes into itself for each bracket, so there may not be many.
const MAX_BRACKETS: usize = 500;

/// How many fields there may be once fragments are written out: checks go through all of them.
const MAX_FIELDS: usize = 2_000;

/// What a list costs: the entries asked for, times what one of them costs. Sums of it cannot
/// overflow.
pub(super) fn list_cost(first: u32, entry: usize) -> usize {
    let entries = first.clamp(1, MAX_FIRST) as usize;
    entries.saturating_mul(entry).saturating_add(1).min(MAX_COST * MAX_COST)
}

/// Reads a query that is not too large to be looked at.
pub(super) fn parse(query: &str) -> Result<ExecutableDocument, ServerError> {
    let refuse = |message: String| Err(ServerError::new(message, None));
    if query.bytes().filter(|byte| matches!(byte, b'{' | b'[' | b'(')).count() > MAX_BRACKETS {
        return refuse(format!(
            "The query has more than {MAX_BRACKETS} brackets. Split it into several requests."
        ));
    }
    let document = parse_query(query)?;
    let mut sizes = Sizes { document: &document, known: HashMap::new() };
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    let size =
        operations.chain(fragments).fold(0_usize, |sum, set| sum.saturating_add(sizes.of(set)));
    if size > MAX_FIELDS {
        return refuse(format!(
            "The query has more than {MAX_FIELDS} fields when its fragments are written out. \
             Split it into several requests, and let no fragment lead back to itself."
        ));
    }
    Ok(document)
}

/// The library's refusals in words that say what to do.
pub(super) fn explained(message: &str) -> Option<String> {
    match message {
        "Query is nested too deep." => Some(format!(
            "The query is nested deeper than {MAX_DEPTH} fields. Ask for fewer levels at a time."
        )),
        "Query is too complex." => Some(format!(
            "The query costs more than {MAX_COST}: each field costs 1, times the `first` of every \
             list around it. Lower `first`, or ask for less at a time."
        )),
        _ => None,
    }
}

/// How many fields fragments have, counted once for each.
struct Sizes<'d> {
    document: &'d ExecutableDocument,
    /// Nothing while it is being counted.
    known: HashMap<&'d Name, Option<usize>>,
}

impl<'d> Sizes<'d> {
    fn of(&mut self, set: &'d Positioned<SelectionSet>) -> usize {
        let mut sum = 0_usize;
        for selection in &set.node.items {
            let size = match &selection.node {
                Selection::Field(field) => self.of(&field.node.selection_set),
                Selection::InlineFragment(fragment) => self.of(&fragment.node.selection_set),
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            };
            sum = sum.saturating_add(size).saturating_add(1);
        }
        sum
    }

    fn fragment(&mut self, name: &'d Name) -> usize {
        match self.known.get(name) {
            Some(Some(size)) => return *size,
            // It leads back to itself.
            Some(None) => return usize::MAX,
            None => {}
        }
        let document = self.document;
        let Some(fragment) = document.fragments.get(name) else { return 0 };
        self.known.insert(name, None);
        let size = self.of(&fragment.node.selection_set);
        self.known.insert(name, Some(size));
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(query: &str, expected: &str) {
        let message = parse(query).expect_err("refused").message;
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn what_would_be_long_to_look_at_is_refused_at_once() {
        refused(&format!("{{ entity(ref: {} ", "[".repeat(20_000)), "more than 500 brackets");
        // Each fragment has the next one ten times.
        let chain: String = (0..20)
            .map(|at| {
                format!("fragment f{at} on Query {{ {} }} ", format!("...f{} ", at + 1).repeat(10))
            })
            .collect();
        refused(&format!("{{ ...f0 }} {chain} fragment f20 on Query {{ x }}"), "written out");
        refused("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", "itself");
        refused("{ entity(", "expected");
        assert!(parse("{ ...a ...a } fragment a on Query { x }").is_ok());
    }

    #[test]
    fn costs_do_not_overflow() {
        let mut cost = 1;
        for _ in 0..20 {
            cost = list_cost(u32::MAX, cost);
        }
        assert!(cost > MAX_COST);
        assert!(cost.checked_mul(MAX_FIELDS).is_some());
        assert_eq!(list_cost(20, 3), 61);
    }
}
