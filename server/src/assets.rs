//! The site's files: embedded in the executable, or read from a folder in development.

use crate::embedded;
use app::shell::Assets;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Finds and serves the site's files.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

enum Inner {
    Embedded(Box<Embedded>),
    Folder(PathBuf),
}

struct Embedded {
    manifest: Manifest,
    files: HashMap<&'static str, &'static [u8]>,
    assets: OnceLock<Arc<Assets>>,
}

/// Written by the build beside the files.
#[derive(Debug, Clone, Default, Deserialize)]
struct Manifest {
    js: String,
    wasm: String,
    css: String,
    /// The programs of each part of the portal.
    #[serde(default)]
    parts: BTreeMap<String, Vec<String>>,
    files: HashMap<String, File>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct File {
    r#type: String,
    #[serde(default)]
    immutable: bool,
    #[serde(default)]
    br: bool,
    #[serde(default)]
    gz: bool,
}

impl Site {
    /// The files inside the executable, or those of `folder` when one is named.
    pub fn open(folder: Option<PathBuf>) -> Result<Site, String> {
        if let Some(folder) = folder {
            let site = Site(Arc::new(Inner::Folder(folder)));
            site.manifest()?;
            return Ok(site);
        }
        let files: HashMap<_, _> = embedded::SITE.iter().copied().collect();
        let manifest = match files.get("manifest.json") {
            Some(text) => serde_json::from_slice(text).map_err(|error| error.to_string())?,
            None => {
                return Err("This executable was built without the site's files. Build it with \
                            `cargo xtask build`, or name their folder with --site."
                    .to_owned());
            }
        };
        Ok(Site(Arc::new(Inner::Embedded(Box::new(Embedded {
            manifest,
            files,
            assets: OnceLock::new(),
        })))))
    }

    /// What the document needs of the site.
    pub fn assets(&self) -> Arc<Assets> {
        match &*self.0 {
            Inner::Embedded(own) => own.assets.get_or_init(|| self.collect()).clone(),
            // In development it may have changed.
            Inner::Folder(_) => self.collect(),
        }
    }

    fn collect(&self) -> Arc<Assets> {
        let manifest = self.manifest().unwrap_or_default();
        let folder = manifest.js.rsplit_once('/').map_or("", |(folder, _)| folder);
        let css = self.read(&manifest.css).unwrap_or_default();
        Arc::new(Assets {
            js: manifest.js.clone(),
            wasm: manifest.wasm.clone(),
            css: String::from_utf8_lossy(&css).into_owned(),
            parts: manifest.parts.clone(),
            parts_js: format!("{folder}/parts.js"),
        })
    }

    /// Changes whenever a file of the site does; the browser reloads on it in development.
    pub fn version(&self) -> String {
        let manifest = self.manifest().unwrap_or_default();
        format!("{}{}{}", manifest.js, manifest.wasm, manifest.css)
    }

    fn manifest(&self) -> Result<Cow<'_, Manifest>, String> {
        match &*self.0 {
            Inner::Embedded(own) => Ok(Cow::Borrowed(&own.manifest)),
            Inner::Folder(folder) => {
                let path = folder.join("manifest.json");
                let text = std::fs::read(&path).map_err(|error| {
                    format!("{} cannot be read ({error}). Build the site first.", path.display())
                })?;
                serde_json::from_slice(&text).map(Cow::Owned).map_err(|error| error.to_string())
            }
        }
    }

    fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        let name = name.trim_start_matches('/');
        match &*self.0 {
            Inner::Embedded(own) => own.files.get(name).map(|bytes| Cow::Borrowed(*bytes)),
            Inner::Folder(folder) => std::fs::read(folder.join(name)).ok().map(Cow::Owned),
        }
    }
}

/// `GET` of any file the manifest lists. Names come from the manifest, so nothing else is in reach.
pub async fn serve(State(site): State<Site>, uri: Uri, headers: HeaderMap) -> Response {
    let Ok(manifest) = site.manifest() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(file) = manifest.files.get(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let accepts = |name: &str| {
        accepted.is_some_and(|list| {
            list.split(',').any(|item| item.split(';').next().is_some_and(|it| it.trim() == name))
        })
    };
    let (suffix, encoding) = match () {
        () if file.br && accepts("br") => (".br", Some("br")),
        () if file.gz && accepts("gzip") => (".gz", Some("gzip")),
        () => ("", None),
    };
    let Some(bytes) = site.read(&format!("{}{suffix}", uri.path())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let body = match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&file.r#type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    let caching =
        if file.immutable { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
