//! Forms that are sent as a whole page: those of templates, whose fields are not known beforehand,
//! that of a kind, and that of a descriptor to be registered.

use crate::pages;
use crate::request::RequestContext;
use crate::state::AppState;
use crate::submitted::{self, form_again};
use access::OpContext;
use app::catalog::PastedText;
use axum::Extension;
use axum::body::Body;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use catalog::KindSubmitted;
use leptos::prelude::provide_context;
use model::Error;
use model::kind::definition::KindRelation;
use model::kind::view::{KindForm, KindTyped};
use model::template::template_path;
use scaffolder::Started;

/// `POST /create/start`: starts a run, or leads back to the form with what was typed.
pub async fn start_task(
    state: State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    request: Request,
) -> Response {
    let (parts, fields) = match submitted::read(state.clone(), request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let template = fields.iter().find(|(name, _)| name == "template_ref");
    let Some((_, template_ref)) = template.cloned() else {
        let error =
            Error::invalid("The form names no template. Open it from Create and try again.");
        return form_again(state, parts, Vec::new(), error).await;
    };
    let typed = typed_values(fields);
    let base = &context.base_path;
    match state.portal.scaffolder.task_submit(&op, &template_ref, typed).await {
        Ok(Started::Task(id)) => Redirect::to(&format!("{base}/create/runs/{id}")).into_response(),
        Ok(Started::Draft(id)) => {
            let path = template_path(&template_ref);
            Redirect::to(&format!("{base}{path}?draft={id}")).into_response()
        }
        // What was typed may hold secrets, which are not sent back; a draft leaves them out.
        Err(error) => {
            let fields = vec![("template_ref".to_owned(), template_ref)];
            form_again(state, parts, fields, error).await
        }
    }
}

/// The values of a template's form. What is written under a picker's list, as `o.<name>`, stands in
/// place of what is chosen in it.
fn typed_values(fields: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut typed: Vec<(String, String)> = Vec::new();
    let mut written = Vec::new();
    for (name, value) in fields {
        if let Some(name) = name.strip_prefix("f.") {
            typed.push((name.to_owned(), value));
        } else if let Some(name) = name.strip_prefix("o.")
            && !value.trim().is_empty()
        {
            written.push((name.to_owned(), value));
        }
    }
    typed.retain(|(name, _)| written.iter().all(|(other, _)| other != name));
    typed.extend(written);
    typed
}

/// `POST /catalog/administration/kinds/{name}`: saves, tries or removes a kind; `new` is one that is
/// not there yet. What does not make sense leads back to the form with what was typed.
pub async fn kind(
    state: State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (parts, fields) = match submitted::read(state.clone(), request).await {
        Ok(read) => read,
        Err(refused) => return refused,
    };
    let catalog = &state.portal.catalog;
    let editing = Some(name.as_str()).filter(|name| *name != "new");
    let action = fields.iter().find(|(field, _)| field == "action");
    let action = action.map_or("save", |(_, action)| action.as_str());
    let list = format!("{}/catalog/administration/kinds", context.base_path);
    let outcome = match (action, editing) {
        ("remove", Some(name)) => {
            catalog.kind_delete(&op, name).await.map(|()| KindSubmitted::Saved)
        }
        _ => catalog.kind_submit(&op, editing, typed(&fields), action == "try").await,
    };
    match outcome {
        Ok(KindSubmitted::Saved) => Redirect::to(&list).into_response(),
        Ok(KindSubmitted::Form(form)) => {
            let is_wrong = form.message.is_some() || !form.errors.is_empty();
            let mut request = Request::from_parts(parts, Body::empty());
            *request.method_mut() = Method::GET;
            request.extensions_mut().insert::<KindForm>(*form);
            let mut response = pages::whole_page(state, request).await;
            if is_wrong {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
            response
        }
        Err(error) => form_again(state, parts, fields, error).await,
    }
}

/// What stands in the fields; each row of relations has one of each of its four.
fn typed(fields: &[(String, String)]) -> KindTyped {
    let all = |name: &'static str| {
        fields.iter().filter(move |(field, _)| field == name).map(|(_, text)| text.clone())
    };
    let text = |name| all(name).next().unwrap_or_default();
    let (mut kinds, mut back) = (all("default_kind"), all("incoming"));
    let relations = all("field").zip(all("outgoing")).map(|(field, outgoing)| KindRelation {
        field,
        default_kind: kinds.next(),
        outgoing,
        incoming: back.next().unwrap_or_default(),
    });
    KindTyped {
        name: text("name"),
        api_versions: text("api_versions"),
        title: text("title"),
        plural: text("plural"),
        description: text("description"),
        icon: text("icon"),
        schema: text("schema"),
        relations: relations.collect(),
        sample: text("sample"),
    }
}

/// The page for registering, with a text that was sent by its form or as a file.
pub async fn register(state: State<AppState>, parts: Parts, form: Multipart) -> Response {
    let text = match pasted(form).await {
        Ok(text) => text,
        Err(refusal) => {
            let error = match refusal.status() {
                StatusCode::PAYLOAD_TOO_LARGE => submitted::too_large(),
                _ => Error::invalid("The form could not be read. Send it again."),
            };
            return form_again(state, parts, Vec::new(), error).await;
        }
    };
    let request = Request::from_parts(parts, Body::empty());
    pages::whole_page_with(state, request, move || provide_context(PastedText(text.clone()))).await
}

/// The file when there is one, else the text.
async fn pasted(mut form: Multipart) -> Result<String, MultipartError> {
    let mut text = String::new();
    while let Some(field) = form.next_field().await? {
        let is_file = field.name() == Some("file");
        let bytes = field.bytes().await?;
        if !bytes.is_empty() && (is_file || text.is_empty()) {
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    Ok(text)
}
