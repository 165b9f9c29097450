//! `/api/catalog/entities`, and what else is asked about entities.

use crate::entity_path::EntityPath;
use crate::rest::answer::{Asked, empty, json, list as list_answer, push_list, value};
use crate::rest::body::Object;
use crate::rest::params::Params;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use catalog::{EntityPage, FacetRequest, FullText, ListRequest, Order, PageRequest, RefsRequest};
use model::entity_ref::EntityRef;
use model::{Error, Result};
use serde_json::json as object;

/// `GET /entities`
pub async fn list(asked: Asked) -> Response {
    let outcome = listed(&asked).await;
    asked.answer(outcome)
}

async fn listed(asked: &Asked) -> Result<Response> {
    const KNOWN: [&str; 6] = ["filter", "fields", "order", "limit", "offset", "after"];
    let params = Params::read(&asked.query, &KNOWN)?;
    let order = params.all("order").iter().map(|text| Order::parse(text)).collect::<Result<_>>()?;
    let request = ListRequest {
        filter: params.all("filter"),
        fields: params.all("fields"),
        order,
        limit: params.number("limit")?,
        offset: params.number("offset")?,
        after: params.one("after")?.map(str::to_owned),
    };
    let entities = asked.portal.catalog.entities_listed(&asked.op, &request).await?;
    let link = entities.after.as_deref().and_then(|after| next_link(&asked.query, after));
    let mut response = list_answer(entities);
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// The address of the next page, from the plugin's own root.
fn next_link(query: &str, after: &str) -> Option<HeaderValue> {
    let mut next = form_urlencoded::Serializer::new(String::new());
    // What comes after says where it begins, so the offset of this page says nothing any more.
    let kept = |name: &str| name != "after" && name != "offset";
    next.extend_pairs(form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| kept(name)));
    next.append_pair("after", after);
    HeaderValue::try_from(format!("</entities?{}>; rel=\"next\"", next.finish())).ok()
}

/// `GET /entities/by-query`
pub async fn by_query(asked: Asked) -> Response {
    let outcome = queried(&asked).await;
    asked.answer(outcome)
}

async fn queried(asked: &Asked) -> Result<Response> {
    const KNOWN: [&str; 9] = [
        "filter",
        "fields",
        "limit",
        "offset",
        "orderField",
        "cursor",
        "fullTextFilterTerm",
        "fullTextFilterFields",
        "totalItems",
    ];
    let params = Params::read(&asked.query, &KNOWN)?;
    let order = params.all("orderField");
    let term = params.one("fullTextFilterTerm")?;
    let request = PageRequest {
        filter: params.all("filter"),
        query: None,
        fields: params.all("fields"),
        order: order.iter().map(|text| Order::parse_field(text)).collect::<Result<_>>()?,
        full_text: term.map(|term| FullText {
            term: term.to_owned(),
            fields: split(&params.all("fullTextFilterFields")),
        }),
        cursor: params.one("cursor")?.map(str::to_owned),
        limit: params.number("limit")?,
        offset: params.number("offset")?,
        without_total: params.choice("totalItems", &["include", "exclude"])? == Some("exclude"),
    };
    Ok(page(&asked.portal.catalog.entities_page(&asked.op, &request).await?))
}

/// `POST /entities/by-query`
pub async fn by_posted_query(asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = query_posted(&asked, &headers, &body).await;
    asked.answer(outcome)
}

async fn query_posted(asked: &Asked, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
    Params::read(&asked.query, &[])?;
    let mut body = Object::read(headers, body)?;
    let order = body.objects("orderBy", "request/body/orderBy/0", |mut order| {
        let field = order.text("field")?;
        let direction = order.choice("order", &["asc", "desc"])?;
        Ok(Order {
            field: order.required("field", field)?,
            descending: order.required("order", direction)? == "desc",
        })
    })?;
    let full_text = body.object("fullTextFilter", "request/body/fullTextFilter")?;
    let full_text = full_text.map(|mut text| -> Result<FullText> {
        Ok(FullText {
            term: text.text("term")?.unwrap_or_default(),
            fields: text.texts("fields")?.unwrap_or_default(),
        })
    });
    let request = PageRequest {
        filter: Vec::new(),
        query: body.value("query")?,
        fields: body.texts("fields")?.unwrap_or_default(),
        order,
        full_text: full_text.transpose()?,
        cursor: body.text("cursor")?,
        limit: body.number("limit")?,
        offset: body.number("offset")?,
        without_total: body.choice("totalItems", &["include", "exclude"])? == Some("exclude"),
    };
    Ok(page(&asked.portal.catalog.entities_page(&asked.op, &request).await?))
}

fn page(page: &EntityPage) -> Response {
    let size = page.items.iter().map(|item| item.len() + 1).sum::<usize>();
    let mut text = Vec::with_capacity(size + 1024);
    text.extend_from_slice(b"{\"items\":");
    push_list(&mut text, page.items.iter().map(Some));
    let mut info = serde_json::Map::new();
    for (name, cursor) in [("nextCursor", &page.next_cursor), ("prevCursor", &page.prev_cursor)] {
        if let Some(cursor) = cursor {
            info.insert(name.to_owned(), cursor.as_str().into());
        }
    }
    let rest = format!(
        ",\"totalItems\":{},\"pageInfo\":{}}}",
        page.total_items,
        serde_json::Value::Object(info)
    );
    text.extend_from_slice(rest.as_bytes());
    json(text)
}

