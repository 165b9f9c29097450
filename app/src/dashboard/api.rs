//! What the dashboard asks the services.

use crate::error::AppError;
use leptos::server;
use model::changes::ChangeList;
use model::dashboard::{DashboardLayout, NeedsYou, WidgetData, WidgetKind};
use model::dora::DoraReport;

/// The dashboard as the person customized it.
#[server(prefix = "/fn", endpoint = "dashboard/layout_get")]
pub async fn layout_get() -> Result<DashboardLayout, AppError> {
    crate::backend::run(|portal, op| async move { portal.insights.layout_get(&op).await }).await
}

/// Changes the arrangement: `kind` names a widget, `change` what happens to it; `reset` goes back
/// to the shipped one.
#[server(prefix = "/fn", endpoint = "dashboard/layout_change")]
pub async fn layout_change(kind: String, change: String) -> Result<DashboardLayout, AppError> {
    crate::backend::run(|portal, op| async move {
        portal.insights.layout_change(&op, &kind, &change).await
    })
    .await
}

/// What a widget shows.
#[server(prefix = "/fn", endpoint = "dashboard/widget_get")]
pub async fn widget_get(kind: WidgetKind) -> Result<WidgetData, AppError> {
    crate::backend::run(|portal, op| async move {
        Ok(match kind {
            WidgetKind::Dora => WidgetData::Dora(portal.insights.dora_figures(&op).await?),
            WidgetKind::Catalog => WidgetData::Catalog(portal.catalog.personal_summary(&op).await?),
            WidgetKind::Techdocs => WidgetData::Techdocs(portal.techdocs.summary(&op).await?),
            WidgetKind::WorldClock => WidgetData::WorldClock(portal.insights.clock(&op)?),
            WidgetKind::RepositoryActivity => {
                WidgetData::RepositoryActivity(portal.insights.repository(&op).await?)
            }
        })
    })
    .await
}

/// What waits for the person who looks.
#[server(prefix = "/fn", endpoint = "dashboard/needs_get")]
pub async fn needs_get() -> Result<NeedsYou, AppError> {
    crate::backend::run(|portal, op| async move { portal.needs_you(&op).await }).await
}

/// The newest changes of the catalog since this time yesterday.
#[server(prefix = "/fn", endpoint = "dashboard/changed_since_yesterday")]
pub async fn changed_since_yesterday() -> Result<ChangeList, AppError> {
    crate::backend::run(|portal, op| async move { portal.changed_since_yesterday(&op).await }).await
}

/// The delivery figures with the rows behind them.
#[server(prefix = "/fn", endpoint = "dashboard/dora_rows")]
pub async fn dora_rows() -> Result<DoraReport, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.insights.dora(&op).await }).await
}
