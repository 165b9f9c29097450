//! The product's error on its way through a server fn.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use model::Error;
use serde::{Deserialize, Serialize};

/// What a server fn answers when it cannot do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppError(pub Error);

impl AppError {
    /// The words to show.
    pub fn message(&self) -> String {
        self.0.to_string()
    }

    /// Whether the thing asked for is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self.0, Error::NotFound { .. })
    }

    /// Whether asking once more may help: something could not be reached, or the program failed.
    pub fn may_pass(&self) -> bool {
        matches!(self.0, Error::Unavailable { .. } | Error::Internal { .. })
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for AppError {}

impl From<Error> for AppError {
    fn from(error: Error) -> AppError {
        AppError(error)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> AppError {
        AppError(match value {
            ServerFnErrorErr::Request(_) => Error::unavailable(
                "The portal cannot be reached. Check your connection and try again.",
            ),
            ServerFnErrorErr::Args(detail) => Error::invalid(format!(
                "The form was not understood ({detail}). Reload the page and try again."
            )),
            ServerFnErrorErr::MissingArg(name) => Error::invalid(format!(
                "The field \"{name}\" is missing. Fill it in and try again."
            )),
            ServerFnErrorErr::Deserialization(_) => Error::unavailable(
                "The portal answered something this page does not understand. It may have been \
                 updated: reload the page.",
            ),
            _ => Error::internal(""),
        })
    }
}
