//! `GET /catalog/changes.atom`: what changed in the catalog, for readers of feeds.

use crate::errors::error_response;
use crate::request::RequestContext;
use crate::state::AppState;
use access::OpContext;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use model::changes::{CatalogChange, ChangeList, ChangesQuery};
use model::time::{Timestamp, rfc3339};
use std::collections::HashMap;
use std::fmt::Write as _;

/// The newest changes that fit the same filters as those of the page.
pub async fn changes(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let query = ChangesQuery::from_address(|key| asked.get(key).cloned());
    let list = match state.portal.catalog.changes_without_facets(&op, &query).await {
        Ok(list) => list,
        Err(error) => return error_response(&error, &context),
    };
    let feed = Feed {
        base: &context.base_path,
        tenant: context.tenant.name.as_str(),
        title: format!("{}: what changed", context.tenant.branding.product_name),
        query: &query,
    };
    let mut response = feed.written(&list).into_response();
    let content_type = HeaderValue::from_static("application/atom+xml; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    let cache = HeaderValue::from_static("private, max-age=60");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

/// What a feed says of itself.
struct Feed<'a> {
    /// What stands before every path of the tenant.
    base: &'a str,
    tenant: &'a str,
    title: String,
    query: &'a ChangesQuery,
}

impl Feed<'_> {
    /// The feed as XML. Addresses are paths, which readers complete from where they read the feed:
    /// no host that a request names gets into it.
    fn written(&self, list: &ChangeList) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.query.pairs());
        let query = query.finish();
        let query = if query.is_empty() { query } else { format!("?{query}") };
        let updated = list.changes.first().map_or(Timestamp(0), |change| change.at);
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        let _ = write!(
            xml,
            "<feed xmlns=\"http://www.w3.org/2005/Atom\">\
             <id>urn:callboard:{tenant}:changes{query}</id><title>{title}</title>\
             <updated>{updated}</updated>\
             <link rel=\"self\" type=\"application/atom+xml\" \
             href=\"{base}/catalog/changes.atom{query}\"/>\
             <link rel=\"alternate\" type=\"text/html\" href=\"{base}/catalog/changes{query}\"/>",
            tenant = escaped(self.tenant),
            query = escaped(&query),
            title = escaped(&self.title),
            updated = rfc3339(updated),
            base = escaped(self.base),
        );
        for change in &list.changes {
            self.entry(&mut xml, change);
        }
        xml.push_str("</feed>\n");
        xml
    }

    fn entry(&self, xml: &mut String, change: &CatalogChange) {
        let (entity, what) = (&change.entity, change.change.name());
        let page = match entity.exists {
            true => entity.path(),
            false => "/catalog/changes".to_owned(),
        };
        let lines = match change.lines.is_empty() {
            true => format!("{} was {what}.", entity.entity_ref),
            false => change.lines.join("\n"),
        };
        // Texts cannot fail to be written.
        let _ = write!(
            xml,
            "<entry><id>urn:callboard:{tenant}:change:{id}</id><title>{title}</title>\
             <updated>{at}</updated><author><name>{author}</name></author>\
             <category term=\"{what}\"/>\
             <link rel=\"alternate\" type=\"text/html\" href=\"{base}{page}\"/>\
             <content type=\"text\">{lines}</content></entry>",
            tenant = escaped(self.tenant),
            id = change.id,
            title = escaped(&format!("{} {} {what}", entity.kind, entity.title)),
            at = rfc3339(change.at),
            author = escaped(&change.author_name),
            base = escaped(self.base),
            page = escaped(&page),
            lines = escaped(&lines),
        );
    }
}

/// Text for XML: nothing in it is markup, and what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' => safe.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::catalog::EntityLink;
    use model::history::Change;

    #[test]
    fn a_feed_holds_no_markup_of_entities() {
        let change = CatalogChange {
            id: 7,
            at: Timestamp(1_000),
            day: String::new(),
            change: Change::Changed,
            entity: EntityLink {
                entity_ref: "component:default/shop".into(),
                kind: "Component".into(),
                title: "</title><script>\u{0}\u{1b}".into(),
                exists: true,
            },
            owner: None,
            author: String::new(),
            author_name: "a & \"b\"".into(),
            author_exists: false,
            source: String::new(),
            lines: vec!["owner: <a> → b".into()],
        };
        let query = ChangesQuery { kind: "a&b\"<".into(), ..ChangesQuery::default() };
        let feed = Feed { base: "/t/x", tenant: "x", title: "C".into(), query: &query };
        let list = ChangeList { changes: vec![change], ..ChangeList::default() };
        let xml = feed.written(&list);
        assert!(!xml.contains("<script") && !xml.contains('\u{0}') && !xml.contains('\u{1b}'));
        assert!(xml.contains("href=\"/t/x/catalog/default/component/shop\""), "{xml}");
        assert!(xml.contains("kind=a%26b%22%3C"), "{xml}");
        assert!(xml.contains("<updated>1970-01-01T00:00:01Z</updated>"), "{xml}");
        assert!(xml.contains("owner: &lt;a&gt; → b"), "{xml}");
    }
}
