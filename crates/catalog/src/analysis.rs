//! What could be registered at an address: descriptors that are known there, or a first draft.

use crate::Catalog;
use crate::item::Item;
use access::{OpContext, Permission};
use bytes::Bytes;
use model::{Error, Result};
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;

/// What could be registered at an address.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Entities that the catalog has from there: where each is described, and its JSON.
    pub existing: Vec<(String, Bytes)>,
    /// Drafts of entities for a repository that describes none.
    pub drafts: Vec<Value>,
}

/// The annotation that names a repository, by host.
const SLUGS: [(&str, &str); 4] = [
    ("github.com", "github.com/project-slug"),
    ("gitlab.com", "gitlab.com/project-slug"),
    ("bitbucket.org", "bitbucket.org/project-slug"),
    ("dev.azure.com", "dev.azure.com/project-repo"),
];

impl Catalog {
    /// Looks at the address of a repository or of a file in one.
    pub fn location_analyze(&self, op: &OpContext, target: &str) -> Result<Analysis> {
        op.authorize(Permission::CatalogLocationAnalyze)?;
        activity::note_read(op, "location-analyze", "", target);
        let url = Url::parse(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| Error::invalid("The given location.target is not a URL"))?;
        let index = self.state(op)?.index();
        let start = format!("url:{}/", target.trim_end_matches('/').trim_end_matches(".git"));
        let from_there = |item: &&Arc<Item>| {
            item.facts.origin.location.starts_with(&start)
                || *item.facts.origin.location == start[..start.len() - 1]
        };
        let existing: Vec<(String, Bytes)> = index
            .items
            .iter()
            .filter(from_there)
            .filter(|item| !item.is_kind("location"))
            .map(|item| (item.facts.origin.location.to_string(), item.json()))
            .collect();
        let drafts = if existing.is_empty() { draft(&url) } else { None };
        Ok(Analysis { existing, drafts: drafts.into_iter().collect() })
    }
}

/// A component named after the repository.
fn draft(url: &Url) -> Option<Value> {
    let mut parts = url.path_segments()?.filter(|part| !part.is_empty());
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.trim_end_matches(".git");
    let mut entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name},
        "spec": {"type": "other", "lifecycle": "unknown"},
    });
    let slug = SLUGS.iter().find(|(host, _)| url.host_str() == Some(host));
    if let Some((_, annotation)) = slug {
        entity["metadata"]["annotations"] = json!({*annotation: format!("{owner}/{name}")});
    }
    Some(entity)
}
