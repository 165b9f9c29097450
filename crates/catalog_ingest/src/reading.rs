//! What reading a source gives: its files, and the documents in them.

use crate::document::Outcome;
use catalog_index::complaint::Complaint;

/// Another form of what is kept: files are read anew after an update of the program.
pub const FORM: &str = concat!(env!("CARGO_PKG_VERSION"), " 2");

/// What a source holds.
#[derive(Debug, Default)]
pub struct Reading {
    /// Its files.
    pub units: Vec<Unit>,
    /// Starts of locations that could not be looked at: what they gave earlier stays.
    pub blocked: Vec<String>,
}

/// One file of a source.
#[derive(Debug)]
pub struct Unit {
    /// The file or address, as a location.
    pub location: String,
    /// The Location entity that names it.
    pub parent_ref: String,
    /// Of its bytes; empty when it has to be looked at each time.
    pub hash: String,
    /// What it holds.
    pub content: UnitContent,
}

/// What a file holds.
#[derive(Debug)]
pub enum UnitContent {
    /// The same as last time.
    Unchanged,
    /// These documents.
    Documents(Vec<Outcome>),
    /// It cannot be read.
    Unreadable(Complaint),
}
