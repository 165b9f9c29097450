//! The relations of one entity, page by page.

use crate::Catalog;
use access::{OpContext, Permission};
use model::entity::{Entity, EntityRelation};
use model::{Error, Result};

/// Which relations are asked for.
#[derive(Debug, Clone, Default)]
pub struct RelationsRequest {
    /// Of this type only, such as `ownedBy`.
    pub relation_type: Option<String>,
    /// At most so many.
    pub limit: usize,
    /// What the page before said.
    pub after: Option<String>,
}

/// A page of relations, by type and target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelationPage {
    /// The relations.
    pub items: Vec<EntityRelation>,
    /// How many there are altogether.
    pub total_items: usize,
    /// For the page after this one.
    pub next_cursor: Option<String>,
}

impl Catalog {
    /// Relations of an entity that was read before.
    pub fn entity_relations(
        &self,
        op: &OpContext,
        entity: &Entity,
        request: &RelationsRequest,
    ) -> Result<RelationPage> {
        op.authorize(Permission::CatalogEntityRead)?;
        page(&entity.relations, request)
    }
}

/// Relations come sorted by type and target, so a place among them is the relation before it.
fn page(relations: &[EntityRelation], request: &RelationsRequest) -> Result<RelationPage> {
    let after = request.after.as_deref().map(decode).transpose()?;
    let wanted = request.relation_type.as_deref();
    let of_type =
        |relation: &&EntityRelation| wanted.is_none_or(|wanted| wanted == relation.relation_type);
    let found: Vec<&EntityRelation> = relations.iter().filter(of_type).collect();
    let start = after.map_or(0, |after| found.partition_point(|relation| **relation <= after));
    let rest = &found[start..];
    let items: Vec<EntityRelation> =
        rest.iter().take(request.limit).map(|relation| (*relation).clone()).collect();
    let more = rest.len() > items.len();
    let next_cursor = items.last().filter(|_| more).map(encode);
    Ok(RelationPage { items, total_items: found.len(), next_cursor })
}

fn encode(relation: &EntityRelation) -> String {
    format!("{} {}", relation.relation_type, relation.target_ref)
}

fn decode(cursor: &str) -> Result<EntityRelation> {
    let (relation_type, target_ref) = cursor.split_once(' ').ok_or_else(|| {
        Error::invalid("Malformed cursor: expected the cursor of an earlier page of relations")
    })?;
    Ok(EntityRelation {
        relation_type: relation_type.to_owned(),
        target_ref: target_ref.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(relation_type: &str, target_ref: &str) -> EntityRelation {
        EntityRelation { relation_type: relation_type.into(), target_ref: target_ref.into() }
    }

    #[test]
    fn pages_follow_one_another_even_when_a_relation_goes() {
        let mut relations = vec![
            relation("dependsOn", "component:default/a"),
            relation("dependsOn", "component:default/b"),
            relation("dependsOn", "component:default/c"),
            relation("ownedBy", "group:default/team"),
        ];
        let mut request =
            RelationsRequest { relation_type: Some("dependsOn".into()), limit: 2, after: None };
        let first = page(&relations, &request).expect("a page");
        assert_eq!((first.items.as_slice(), first.total_items), (&relations[..2], 3));
        // The one the place is named after goes.
        relations.remove(1);
        request.after = first.next_cursor;
        let second = page(&relations, &request).expect("a page");
        assert_eq!(second.items, [relation("dependsOn", "component:default/c")]);
        assert_eq!(second.next_cursor, None);
        request.after = Some("nonsense".into());
        assert!(page(&relations, &request).is_err());
    }
}
