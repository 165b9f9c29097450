//! YAML 1.2 documents with the place of every value, so that an error can say file, line and column.
//!
//! Values are read by the core schema: `yes`, `on` and `012` mean a text, a text and twelve. Merge
//! keys (`<<`) are plain keys. Only after `%YAML 1.1` is it otherwise. Text from outside is hostile: its size, its depth, its number of
//! values and what its aliases unfold to are limited, and nothing in it can make the reader panic.

mod accept;
mod edit;
mod flow;
mod node;
mod read;
mod scalar;
mod split;
mod tabs;
mod timestamp;
mod write;
mod yaml11;

pub use edit::{Edited, edit};
pub use flow::MAX_FLOW_BYTES;
pub use node::{Entry, MAX_DEPTH, Mark, Node, SyntaxError, Value};
pub use read::{MAX_ALIAS_BYTES, MAX_NODES, MAX_TEXT_BYTES, parse_all, parse_each, parse_one};
pub use write::to_string;
