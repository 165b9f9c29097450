//! Which entity has documentation, who may read it, and the pages themselves.

use crate::{ImageHosts, Links, Site, markdown};
use access::{OpContext, Permission};
use catalog::Catalog;
use model::docs::{DocsSummary, DocsSummarySite, DocsView};
use model::entity::Entity;
use model::entity_ref::EntityRef;
use model::provenance::Provenance;
use model::{Error, Result};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The annotation that says where documentation lies.
const REF: &str = "backstage.io/techdocs-ref";
/// The annotation that says whose documentation is shown instead.
const ENTITY: &str = "backstage.io/techdocs-entity";

/// How documentation is shown.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Hosts whose images are shown in pages; of other hosts there is a link.
    pub images: Arc<ImageHosts>,
}

/// Documentation sites of entities.
pub struct TechDocs {
    catalog: Arc<Catalog>,
    settings: Settings,
    /// Sites read lately, by tenant and entity: listing a folder for every page would be waste.
    open: Mutex<HashMap<(String, String), OpenSite>>,
}

struct OpenSite {
    site: Arc<Site>,
    root: PathBuf,
    at: Instant,
}

/// How long a site is taken from memory; a change of its files shows after this.
const MAX_AGE: Duration = Duration::from_secs(2);

/// A bound on the memory for sites.
const MAX_OPEN: usize = 200;

impl TechDocs {
    /// A service over a catalog.
    pub fn new(catalog: Arc<Catalog>, settings: Settings) -> TechDocs {
        TechDocs { catalog, settings, open: Mutex::default() }
    }

    /// Every site, and how much of the catalog has one.
    pub async fn summary(&self, op: &OpContext) -> Result<DocsSummary> {
        op.authorize(Permission::CatalogEntityRead)?;
        let entities = self.catalog.documentable(op)?;
        let (with, without): (Vec<Entity>, Vec<Entity>) = entities.into_iter().partition(has_docs);
        let mut sites = Vec::new();
        for entity in with.iter().filter(|entity| entity.annotation(REF).is_some_and(is_set)) {
            let site = self.site(op, entity).await;
            sites.push(DocsSummarySite {
                entity_ref: entity.entity_ref().to_string(),
                title: site.as_ref().map_or(entity.display_name(), |site| site.title()).to_owned(),
                last_built: site.ok().map(|site| site.info().built_at),
            });
        }
        sites.sort_by(|a, b| b.last_built.cmp(&a.last_built).then_with(|| a.title.cmp(&b.title)));
        Ok(DocsSummary {
            sites,
            with_docs: with.len() as u32,
            without_docs: without.len() as u32,
            provenance: Provenance {
                source: "the catalog and its sources".to_owned(),
                as_of: access::now(),
            },
        })
    }

