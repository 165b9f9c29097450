//! What the APIs of hosts of source code have in common: who asks, pages, and limits.

use crate::budget::{Budget, is_refusal};
use crate::http::{Auth, Fetched, GetOptions, Http, HttpError};
use reqwest::Url;
use reqwest::header::LINK;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The largest answer of an API, in bytes; a listing of a large tree weighs several megabytes.
const MAX_ANSWER: usize = 32 << 20;

/// The API of one host.
#[derive(Debug, Clone)]
pub struct Api {
    http: Http,
    base: Url,
    auth: Option<Auth>,
    budget: Arc<Budget>,
}

/// One page of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: T,
    /// Whether another one follows.
    pub more: bool,
    /// The etag of this version, for the next time.
    pub etag: Option<String>,
}

/// The parts of `/repos/{owner}/{repo}/…`, as GitHub and Gitea have it.
pub(crate) fn repository<'a>(
    full_name: &'a str,
    below: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let (owner, repo) = full_name.split_once('/').unwrap_or((full_name, ""));
    ["repos", owner, repo].into_iter().chain(below).collect()
}

impl Api {
    /// The API at `base`; every request is taken from the budget.
    pub fn new(
        http: &Http,
        base: &str,
        auth: Option<Auth>,
        budget: Arc<Budget>,
    ) -> Result<Api, HttpError> {
        let invalid =
            |reason: String| HttpError::Invalid { url: crate::redact::redact(base), reason };
        let base = Url::parse(base).map_err(|error| invalid(error.to_string()))?;
        if base.cannot_be_a_base() {
            return Err(invalid("expected an address that begins with https://".to_owned()));
        }
        Ok(Api { http: http.with_max_body(MAX_ANSWER), base, auth, budget })
    }

    /// Reads JSON, unless the version marked by `etag` is still the present one.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        etag: Option<&str>,
    ) -> Result<Option<Page<T>>, HttpError> {
        let url = self.address(path, query);
        let options =
            GetOptions { etag, auth: self.auth.as_ref(), accept: Some("application/json") };
        let received = self.received(&url, options).await?;
        let more = received.headers.get_all(LINK).iter().any(|link| {
            link.to_str()
                .is_ok_and(|text| text.contains("rel=\"next\"") || text.contains("rel=next"))
        });
        let url = received.url.clone();
        match received.fetched()? {
            Fetched::NotModified => Ok(None),
            Fetched::Body { body, etag, .. } => {
                let items = serde_json::from_slice(&body).map_err(|error| {
                    HttpError::NotAsDescribed { url, reason: error.to_string() }
                })?;
                Ok(Some(Page { items, more, etag }))
            }
        }
    }

    /// Reads one thing as JSON; nothing when there is no such thing, or none that may be seen.
    pub(crate) async fn one<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Option<T>, HttpError> {
        match self.json(path, query, None).await {
            Ok(page) => Ok(page.map(|page| page.items)),
            Err(HttpError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads the bytes of a file; nothing when it does not exist.
    pub(crate) async fn file(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        accept: Option<&str>,
        etag: Option<&str>,
    ) -> Result<Option<Fetched<Vec<u8>>>, HttpError> {
        let url = self.address(path, query);
        let options = GetOptions { etag, auth: self.auth.as_ref(), accept };
        match self.received(&url, options).await?.fetched() {
            Ok(fetched) => Ok(Some(fetched)),
            Err(HttpError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every part of the path is encoded, slashes in it too.
    fn address(&self, path: &[&str], query: &[(&str, &str)]) -> String {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url.into()
    }

    async fn received(
        &self,
        url: &str,
        options: GetOptions<'_>,
    ) -> Result<crate::http::Received, HttpError> {
        self.budget.take().map_err(|wait| HttpError::Budget {
            host: self.base.host_str().unwrap_or_default().to_owned(),
            retry_after_seconds: wait.as_secs() + 1,
        })?;
        let received = self.http.receive(url, options).await?;
        self.budget.note(received.status, &received.headers);
        if is_refusal(received.status, &received.headers) {
            let pause = self.budget.figures().paused_for;
            return Err(HttpError::Limited { url: received.url, retry_after_seconds: pause });
        }
        Ok(received)
    }
}