/// `GET /entities/by-uid/{uid}`
pub async fn by_uid(asked: Asked, Path(uid): Path<String>) -> Response {
    asked.answer(asked.portal.catalog.entity_json_by_uid(&asked.op, &uid).map(json))
}

/// `DELETE /entities/by-uid/{uid}`
pub async fn delete(asked: Asked, Path(uid): Path<String>) -> Response {
    let outcome = asked.portal.catalog.entity_delete(&asked.op, &uid).await;
    asked.answer(outcome.map(|()| empty(StatusCode::NO_CONTENT)))
}

/// `GET /entities/by-name/{kind}/{namespace}/{name}`, in any letter case.
pub async fn by_name(asked: Asked, Path(entity): Path<EntityPath>) -> Response {
    asked.answer(asked.portal.catalog.entity_json(&asked.op, &entity.entity_ref()).map(json))
}

/// `GET /entities/by-name/{kind}/{namespace}/{name}/ancestry`
pub async fn ancestry(asked: Asked, Path(entity): Path<EntityPath>) -> Response {
    asked.answer(asked.portal.catalog.entity_ancestry(&asked.op, &entity.entity_ref()).map(
        |found| {
            let root = serde_json::Value::from(found.root_entity_ref);
            let mut text = format!("{{\"rootEntityRef\":{root},\"items\":").into_bytes();
            let items: Vec<Bytes> = found
                .items
                .iter()
                .map(|(entity, parents)| {
                    let mut item = b"{\"entity\":".to_vec();
                    item.extend_from_slice(entity);
                    let parents = object!(parents);
                    item.extend_from_slice(format!(",\"parentEntityRefs\":{parents}}}").as_bytes());
                    Bytes::from(item)
                })
                .collect();
            push_list(&mut text, items.iter().map(Some));
            text.push(b'}');
            json(text)
        },
    ))
}

/// `POST /entities/by-refs`
pub async fn by_refs(asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = refs_posted(&asked, &headers, &body).await;
    asked.answer(outcome)
}

async fn refs_posted(asked: &Asked, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
    let params = Params::read(&asked.query, &["filter"])?;
    let mut body = Object::read(headers, body)?;
    let entity_refs = body.texts("entityRefs")?;
    let request = RefsRequest {
        entity_refs: body.required("entityRefs", entity_refs)?,
        filter: params.all("filter"),
        query: body.value("query")?,
        fields: body.texts("fields")?.unwrap_or_default(),
    };
    let found = asked.portal.catalog.entities_by_refs(&asked.op, &request).await?;
    let mut text = b"{\"items\":".to_vec();
    push_list(&mut text, found.iter().map(Option::as_ref));
    text.push(b'}');
    Ok(json(text))
}

/// `GET /entity-facets`
pub async fn facets(asked: Asked) -> Response {
    let outcome = facets_of(&asked).await;
    asked.answer(outcome)
}

async fn facets_of(asked: &Asked) -> Result<Response> {
    let params = Params::read(&asked.query, &["facet", "filter"])?;
    let facets = params.all("facet");
    if facets.is_empty() {
        return Err(Error::invalid("request/query must have required property 'facet'"));
    }
    let request = FacetRequest { facets, filter: params.all("filter"), query: None };
    counted(asked, &request).await
}

/// `POST /entity-facets`
pub async fn posted_facets(asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = facets_posted(&asked, &headers, &body).await;
    asked.answer(outcome)
}

async fn facets_posted(asked: &Asked, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
    Params::read(&asked.query, &[])?;
    let mut body = Object::read(headers, body)?;
    let facets = body.texts("facets")?;
    let request = FacetRequest {
        facets: body.required("facets", facets)?,
        filter: Vec::new(),
        query: body.value("query")?,
    };
    counted(asked, &request).await
}

async fn counted(asked: &Asked, request: &FacetRequest) -> Result<Response> {
    let facets = asked.portal.catalog.entity_facets(&asked.op, request).await?;
    Ok(json(format!("{{\"facets\":{facets}}}")))
}

/// `POST /refresh`
pub async fn refresh(asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = refreshed(&asked, &headers, &body).await;
    asked.answer(outcome)
}

async fn refreshed(asked: &Asked, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
    let mut body = Object::read(headers, body)?;
    let entity_ref = body.text("entityRef")?;
    let text = body.required("entityRef", entity_ref)?;
    // What is no full reference names no entity.
    let entity_ref = EntityRef::parse(&text)
        .map_err(|_| Error::not_found(format!("Entity {text} not found")))?;
    asked.portal.catalog.entity_refresh(&asked.op, &entity_ref).await?;
    Ok(empty(StatusCode::OK))
}

/// `POST /validate-entity`
pub async fn validate(asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    asked.answer(validated(&asked, &headers, &body))
}

fn validated(asked: &Asked, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
    let mut body = Object::read(headers, body)?;
    let location = body.text("location")?;
    let location = body.required("location", location)?;
    let entity = body.value("entity")?;
    let entity = body.required("entity", entity)?;
    match asked.portal.catalog.entity_validate(&asked.op, &entity, &location)? {
        None => Ok(empty(StatusCode::OK)),
        Some(report) => value(StatusCode::BAD_REQUEST, &object!({"errors": [report]})),
    }
}

/// Lists of comma-separated paths as one list.
fn split(lists: &[String]) -> Vec<String> {
    let paths = lists.iter().flat_map(|list| list.split(',')).map(str::trim);
    paths.filter(|path| !path.is_empty()).map(str::to_owned).collect()
}
