//! HTTP out of the program: the only place that builds a client.
//!
//! Every request has a time limit and a size limit, names the program, and goes only where
//! [`Guard`] lets it: the rules are checked for the address asked for, for every redirect,
//! and for the network address that is really connected to.

mod auth;
mod error;
mod guard;

pub use auth::Auth;
pub use error::HttpError;
pub use guard::{Guard, HostRule, Rules, not_public};

use error::{Refused, from_reqwest, of_status};
use reqwest::header::{ACCEPT, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use reqwest::{StatusCode, Url};
use std::sync::Arc;
use std::time::Duration;

/// How requests are made.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Where requests may go.
    pub rules: Rules,
    /// A request with its answer may take this long.
    pub timeout: Duration,
    /// Connecting may take this long.
    pub connect_timeout: Duration,
    /// More bytes than this are not read.
    pub max_body: usize,
    /// More redirects than this are not followed.
    pub max_redirects: usize,
    /// A proxy for every request, such as `http://proxy.example.com:3128`. The proxy then looks up
    /// names, so the rules can check host names but not the addresses behind them.
    pub proxy: Option<String>,
    /// Certificates of authorities to trust beside the machine's own, in PEM.
    pub extra_roots_pem: Option<Vec<u8>>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        HttpSettings {
            rules: Rules::default(),
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(5),
            max_body: 10 << 20,
            max_redirects: 5,
            proxy: None,
            extra_roots_pem: None,
        }
    }
}

/// Makes requests. Cheap to clone; connections are shared and kept.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    guard: Guard,
    max_body: usize,
}

/// What a read may add to its request.
#[derive(Clone, Copy, Default)]
pub struct GetOptions<'a> {
    /// The etag of the version already known; an unchanged one is not sent again.
    pub etag: Option<&'a str>,
    /// Who asks; only the first host learns it.
    pub auth: Option<&'a Auth>,
    /// The kinds of content that are understood.
    pub accept: Option<&'a str>,
}

/// The answer to a read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched<T> {
    /// The known version is still the present one.
    NotModified,
    /// The content.
    Body {
        /// The content itself.
        body: T,
        /// The etag of this version, for the next read.
        etag: Option<String>,
        /// The declared kind of content.
        content_type: Option<String>,
        /// Where it was found in the end, without secrets; relative addresses start from here.
        final_url: String,
    },
}

