//! The limits of one render: outside templates must not be able to exhaust the process.

use crate::error::{Fail, Res};

/// Longest template, in UTF-16 code units.
pub(crate) const SOURCE_UNITS: usize = 4 * 1024 * 1024;
/// Most syntax nodes in one template.
pub(crate) const SYNTAX_NODES: u32 = 1_000_000;
/// Most work units of one render; an expression, a statement, a loop turn and an item each cost one.
pub(crate) const WORK_UNITS: u32 = 1_000_000;
/// Deepest nesting of syntax, and of evaluation when macros call each other.
pub(crate) const DEPTH: u16 = 512;
/// Longest text of one render, in UTF-16 code units.
pub(crate) const OUTPUT_UNITS: usize = 16 * 1024 * 1024;
/// Most bytes of values handed to one filter.
pub(crate) const FILTER_INPUT_BYTES: usize = 64 * 1024 * 1024;
/// Most calls of functions and filters that belong to the host.
pub(crate) const HOST_CALLS: u32 = 4096;
/// Most items in one list or record made by a template.
pub(crate) const CONTAINER_ITEMS: usize = 100_000;
/// Deepest nesting of lists and records.
pub(crate) const VALUE_DEPTH: usize = 256;
/// Longest regular expression, in UTF-16 code units.
pub(crate) const REGEX_UNITS: usize = 16_384;

/// Bytes of text that cost one work unit: bounds the memory that joining texts can take.
const BYTES_PER_UNIT: usize = 256;

/// What is left of a render's allowance.
#[derive(Debug)]
pub(crate) struct Budget {
    work: u32,
    host_calls: u32,
}

impl Budget {
    /// A fresh allowance.
    pub(crate) fn new() -> Self {
        Self { work: WORK_UNITS, host_calls: HOST_CALLS }
    }

    /// Pays for `units` of work.
    pub(crate) fn work(&mut self, units: usize) -> Res<()> {
        match u32::try_from(units).ok().and_then(|units| self.work.checked_sub(units)) {
            Some(left) => {
                self.work = left;
                Ok(())
            }
            None => {
                self.work = 0;
                Err(Fail::limit(format!(
                    "the render needs more than {WORK_UNITS} work units; make its loops or lists shorter"
                )))
            }
        }
    }

    /// Pays for a text of `bytes`, and refuses one that is longer than any output may be.
    pub(crate) fn text(&mut self, bytes: usize) -> Res<()> {
        if bytes > FILTER_INPUT_BYTES {
            return Err(output_too_long());
        }
        self.work(bytes / BYTES_PER_UNIT)
    }

    /// Pays for one call into the host.
    pub(crate) fn host_call(&mut self) -> Res<()> {
        match self.host_calls.checked_sub(1) {
            Some(left) => {
                self.host_calls = left;
                Ok(())
            }
            None => Err(Fail::limit(format!(
                "the render calls host functions and filters more than {HOST_CALLS} times"
            ))),
        }
    }
}

/// The failure of a text beyond [`OUTPUT_UNITS`].
pub(crate) fn output_too_long() -> Box<Fail> {
    Fail::limit(format!("the render makes a text of more than {OUTPUT_UNITS} characters"))
}

/// Refuses a list or record of too many items.
pub(crate) fn check_size(items: usize) -> Res<()> {
    if items > CONTAINER_ITEMS {
        return Err(Fail::limit(format!(
            "a list or record made by a template can have {CONTAINER_ITEMS} items at most"
        )));
    }
    Ok(())
}

/// The failure of a value beyond [`VALUE_DEPTH`].
pub(crate) fn too_nested() -> Box<Fail> {
    Fail::limit(format!("lists and records can be nested {VALUE_DEPTH} levels deep at most"))
}
