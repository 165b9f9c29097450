//! The catalog's read model: every entity of a tenant in memory, and what is asked of it.
//!
//! It knows rows, but no database; it does no input or output. An index is made of rows, and after
//! each change made anew from the one before; it is never changed itself, so readers need no lock.

pub mod complaint;
pub mod content;
pub mod edges;
pub mod facets;
pub mod find;
pub mod freshness;
pub mod graph;
pub mod index;
pub mod item;
pub mod kinds;
pub mod list;
pub mod membership;
pub mod memory;
pub mod organisation;
pub mod overlay;
pub mod packed;
pub mod query;
pub mod related;
pub mod rows;
