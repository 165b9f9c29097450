//! Refuses writes that another site makes a browser send.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// A request that may change something and carries cookies must come from the portal's own pages.
///
/// Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; what says neither is refused.
pub async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || from_own_pages(request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!(http.path = request.uri().path(), "refused a write from another site");
    (
        StatusCode::FORBIDDEN,
        "This request did not come from the portal's own pages, so nothing was changed. Open the \
         portal and try again there.\n",
    )
        .into_response()
}

fn from_own_pages(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let (Some(origin), Some(host)) = (text("origin"), headers.get(header::HOST)) else {
        return false;
    };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some() && authority == host.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &str)], expected: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header value"));
        }
        assert_eq!(from_own_pages(&map), expected, "{headers:?}");
    }

    #[test]
    fn only_the_portals_own_pages_may_write() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("host", "portal:3000"), ("origin", "http://portal:3000")], true);
        check(&[("host", "portal:3000"), ("origin", "http://evil")], false);
        check(&[("host", "portal:3000"), ("origin", "null")], false);
        check(&[("host", "portal:3000")], false);
    }
}
