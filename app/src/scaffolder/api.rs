//! What the pages of templates and runs ask the services.

use crate::error::AppError;
use leptos::server;
use model::entity_ref::EntityRef;
use model::task::{TaskSummary, TaskView};
use model::template::{TemplateForm, TemplateSummary};

/// Every template.
#[server(prefix = "/fn", endpoint = "scaffolder/template_list")]
pub async fn template_list() -> Result<Vec<TemplateSummary>, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.scaffolder.template_list(&op) }).await
}

/// The form of one template, with what was typed before when `draft` names it, or with the values
/// of the run that `run` names.
#[server(prefix = "/fn", endpoint = "scaffolder/form_get")]
pub async fn form_get(
    template_ref: EntityRef,
    draft: Option<String>,
    run: Option<String>,
) -> Result<TemplateForm, AppError> {
    crate::backend::run_page(|portal, op| async move {
        let scaffolder = &portal.scaffolder;
        let template_ref = template_ref.to_string();
        match run {
            Some(run) => scaffolder.template_form_again(&op, &template_ref, &run).await,
            None => scaffolder.template_form(&op, &template_ref, draft.as_deref()).await,
        }
    })
    .await
}

/// The newest runs.
#[server(prefix = "/fn", endpoint = "scaffolder/task_list")]
pub async fn task_list(mine: bool) -> Result<Vec<TaskSummary>, AppError> {
    crate::backend::run_page(
        |portal, op| async move { portal.scaffolder.task_list(&op, mine).await },
    )
    .await
}

/// One run.
#[server(prefix = "/fn", endpoint = "scaffolder/task_get")]
pub async fn task_get(id: String) -> Result<TaskView, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.scaffolder.task_get(&op, &id).await })
        .await
}

/// Stops a run.
#[server(prefix = "/fn", endpoint = "scaffolder/task_cancel")]
pub async fn task_cancel(id: String) -> Result<(), AppError> {
    crate::backend::run(|portal, op| async move { portal.scaffolder.task_cancel(&op, &id).await })
        .await
}
