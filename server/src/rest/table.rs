//! The table of paths that each part of REST keeps beside its routes.

/// Paths with their methods, as a description names them.
pub type PathTable = &'static [(&'static str, &'static str)];
