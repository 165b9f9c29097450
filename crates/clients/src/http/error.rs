//! What can go wrong with a request, in words a person can act on.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// Why a request brought nothing. Addresses are shown without user, password and query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The client could not be built.
    #[error("Outgoing requests cannot be made: {detail}.")]
    Setup {
        /// What is wrong with the settings.
        detail: String,
    },
    /// The address or a header cannot be used.
    #[error("{url} cannot be requested: {reason}.")]
    Invalid {
        /// The address.
        url: String,
        /// What was expected.
        reason: String,
    },
    /// The rules do not let requests go there.
    #[error("{url} may not be requested: {reason}.")]
    Refused {
        /// The address.
        url: String,
        /// Which rule, and what to do.
        reason: String,
    },
    /// It took too long.
    #[error(
        "{url} did not answer in time. Try again, or check that the address can be reached from here."
    )]
    Timeout {
        /// The address.
        url: String,
    },
    /// No connection came about, or it broke.
    #[error("{url} could not be reached: {detail}. Check the address, the network and the proxy.")]
    Connect {
        /// The address.
        url: String,
        /// The reason.
        detail: String,
    },
    /// There is nothing at that address (404, 410).
    #[error(
        "There is nothing at {url} (status {status}). Check the address; some systems answer so when access is missing."
    )]
    NotFound {
        /// The address.
        url: String,
        /// 404 or 410.
        status: u16,
    },
    /// The other side wants other credentials (401, 403).
    #[error(
        "{url} did not let us in (status {status}). Check the token or account configured for this host."
    )]
    Denied {
        /// The address.
        url: String,
        /// 401 or 403.
        status: u16,
    },
    /// The other side asks for patience (429).
    #[error("{url} is asked too often (status 429).{}", match retry_after_seconds { Some(s) => format!(" Try again in {s} s."), None => " Try again later.".to_owned() })]
    Limited {
        /// The address.
        url: String,
        /// After how many seconds, if it says so.
        retry_after_seconds: Option<u64>,
    },
    /// We have asked as often as we allow ourselves, or the host has asked for patience before.
    #[error(
        "{host} is not asked any more for now, to stay within its limits. It goes on in {retry_after_seconds} s."
    )]
    Budget {
        /// The host.
        host: String,
        /// After how many seconds the next request may be made.
        retry_after_seconds: u64,
    },
    /// The answer of an API has another form than its description.
    #[error(
        "The answer of {url} cannot be used: {reason}. Check that the address is that of the API."
    )]
    NotAsDescribed {
        /// The address.
        url: String,
        /// Where it differs.
        reason: String,
    },
    /// Any other status that is no success.
    #[error("{url} answered with status {status}, expected 200.")]
    Status {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// The answer is larger than allowed.
    #[error("The answer of {url} is larger than the limit of {limit} bytes.")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The answer is not UTF-8 text.
    #[error("The answer of {url} is not UTF-8 text.")]
    NotText {
        /// The address.
        url: String,
    },
    /// Redirects went on and on.
    #[error("{url} redirects more than {limit} times.")]
    TooManyRedirects {
        /// The address.
        url: String,
        /// The limit.
        limit: usize,
    },
}

impl HttpError {
    /// Whether the same request may succeed later.
    pub fn retryable(&self) -> bool {
        match self {
            HttpError::Timeout { .. }
            | HttpError::Connect { .. }
            | HttpError::Limited { .. }
            | HttpError::Budget { .. } => true,
            HttpError::Status { status, .. } => *status >= 500,
            _ => false,
        }
    }
}

/// Carries our own refusal through the HTTP library and back.
#[derive(Debug)]
pub(super) struct Refused(pub(super) HttpError);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refused {}

pub(super) fn from_reqwest(url: &str, error: &reqwest::Error) -> HttpError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(Refused(refused)) = error.downcast_ref() {
            return refused.clone();
        }
        cause = error.source();
    }
    let url = url.to_owned();
    if error.is_timeout() {
        return HttpError::Timeout { url };
    }
    if error.is_builder() {
        return HttpError::Invalid { url, reason: root_cause(error) };
    }
    HttpError::Connect { url, detail: root_cause(error) }
}

/// The innermost reason; the outer ones repeat the address with everything in it.
pub(super) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    crate::redact::redact(&error.to_string())
}

pub(super) fn of_status(url: &str, status: StatusCode, headers: &HeaderMap) -> HttpError {
    let url = url.to_owned();
    let status = status.as_u16();
    match status {
        404 | 410 => HttpError::NotFound { url, status },
        401 | 403 => HttpError::Denied { url, status },
        429 => HttpError::Limited {
            url,
            retry_after_seconds: headers
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok())
                .and_then(|value| value.trim().parse().ok()),
        },
        _ => HttpError::Status { url, status },
    }
}