    /// One page with the site around it.
    pub async fn page(&self, op: &OpContext, entity_ref: &str, path: &str) -> Result<DocsView> {
        op.authorize(Permission::CatalogEntityRead)?;
        let entity = self.entity(op, entity_ref)?;
        let site = self.site(op, &entity).await?;
        let link = self.catalog.entity_link(op, &entity.entity_ref())?;
        let base_path = base_path(&entity.entity_ref());
        // Addresses within a page begin with the tenant's prefix, which the caller's base says.
        let links = links(op, &entity.entity_ref());
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || {
            let page = site.page(&path, &links)?;
            Ok(DocsView { entity: link, base_path, site: site.info(), page })
        })
        .await
        .map_err(|_| Error::internal(""))?
    }

    /// A file of a site: bytes and content type.
    pub async fn asset(
        &self,
        op: &OpContext,
        entity_ref: &str,
        path: &str,
    ) -> Result<(Vec<u8>, &'static str)> {
        op.authorize(Permission::CatalogEntityRead)?;
        let entity = self.entity(op, entity_ref)?;
        let site = self.site(op, &entity).await?;
        let path = path.to_owned();
        let asset = tokio::task::spawn_blocking(move || site.asset(&path))
            .await
            .map_err(|_| Error::internal(""))??;
        Ok((asset.bytes, asset.content_type))
    }

    fn entity(&self, op: &OpContext, entity_ref: &str) -> Result<Entity> {
        let found =
            EntityRef::parse(entity_ref).map_err(|error| Error::invalid(error.to_string()))?;
        let entity = self.catalog.entity_get(op, &found)?;
        // One step only: documentation of documentation would go round in circles.
        let Some(other) = entity.annotation(ENTITY).filter(|text| is_set(text)) else {
            return Ok(entity);
        };
        let other = EntityRef::parse(other).map_err(|error| Error::invalid(error.to_string()))?;
        self.catalog.entity_get(op, &other)
    }

    async fn site(&self, op: &OpContext, entity: &Entity) -> Result<Arc<Site>> {
        let root = self.root(op, entity)?;
        let key = (op.tenant.name.as_str().to_owned(), entity.entity_ref().to_string());
        {
            let open = self.open.lock().expect("not poisoned");
            if let Some(known) = open.get(&key)
                && known.at.elapsed() < MAX_AGE
                && known.root == root
            {
                return Ok(known.site.clone());
            }
        }
        let title = entity.display_name().to_owned();
        let folder = root.clone();
        let site = tokio::task::spawn_blocking(move || Site::open(&folder, &title))
            .await
            .map_err(|_| Error::internal(""))??;
        let site = Arc::new(site.with_images(self.settings.images.clone()));
        let mut open = self.open.lock().expect("not poisoned");
        if open.len() >= MAX_OPEN {
            open.clear();
        }
        open.insert(key, OpenSite { site: site.clone(), root, at: Instant::now() });
        Ok(site)
    }

    /// The folder an entity's documentation lies in: within its own source, never outside.
    fn root(&self, op: &OpContext, entity: &Entity) -> Result<PathBuf> {
        let entity_ref = entity.entity_ref();
        let value = entity.annotation(REF).map(str::trim).filter(|text| !text.is_empty());
        let Some(value) = value else {
            return Err(Error::not_found(format!(
                "{entity_ref} has no documentation: its descriptor lacks the annotation {REF}."
            )));
        };
        let Some(relative) = value.strip_prefix("dir:") else {
            return Err(Error::not_found(format!(
                "The documentation of {entity_ref} is at {value}; only folders beside the \
                 descriptor (dir:.) can be shown."
            )));
        };
        let source = self.catalog.source_folder(op, &entity_ref)?;
        let folder = source.folder.canonicalize().map_err(|_| gone(&entity_ref))?;
        let root = folder.join(relative).canonicalize().map_err(|_| gone(&entity_ref))?;
        let boundary = source.root.canonicalize().map_err(|_| gone(&entity_ref))?;
        match root.starts_with(&boundary) {
            true => Ok(root),
            false => Err(Error::forbidden(format!(
                "The documentation of {entity_ref} leads out of its source ({value}), which is \
                 refused."
            ))),
        }
    }
}

/// Markdown of other places, such as a run's output, as sanitised HTML.
pub fn markdown_to_html(text: &str) -> String {
    markdown::fragment(text)
}

fn gone(entity_ref: &EntityRef) -> Error {
    Error::not_found(format!("The folder with the documentation of {entity_ref} is not there."))
}

fn is_set(text: &str) -> bool {
    !text.trim().is_empty()
}

fn has_docs(entity: &Entity) -> bool {
    [REF, ENTITY].into_iter().any(|key| entity.annotation(key).is_some_and(is_set))
}

fn base_path(entity_ref: &EntityRef) -> String {
    format!("/docs/{}/{}/{}/", entity_ref.namespace, entity_ref.kind, entity_ref.name)
        .to_lowercase()
}

fn links(op: &OpContext, entity_ref: &EntityRef) -> Links {
    let path = base_path(entity_ref);
    let files = path.replacen("/docs/", "/docs-files/", 1);
    Links::new(format!("{}{path}", op.base_path), format!("{}{files}", op.base_path))
}
