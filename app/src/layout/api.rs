//! What the palette asks the server.

use crate::error::AppError;
use leptos::prelude::*;
use model::catalog::EntityLink;

/// The best hits for what was typed: templates, then everything else of the catalog.
#[server(prefix = "/fn", endpoint = "palette/find")]
pub async fn palette_find(text: String) -> Result<(Vec<EntityLink>, Vec<EntityLink>), AppError> {
    const TEMPLATES: usize = 5;
    const ENTITIES: usize = 12;
    crate::backend::run(|portal, op| async move {
        let templates = portal.catalog.entity_find(&op, &text, &["template"], TEMPLATES)?;
        let mut entities = portal.catalog.entity_find(&op, &text, &[], ENTITIES + TEMPLATES)?;
        // A template leads to its form, and stands there once.
        entities.retain(|found| !templates.contains(found));
        entities.truncate(ENTITIES);
        Ok((templates, entities))
    })
    .await
}
