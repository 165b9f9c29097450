//! Forms whose fields are not known beforehand: those of templates.

use crate::middleware::RequestContext;
use crate::state::AppState;
use access::OpContext;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use model::Error;
use model::template::template_path;
use scaffolder::Started;

/// `POST /create/start`: starts a run, or leads back to the form with what was typed.
pub async fn start_task(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let template = fields.iter().find(|(name, _)| name == "template_ref");
    let Some((_, template_ref)) = template.cloned() else {
        let error =
            Error::invalid("The form names no template. Open it from Create and try again.");
        return crate::rest::error_response(&error, &context);
    };
    let typed = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("f.")?.to_owned(), value)))
        .collect();
    let base = &context.base_path;
    match state.portal.scaffolder.task_submit(&op, &template_ref, typed).await {
        Ok(Started::Task(id)) => Redirect::to(&format!("{base}/create/tasks/{id}")).into_response(),
        Ok(Started::Draft(id)) => {
            let path = template_path(&template_ref);
            Redirect::to(&format!("{base}{path}?draft={id}")).into_response()
        }
        Err(error) => crate::rest::error_response(&error, &context),
    }
}
