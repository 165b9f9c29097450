//! What the dashboard asks the services.

use crate::error::AppError;
use leptos::server;
use model::catalog::CatalogSummary;
use model::clock::WorldClock;
use model::dashboard::DashboardLayout;
use model::docs::DocsSummary;
use model::dora::DoraReport;
use model::repository::RepositoryActivity;

/// The dashboard as the person arranged it.
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

/// The four keys, without the rows behind them.
#[server(prefix = "/fn", endpoint = "dashboard/dora_get")]
pub async fn dora_get() -> Result<DoraReport, AppError> {
    crate::backend::run(|portal, op| async move { portal.insights.dora_figures(&op).await }).await
}

/// The four keys with the rows behind them.
#[server(prefix = "/fn", endpoint = "dashboard/dora_rows")]
pub async fn dora_rows() -> Result<DoraReport, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.insights.dora(&op).await }).await
}

/// What is in the catalog.
#[server(prefix = "/fn", endpoint = "dashboard/catalog_get")]
pub async fn catalog_get() -> Result<CatalogSummary, AppError> {
    crate::backend::run(|portal, op| async move { portal.catalog.summary(&op) }).await
}

/// Documentation sites and coverage.
#[server(prefix = "/fn", endpoint = "dashboard/docs_get")]
pub async fn docs_get() -> Result<DocsSummary, AppError> {
    crate::backend::run(|portal, op| async move { portal.techdocs.summary(&op).await }).await
}

/// Time around the world.
#[server(prefix = "/fn", endpoint = "dashboard/clock_get")]
pub async fn clock_get() -> Result<WorldClock, AppError> {
    crate::backend::run(|portal, op| async move { portal.insights.clock(&op) }).await
}

/// What happens in the repository.
#[server(prefix = "/fn", endpoint = "dashboard/repository_get")]
pub async fn repository_get() -> Result<RepositoryActivity, AppError> {
    crate::backend::run(|portal, op| async move { portal.insights.repository(&op).await }).await
}
