//! What goes wrong in a template, and where.

use std::fmt;

/// A template that cannot be read or rendered, with the place the author has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// Line of the template, counted from 1.
    pub line: usize,
    /// Column in that line, counted from 1 in UTF-16 code units as editors do.
    pub column: usize,
    /// What was expected, what was found.
    pub message: String,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template error at line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for TemplateError {}

impl TemplateError {
    /// Turns an inner failure into one that names line and column of `source`.
    pub(crate) fn locate(source: &str, failure: Fail) -> Self {
        let offset = failure.at.map_or(0, |at| at as usize).min(source.len());
        // An offset always comes from the lexer, so it lies on a character; `get` keeps a mistake
        // there from becoming a panic.
        let before = source.get(..offset).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].encode_utf16().count() + 1,
            message: failure.message,
        }
    }
}

/// A failure inside the interpreter: the message, and the byte offset once somebody knows it.
#[derive(Debug, Clone)]
pub(crate) struct Fail {
    pub(crate) message: String,
    pub(crate) at: Option<u32>,
    /// Whether a limit stopped the render; such a message is passed on as it is.
    pub(crate) limit: bool,
    /// Whether more stack might help.
    pub(crate) deep: bool,
}

/// The interpreter's own result; boxed so that the good case stays small on the stack.
pub(crate) type Res<T> = Result<T, Box<Fail>>;

impl Fail {
    /// A failure whose place the caller will fill in.
    pub(crate) fn new(message: impl Into<String>) -> Box<Self> {
        Box::new(Self { message: message.into(), at: None, limit: false, deep: false })
    }

    /// A failure at a known byte offset.
    pub(crate) fn at(offset: u32, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { message: message.into(), at: Some(offset), limit: false, deep: false })
    }

    /// A failure because a limit was reached.
    pub(crate) fn limit(message: impl Into<String>) -> Box<Self> {
        Box::new(Self { message: message.into(), at: None, limit: true, deep: false })
    }
}

/// Adds the place to a failure that does not have one yet.
pub(crate) trait Located<T> {
    /// Fills in `offset` unless an inner place is already known.
    fn located(self, offset: u32) -> Res<T>;
}

impl<T> Located<T> for Res<T> {
    fn located(self, offset: u32) -> Res<T> {
        self.map_err(|mut fail| {
            fail.at.get_or_insert(offset);
            fail
        })
    }
}
