//! Looks at an entity that somebody is writing, without keeping it.

use crate::Catalog;
use access::{OpContext, Permission};
use catalog_ingest::rules::LocationType;
use model::Result;
use model::validation::{Report, Strictness, reference, validate};
use serde_json::Value;

impl Catalog {
    /// What is wrong with an entity that would stand at this location (`url:<address>`); nothing
    /// when it is as it should be.
    pub fn entity_validate(
        &self,
        op: &OpContext,
        entity: &Value,
        location: &str,
    ) -> Result<Option<Report>> {
        op.authorize(Permission::CatalogEntityValidate)?;
        activity::note_read(op, "entity-validate", "", clients::redact::redact(location));
        if let Some(message) = bad_location(location) {
            return Ok(Some(Report { name: "TypeError".to_owned(), message, cause: None }));
        }
        let entity_ref = reference(entity).unwrap_or_default();
        let kinds = self.state(op)?.kinds();
        let violations = validate(entity.clone(), Strictness::Exact, kinds.kinds()).err();
        let first = violations.and_then(|found| found.into_iter().next());
        Ok(first.map(|violation| violation.report(&entity_ref)))
    }
}

fn bad_location(location: &str) -> Option<String> {
    let parts = location.split_once(':').map(|(kind, target)| (kind.trim(), target.trim()));
    match parts {
        Some((kind, target)) if !kind.is_empty() && !target.is_empty() => {
            (LocationType::parse(kind) != Some(LocationType::Url)).then(|| {
                format!(
                    "Invalid location ref '{location}', only 'url:<target>' is supported, e.g. \
                     'url:https://host/path'"
                )
            })
        }
        _ => Some(format!(
            "Unable to parse location ref '{location}', expected '<type>:<target>', e.g. \
             'url:https://host/path'"
        )),
    }
}
