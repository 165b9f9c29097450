//! `proxy`: other services behind this one. Read and checked; calls are not passed on yet.

use super::macros::section;
use super::reader::Reader;
use super::schema::{Key, Section, Shape};
use super::setting::{MapKey, Setting};
use super::tree::{Entry, Tree, Value};
use super::values::Untyped;
use super::values::WebUrl;
use std::collections::BTreeMap;

/// Other services behind this one.
#[derive(Debug, Clone, Default)]
pub struct Proxy {
    /// The services, by the first part of their path.
    pub endpoints: BTreeMap<String, Endpoint>,
}

section! {
    /// A service behind this one.
    pub struct Endpoint {
        /// Its address.
        target("target"): WebUrl, example "https://metrics.example.com/api";
        /// Headers that are sent along. Variables in them are not asked for before calls are passed on.
        headers("headers"): BTreeMap<String, Untyped>, example "{Authorization: \"Bearer ${METRICS_TOKEN}\"}";
        /// Methods that are passed on; all of them when left out.
        allowed_methods("allowedMethods"): Vec<String>, example "[GET]";
        /// Headers of the caller that are passed on beside the harmless ones.
        allowed_headers("allowedHeaders"): Vec<String>, example "[X-Trace]";
        /// What is replaced in the path: patterns and what takes their place.
        path_rewrite("pathRewrite"): BTreeMap<String, String>, example "{\"^/api/proxy/metrics\": /}";
        /// Whether the service sees its own host name.
        change_origin("changeOrigin"): bool = "true";
        /// Whether the service's certificate has to be good.
        secure("secure"): bool = "true";
        /// Who may call it: `require`, `forward` or `dangerously-allow-unauthenticated`.
        credentials("credentials"): String = "require";
    }
    unused {
        "followRedirects": "",
        "logLevel": "",
        "timeout": "",
        "proxyTimeout": "",
        "ws": "",
        "xfwd": "",
        "agent": "",
        "auth": "",
        "cookieDomainRewrite": "",
        "cookiePathRewrite": "",
    }
}

type Endpoints = BTreeMap<ProxyPath, AddressOrEndpoint>;

/// The first part of a path.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ProxyPath(String);

impl MapKey for ProxyPath {
    const NAME: &'static str = "path";

    fn parse(text: &str) -> Result<Self, String> {
        match text.starts_with('/') {
            true => Ok(ProxyPath(text.to_owned())),
            false => Err("expected a path that begins with `/`. Write `/` before it.".to_owned()),
        }
    }
}

/// A service, or its address alone.
struct AddressOrEndpoint(Endpoint);

impl Setting for AddressOrEndpoint {
    fn shape() -> Shape {
        Shape::Either(vec![WebUrl::shape(), Endpoint::shape()])
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        if !reader.is_text(tree) {
            return Endpoint::read(tree, reader).map(AddressOrEndpoint);
        }
        let place = tree.place.clone();
        let target = Entry { key: "target".to_owned(), place: place.clone(), value: tree.clone() };
        let endpoint = Tree { value: Value::Map(vec![target]), place };
        Endpoint::read(&endpoint, reader).map(AddressOrEndpoint)
    }
}

impl Setting for Proxy {
    const REQUIRED: bool = false;

    fn shape() -> Shape {
        static SECTION: Section = Section {
            doc: &[
                "Other services behind this one. Read and checked; calls are not passed on yet.",
            ],
            keys: &[Key {
                name: "endpoints",
                doc: &["The services, by the first part of their path. Backstage's older form \
                        without `endpoints` is read too."],
                shape: Endpoints::shape,
                required: false,
                default: None,
                example: Some("{/metrics: https://metrics.example.com/api}"),
            }],
            unused: &[
                super::schema::Unused { name: "skipInvalidProxies", note: "" },
                super::schema::Unused { name: "reviveConsumedRequestBodies", note: "" },
            ],
        };
        Shape::Object(&SECTION)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        let Shape::Object(section) = Proxy::shape() else { return None };
        let entries = reader.entries(tree)?;
        // In the older form the paths stand beside the other keys.
        let (old, rest): (Vec<_>, Vec<_>) =
            entries.iter().cloned().partition(|entry| entry.key.starts_with('/'));
        let rest = Tree { value: Value::Map(rest), place: tree.place.clone() };
        let old = Tree { value: Value::Map(old), place: tree.place.clone() };
        reader.object(&rest, section)?;
        let endpoints = reader.key(rest.entries()?, &tree.place, "endpoints", None);
        let old = Endpoints::read(&old, reader);
        let read: Endpoints = endpoints?;
        let endpoints: BTreeMap<String, Endpoint> =
            read.into_iter().chain(old?).map(|(path, entry)| (path.0, entry.0)).collect();
        if !endpoints.is_empty() {
            reader.warn(&tree.place, "calls are not passed on yet: that comes later.");
        }
        Some(Proxy { endpoints })
    }

    fn absent(_: &super::place::Place, _: &mut Reader<'_>) -> Option<Self> {
        Some(Proxy::default())
    }
}
