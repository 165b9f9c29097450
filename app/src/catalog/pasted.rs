//! The text that comes with the form of the page for registering.

/// A text that was sent with a form; only the server's side of a page knows it.
#[derive(Debug, Clone)]
pub struct PastedText(pub String);
