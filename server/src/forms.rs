//! Forms that are sent as a whole page: those of templates, whose fields are not known beforehand,
//! and that of a kind.

use crate::middleware::RequestContext;
use crate::pages;
use crate::state::AppState;
use crate::submitted::{self, form_again};
use access::OpContext;
use axum::body::Body;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use catalog::{KindSubmitted, OverlaySubmitted};
use model::Error;
use model::entity_ref::EntityRef;
use model::kind::definition::KindRelation;
use model::kind::view::{KindForm, KindTyped};
use model::overlay::{OverlayField, OverlayForm};
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
            Redirect::to(&format!("{base}{path}?draft={id}#form-errors")).into_response()
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

/// `POST /fn/catalog/overlay_save` of a page without script, which gets the next page, or the form
/// with everything as it was typed. What a program calls goes on to what answers every call.
pub async fn overlay(state: State<AppState>, request: Request, next: Next) -> Response {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let by_page = accepted.is_some_and(|accepted| accepted.contains("text/html"));
    if !by_page || request.uri().path() != "/fn/catalog/overlay_save" {
        return next.run(request).await;
    }
    let extensions = request.extensions();
    let (Some(op), Some(context)) =
        (extensions.get::<OpContext>().cloned(), extensions.get::<RequestContext>().cloned())
    else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let form =
        Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts.clone(), body), &());
    let fields = match form.await {
        Ok(Form(fields)) => fields,
        Err(refused) => return refused.into_response(),
    };
    let text = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, text)| text);
    let named = text("fields").map(String::as_str).unwrap_or_default();
    let typed: Vec<(OverlayField, String)> = named
        .split(',')
        .filter_map(OverlayField::parse)
        .map(|field| (field, text(field.name()).cloned().unwrap_or_default()))
        .collect();
    let entity_ref = EntityRef::parse(text("entity_ref").map(String::as_str).unwrap_or_default())
        .map_err(|error| Error::invalid(error.to_string()));
    let outcome = match entity_ref {
        Ok(entity_ref) => {
            state.portal.catalog.overlay_submit(&op, &entity_ref, &typed).await.map(|found| {
                let EntityRef { kind, namespace, name } = &entity_ref;
                (format!("/catalog/{namespace}/{kind}/{name}/edit"), found)
            })
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok((page, OverlaySubmitted::Saved)) => {
            Redirect::to(&format!("{}{page}?saved=1", context.base_path)).into_response()
        }
        Ok((page, OverlaySubmitted::Form(form))) => {
            let mut request = Request::from_parts(parts, Body::empty());
            *request.method_mut() = Method::GET;
            // The page is the one the form stands on.
            if let Ok(uri) = page.parse() {
                *request.uri_mut() = uri;
            }
            let context = context.for_page(&format!("{}{page}", context.base_path));
            request.extensions_mut().insert(context);
            request.extensions_mut().insert::<OverlayForm>(*form);
            let mut response = pages::whole_page(state, request).await;
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
        Err(error) => crate::rest::error_response(&error, &context),
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
