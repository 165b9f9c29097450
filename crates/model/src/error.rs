//! The one error of the product: serialisable, safe to show, and the one place that says which
//! status and which name of Backstage's stand for it in answers.
//!
//! *When to use which.* A caller that can repair its request gets [`Error::Invalid`] with the
//! fields at fault; something that is not there (or may not be seen) is [`Error::NotFound`]; a
//! state that stands in the way is [`Error::Conflict`]; an outside system or a resource that
//! cannot be used now is [`Error::Unavailable`]. Everything nobody outside can repair is
//! [`Error::Internal`]: its cause is logged where it happens and people see the request id only.
//! Reuse these variants; a new one needs a program that decides on it.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What every service returns.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, in words for the person who asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
pub enum Error {
    /// The request cannot be carried out as it is (400).
    #[error("{message}")]
    Invalid {
        /// What was expected and what to do.
        message: String,
        /// The places at fault, when they are known.
        fields: Vec<FieldError>,
    },
    /// Nobody is signed in, or the token is not known (401).
    #[error("{message}")]
    Unauthenticated {
        /// What to do to be let in.
        message: String,
    },
    /// The person is known and may not do this (403).
    #[error("{message}")]
    Forbidden {
        /// Which permission is missing.
        message: String,
    },
    /// There is no such thing, or it may not be seen (404).
    #[error("{message}")]
    NotFound {
        /// What was looked for.
        message: String,
    },
    /// The present state does not allow it (409).
    #[error("{message}")]
    Conflict {
        /// What stands in the way.
        message: String,
    },
    /// Somebody has tried too often and has to wait (429).
    #[error("{message}")]
    TooMany {
        /// What there was too much of, and when to try again.
        message: String,
        /// How long to wait.
        seconds: u64,
    },
    /// An outside system or a resource cannot be used now; trying again may help (503).
    #[error("{message}")]
    Unavailable {
        /// What cannot be reached and what to do.
        message: String,
    },
    /// A fault of the program (500). The cause stands in the log under this request id.
    #[error("Something went wrong on our side. Request id: {request_id}")]
    Internal {
        /// The id to search the log for.
        request_id: String,
    },
}

/// One field of a request that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// JSON pointer of the field, such as `/owner`; empty for the whole.
    pub path: String,
    /// What was expected, in one sentence.
    pub message: String,
}

impl Error {
    /// A request that cannot be carried out as it is.
    pub fn invalid(message: impl Into<String>) -> Self {
        Error::Invalid { message: message.into(), fields: Vec::new() }
    }

    /// Fields that are not as they should be.
    pub fn invalid_fields(message: impl Into<String>, fields: Vec<FieldError>) -> Self {
        Error::Invalid { message: message.into(), fields }
    }

    /// Nobody is signed in.
    pub fn unauthenticated(message: impl Into<String>) -> Self {
        Error::Unauthenticated { message: message.into() }
    }

    /// The person may not do this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Error::Forbidden { message: message.into() }
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Error::NotFound { message: message.into() }
    }

    /// The present state does not allow it.
    pub fn conflict(message: impl Into<String>) -> Self {
        Error::Conflict { message: message.into() }
    }

    /// Somebody has tried too often and may try again after `wait`.
    pub fn too_many(what: &str, wait: Duration) -> Self {
        let seconds = wait.as_secs() + 1;
        Error::TooMany { message: format!("{what} Try again in {seconds} seconds."), seconds }
    }

    /// Something outside cannot be used now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Error::Unavailable { message: message.into() }
    }

    /// A fault of the program; the id is filled in at the edge when it is not known here.
    pub fn internal(request_id: impl Into<String>) -> Self {
        Error::Internal { request_id: request_id.into() }
    }

    /// Whether the same request may succeed later.
    pub fn retryable(&self) -> bool {
        matches!(self, Error::Unavailable { .. } | Error::TooMany { .. })
    }

    /// The status of an answer over HTTP, of a page as of REST.
    pub fn status(&self) -> u16 {
        self.http().0
    }

    /// What Backstage's clients call it: `InputError`.
    pub fn name(&self) -> &'static str {
        self.http().1
    }

    /// The fields of the request that are not as they should be.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Error::Invalid { fields, .. } => fields,
            _ => &[],
        }
    }

    fn http(&self) -> (u16, &'static str) {
        match self {
            Error::Invalid { .. } => (400, "InputError"),
            Error::Unauthenticated { .. } => (401, "AuthenticationError"),
            Error::Forbidden { .. } => (403, "NotAllowedError"),
            Error::NotFound { .. } => (404, "NotFoundError"),
            Error::Conflict { .. } => (409, "ConflictError"),
            Error::TooMany { .. } => (429, "TooManyRequestsError"),
            Error::Internal { .. } => (500, "Error"),
            Error::Unavailable { .. } => (503, "ServiceUnavailableError"),
        }
    }
}

impl FieldError {
    /// A message at a JSON pointer.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        FieldError { path: path.into(), message: message.into() }
    }
}
