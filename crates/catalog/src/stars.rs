//! What people starred: rows of their own, beside the catalog.

use crate::Catalog;
use crate::store::personal;
use access::{OpContext, Permission};
use catalog_index::list::{Stars, etag};
use model::catalog::{CatalogSummary, EntityPage};
use model::changes::ChangesQuery;
use model::entity_ref::EntityRef;
use model::{Error, Result};

/// More stars than this help nobody.
const MAX_STARS: i64 = 1_000;

/// How many of the last changes of an entity its page names.
const RECENT_CHANGES: u32 = 5;

/// How many starred entities the widget names.
const SUMMARY_STARS: usize = 5;

impl Catalog {
    /// Stars an entity for the person who asks, or takes the star away; the latter also when the
    /// entity is gone.
    pub async fn star_set(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
        starred: bool,
    ) -> Result<()> {
        op.authorize(Permission::CatalogStarUpdate)?;
        let Some(person) = op.principal.person() else {
            return Err(Error::unauthenticated("Sign in to star entities."));
        };
        let user_ref = &person.user_ref;
        if !starred {
            personal::star_delete(op.db(), user_ref, &entity_ref.to_string()).await?;
            return Ok(());
        }
        let item = self.item(op, entity_ref)?;
        if personal::star_count(op.db(), user_ref).await? >= MAX_STARS {
            return Err(Error::conflict(format!(
                "You have starred {MAX_STARS} entities. Take some of these stars away first."
            )));
        }
        personal::star_put(op.db(), user_ref, &item.facts.entity_ref, access::now()).await?;
        Ok(())
    }

    /// The page of one entity for the person who asks.
    pub async fn entity_page(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<EntityPage> {
        op.authorize(Permission::CatalogEntityRead)?;
        let mut view = self.entity_view(op, entity_ref)?;
        let etag = view_etag(&view);
        let person = op.principal.person();
        if let Some(person) = person {
            let entity_ref = &view.row.entity.entity_ref;
            view.row.starred = personal::star_get(op.db(), &person.user_ref, entity_ref).await?;
        }
        let asked = ChangesQuery {
            entity: view.row.entity.entity_ref.clone(),
            limit: RECENT_CHANGES,
            ..ChangesQuery::default()
        };
        let recent = self.changes_without_facets(op, &asked).await?.changes;
        Ok(EntityPage { view, personal: person.is_some(), etag, recent })
    }

    /// The widget's figures with what the person who asks starred.
    pub async fn personal_summary(&self, op: &OpContext) -> Result<CatalogSummary> {
        op.authorize(Permission::CatalogEntityRead)?;
        let summary = self.summary(op)?;
        let Some(person) = op.principal.person() else { return Ok(summary) };
        let index = self.state(op)?.index();
        let stars = personal::star_all(op.db(), &person.user_ref).await?;
        let starred = stars.iter().filter_map(|found| index.get(found)).map(|item| item.link());
        Ok(CatalogSummary { starred: starred.take(SUMMARY_STARS).collect(), ..summary })
    }
}

/// What tells an entity's page from what it was before.
pub(crate) fn view_etag(view: &model::catalog::EntityView) -> String {
    // When its source was last read is no change.
    etag(&(
        (&view.row, &view.links, &view.relations, &view.annotations, &view.labels),
        (
            &view.spec,
            &view.organisation,
            &view.apis,
            &view.problems,
            &view.source,
            view.changed_at,
            &view.edits,
        ),
    ))
}

/// What somebody starred; nothing for a program.
pub(crate) async fn stars(op: &OpContext) -> Result<Stars> {
    let Some(person) = op.principal.person() else { return Ok(Stars::default()) };
    let all = personal::star_all(op.db(), &person.user_ref).await?;
    Ok(all.into_iter().collect())
}
