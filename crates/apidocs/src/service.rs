//! The definition of an entity, for those who may read it.

use crate::outline::outline;
use access::{OpContext, Permission};
use catalog::Catalog;
use model::api_definition::{ApiDefinition, ApiQuery};
use model::entity_ref::EntityRef;
use model::{Error, Result};
use std::sync::Arc;

/// Definitions of APIs.
pub struct ApiDocs {
    catalog: Arc<Catalog>,
}

/// A definition as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionFile {
    /// What to call it.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl ApiDocs {
    /// A service over a catalog.
    pub fn new(catalog: Arc<Catalog>) -> ApiDocs {
        ApiDocs { catalog }
    }

    /// What the page of an API shows of its definition.
    pub async fn definition(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
        query: ApiQuery,
    ) -> Result<ApiDefinition> {
        op.authorize(Permission::CatalogEntityRead)?;
        let (r#type, text) = self.text(op, entity_ref)?;
        let work = move || outline(&r#type, &text, &query);
        tokio::task::spawn_blocking(work).await.map_err(|error| {
            tracing::error!("a definition could not be read: {error}");
            Error::internal("")
        })
    }

    /// The definition as it was written.
    pub fn file(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<DefinitionFile> {
        op.authorize(Permission::CatalogEntityRead)?;
        let (r#type, text) = self.text(op, entity_ref)?;
        let json = text.trim_start().starts_with(['{', '[']);
        let ending = match r#type.as_str() {
            "graphql" => "graphql",
            "grpc" => "proto",
            "openapi" | "asyncapi" if json => "json",
            "openapi" | "asyncapi" => "yaml",
            _ => "txt",
        };
        Ok(DefinitionFile { name: format!("{}.{ending}", entity_ref.name), text })
    }

    fn text(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<(String, String)> {
        let entity = self.catalog.entity_get(op, entity_ref)?;
        let text = entity.spec_str("definition").ok_or_else(|| {
            Error::not_found(format!(
                "{entity_ref} has no definition: expected a text at `spec.definition`"
            ))
        })?;
        Ok((entity.spec_str("type").unwrap_or_default().to_lowercase(), text.to_owned()))
    }
}
