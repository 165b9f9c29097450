//! The overview of the administration: figures of what is there and of what needs somebody.

use crate::Catalog;
use crate::store::history;
use access::{OpContext, Permission};
use catalog_index::list::is_listed;
use model::Result;
use model::administration::{AdministrationOverview, KindCounts, PendingCounts, SourceCounts};
use model::kind::KINDS;
use model::source::{SourceState, SourceView};

impl Catalog {
    /// Figures for administrators. Each part keeps its own permission: without it the part is left
    /// out.
    pub async fn administration(&self, op: &OpContext) -> Result<AdministrationOverview> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        let mut found = AdministrationOverview {
            problems: index.problems.len() as u32,
            ..AdministrationOverview::default()
        };
        for item in &index.items {
            if !is_listed(item) {
                found.locations += 1;
                continue;
            }
            found.entities += 1;
            found.broken += u32::from(!item.facts.errors().is_empty());
            found.orphaned += u32::from(item.flags.orphan);
        }
        if op.authorize(Permission::CatalogLocationRead).is_ok() {
            found.sources = Some(count_sources(&self.source_list(op)?.sources));
        }
        if op.authorize(Permission::CatalogRemovalDecide).is_ok() {
            found.pending = Some(PendingCounts {
                refreshes: index.held.len() as u32,
                entities: index.held.iter().map(|row| row.entity_refs.len() as u32).sum(),
            });
        }
        if op.authorize(Permission::CatalogEntityRestore).is_ok() {
            found.removed = Some(history::removed_count(op.db()).await? as u32);
        }
        if op.authorize(Permission::CatalogKindRead).is_ok() {
            let own = self.kind_looks(op)?.len() as u32;
            found.kinds = Some(KindCounts { own, built_in: KINDS.len() as u32 });
        }
        Ok(found)
    }
}

fn count_sources(sources: &[SourceView]) -> SourceCounts {
    let mut counts = SourceCounts { total: sources.len() as u32, ..SourceCounts::default() };
    for source in sources {
        let count = match source.state {
            SourceState::Error => &mut counts.error,
            SourceState::Held => &mut counts.held,
            SourceState::Ok if source.last_run.is_none() => &mut counts.waiting,
            SourceState::Ok => &mut counts.ok,
        };
        *count += 1;
    }
    counts
}
