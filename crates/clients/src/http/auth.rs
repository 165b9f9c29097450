//! How a request proves who sends it.

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderValue};

/// How a request proves who sends it.
#[derive(Clone, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer …`
    Bearer(String),
    /// `Authorization: token …`, the word of Gitea.
    Token(String),
    /// A user with a password.
    Basic {
        /// The user.
        user: String,
        /// The password, or a token in its place.
        password: String,
    },
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth(***)")
    }
}

impl Auth {
    /// A value that no header can hold makes the request fail when it is sent, without telling it.
    pub(super) fn sign(&self, request: RequestBuilder) -> RequestBuilder {
        let (scheme, secret) = match self {
            Auth::Bearer(token) => ("Bearer", token),
            Auth::Token(token) => ("token", token),
            Auth::Basic { user, password } => return request.basic_auth(user, Some(password)),
        };
        match HeaderValue::from_str(&format!("{scheme} {secret}")) {
            Ok(mut value) => {
                value.set_sensitive(true);
                request.header(AUTHORIZATION, value)
            }
            Err(_) => request.header(AUTHORIZATION, "\n"),
        }
    }
}
