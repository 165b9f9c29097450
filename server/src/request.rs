//! Who and where a request is for, which every part of the server may ask.

use access::Tenant;
use axum::http::Method;
use std::ops::Deref;
use std::sync::Arc;

/// Who and where a request is for, before anybody asks who it is from.
#[derive(Clone)]
pub struct RequestContext(Arc<RequestFacts>);

impl Deref for RequestContext {
    type Target = RequestFacts;

    fn deref(&self) -> &RequestFacts {
        &self.0
    }
}

/// See [`RequestContext`].
pub struct RequestFacts {
    /// Connects what a person sees with the log.
    pub request_id: Arc<str>,
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// What stands before every path: empty, or `/t/<name>`.
    pub base_path: String,
    /// Path and query as the browser sees them, prefix included.
    pub original: String,
    /// The method.
    pub method: Method,
}

impl RequestFacts {
    /// Path and query without the tenant's prefix and, under `/api/<feature>`, without that.
    pub fn within_feature(&self) -> &str {
        let path = self.original.strip_prefix(&self.base_path).unwrap_or(&self.original);
        let rest = path.strip_prefix("/api/").and_then(|rest| Some(&rest[rest.find('/')?..]));
        rest.unwrap_or(path)
    }

    /// Where cookies of this tenant are sent.
    pub fn cookie_path(&self) -> &str {
        if self.base_path.is_empty() { "/" } else { &self.base_path }
    }
}

impl RequestContext {
    /// What is known when the request arrives.
    pub fn new(facts: RequestFacts) -> RequestContext {
        RequestContext(Arc::new(facts))
    }

    /// The same request, but for another address: a path and query as the browser sees them.
    pub fn for_page(&self, original: &str) -> RequestContext {
        RequestContext(Arc::new(RequestFacts {
            request_id: self.request_id.clone(),
            tenant: self.tenant.clone(),
            base_path: self.base_path.clone(),
            original: original.to_owned(),
            method: Method::GET,
        }))
    }
}

/// The sign-in page, which leads on to `page`.
pub fn sign_in_path(context: &RequestContext, page: &str) -> String {
    let page: String = form_urlencoded::byte_serialize(page.as_bytes()).collect();
    // Readable: a slash means nothing in the value of a query's key.
    let page = page.replace("%2F", "/");
    format!("{}/sign-in?return_to={page}", context.base_path)
}