impl Http {
    /// Builds the client.
    pub fn new(settings: HttpSettings) -> Result<Self, HttpError> {
        let mut rules = settings.rules;
        let setup = |detail: String| HttpError::Setup { detail };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
            .timeout(settings.timeout)
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(60))
            .referer(false)
            // A proxy is configured or it is not; the surroundings do not decide it.
            .no_proxy();
        if let Some(proxy) = &settings.proxy {
            let no_proxy = |_| setup("the proxy's address cannot be read".to_owned());
            let url = Url::parse(proxy).map_err(no_proxy)?;
            rules.private_hosts.extend(url.host_str().and_then(|host| HostRule::parse(host).ok()));
            builder = builder.proxy(
                reqwest::Proxy::all(url)
                    .map_err(|_| setup("the proxy's address cannot be used".to_owned()))?,
            );
        }
        if let Some(pem) = &settings.extra_roots_pem {
            let roots = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| {
                setup("the additional certificates are not in PEM format".to_owned())
            })?;
            for root in roots {
                builder = builder.add_root_certificate(root);
            }
        }
        let guard = Guard::new(rules);
        let hop = guard.clone();
        let max = settings.max_redirects;
        let redirects = reqwest::redirect::Policy::custom(move |attempt| {
            let refused = redirect_refused(&hop, attempt.url(), attempt.previous(), max);
            match refused {
                Some(error) => attempt.error(Refused(error)),
                None => attempt.follow(),
            }
        });
        let client = builder
            .redirect(redirects)
            .dns_resolver(Arc::new(guard.clone()))
            .build()
            .map_err(|error| setup(error::root_cause(&error)))?;
        Ok(Http { client, guard, max_body: settings.max_body })
    }

    /// The rules requests are held to, for other programs that connect on our behalf.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Reads text, unless the version marked by `etag` is still the present one.
    pub async fn get_text(
        &self,
        url: &str,
        etag: Option<&str>,
    ) -> Result<Fetched<String>, HttpError> {
        self.get_text_with(url, GetOptions { etag, ..GetOptions::default() }).await
    }

    /// Reads text with a token or a wish for a kind of content.
    pub async fn get_text_with(
        &self,
        url: &str,
        options: GetOptions<'_>,
    ) -> Result<Fetched<String>, HttpError> {
        match self.get_bytes_with(url, options).await? {
            Fetched::NotModified => Ok(Fetched::NotModified),
            Fetched::Body { body, etag, content_type, final_url } => {
                let not_text = |_| HttpError::NotText { url: final_url.clone() };
                let mut body = String::from_utf8(body).map_err(not_text)?;
                if body.starts_with('\u{feff}') {
                    body.drain(..'\u{feff}'.len_utf8());
                }
                Ok(Fetched::Body { body, etag, content_type, final_url })
            }
        }
    }

    /// The same client, reading at most so many bytes.
    pub(crate) fn with_max_body(&self, max_body: usize) -> Http {
        Http { max_body, ..self.clone() }
    }

    /// Reads bytes.
    pub async fn get_bytes_with(
        &self,
        url: &str,
        options: GetOptions<'_>,
    ) -> Result<Fetched<Vec<u8>>, HttpError> {
        self.receive(url, options).await?.fetched()
    }

    /// Reads an answer with its head, whatever its status; the body of a success only.
    pub(crate) async fn receive(
        &self,
        url: &str,
        options: GetOptions<'_>,
    ) -> Result<Received, HttpError> {
        let parsed = Url::parse(url).map_err(|error| HttpError::Invalid {
            url: crate::redact::redact(url),
            reason: error.to_string(),
        })?;
        self.guard.check_url(&parsed)?;
        let shown = shown(&parsed);
        let mut request = self.client.get(parsed).headers(headers(&shown, options)?);
        if let Some(auth) = options.auth {
            request = auth.sign(request);
        }
        let mut response = request.send().await.map_err(|error| from_reqwest(&shown, &error))?;
        let mut received = Received {
            status: response.status(),
            headers: response.headers().clone(),
            final_url: without_secrets(response.url().clone()),
            conditional: options.etag.is_some(),
            body: Vec::new(),
            url: shown.clone(),
        };
        if !received.status.is_success() {
            return Ok(received);
        }
        let too_large = || HttpError::TooLarge { url: shown.clone(), limit: self.max_body };
        if response.content_length().is_some_and(|length| length > self.max_body as u64) {
            return Err(too_large());
        }
        while let Some(chunk) =
            response.chunk().await.map_err(|error| from_reqwest(&shown, &error))?
        {
            if received.body.len() + chunk.len() > self.max_body {
                return Err(too_large());
            }
            received.body.extend_from_slice(&chunk);
        }
        Ok(received)
    }
}

/// An answer with its head.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The address that was asked for, as it is shown.
    pub(crate) url: String,
    final_url: String,
    conditional: bool,
    body: Vec<u8>,
}

impl Received {
    /// What it brought, or what its status says is wrong.
    pub(crate) fn fetched(self) -> Result<Fetched<Vec<u8>>, HttpError> {
        if self.status == StatusCode::NOT_MODIFIED && self.conditional {
            return Ok(Fetched::NotModified);
        }
        if !self.status.is_success() {
            return Err(of_status(&self.url, self.status, &self.headers));
        }
        let text = |name| self.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        Ok(Fetched::Body {
            etag: text(ETAG),
            content_type: text(reqwest::header::CONTENT_TYPE),
            final_url: self.final_url,
            body: self.body,
        })
    }
}

fn headers(shown: &str, options: GetOptions<'_>) -> Result<HeaderMap, HttpError> {
    let mut headers = HeaderMap::new();
    let mut set = |name, value: Option<&str>, what: &str| {
        let Some(value) = value else { return Ok(()) };
        let value = HeaderValue::from_str(value).map_err(|_| HttpError::Invalid {
            url: shown.to_owned(),
            reason: format!("the {what} sent along holds characters that a header cannot"),
        })?;
        headers.insert(name, value);
        Ok(())
    };
    set(IF_NONE_MATCH, options.etag, "etag")?;
    set(ACCEPT, options.accept, "kind of content")?;
    Ok(headers)
}

fn redirect_refused(guard: &Guard, to: &Url, before: &[Url], max: usize) -> Option<HttpError> {
    if before.len() > max {
        return Some(HttpError::TooManyRedirects { url: shown(&before[0]), limit: max });
    }
    let from = before.last()?;
    if from.scheme() == "https" && to.scheme() == "http" {
        return Some(HttpError::Refused {
            url: shown(to),
            reason: format!("{} redirects from https to http", shown(from)),
        });
    }
    guard.check_url(to).err()
}

/// The address as it is shown in messages: no user, no query (tokens live there), no fragment.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    without_secrets(url)
}

fn without_secrets(mut url: Url) -> String {
    // These fail only for addresses that can hold neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url.into()
}
