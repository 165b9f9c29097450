//! Data a page fetches from the server: one resource type for every type of response.
//!
//! A Leptos resource of each type would bring code of its own into the browser's program, some
//! 25 KB each. Here that code exists once and handles responses whose type it does not know.

use crate::error::AppError;
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::Any;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

/// A response of the server, loaded or still loading. Await it inside `Suspend`.
pub struct ServerResource<T> {
    resource: Resource<Response, Codec>,
    marker: PhantomData<fn() -> T>,
}

impl<T> Clone for ServerResource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ServerResource<T> {}

impl<T> ServerResource<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    /// Fetches whenever `source` changes. The page is sent before the response is there.
    pub fn streamed<K, F>(
        source: impl Fn() -> K + Send + Sync + 'static,
        fetch: impl Fn(K) -> F + Send + Sync + 'static,
    ) -> ServerResource<T>
    where
        K: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        ServerResource::new(source, fetch, false)
    }

    /// Fetches whenever `source` changes. The page waits for the response.
    pub fn blocking<K, F>(
        source: impl Fn() -> K + Send + Sync + 'static,
        fetch: impl Fn(K) -> F + Send + Sync + 'static,
    ) -> ServerResource<T>
    where
        K: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        ServerResource::new(source, fetch, true)
    }

    fn new<K, F>(
        source: impl Fn() -> K + Send + Sync + 'static,
        fetch: impl Fn(K) -> F + Send + Sync + 'static,
        blocking: bool,
    ) -> ServerResource<T>
    where
        K: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let source = move || {
            let same = |left: &dyn Any, right: &dyn Any| {
                left.downcast_ref::<K>() == right.downcast_ref::<K>()
            };
            Key { key: Arc::new(source()), same }
        };
        let fetch = move |key: Key| -> Pin<Box<dyn Future<Output = Response> + Send>> {
            let key = key.key.downcast_ref::<K>().cloned().map(&fetch);
            Box::pin(async move {
                let value = match key {
                    Some(key) => key.await,
                    None => Err(AppError(model::Error::internal(""))),
                };
                Response::Value { value: Arc::new(value), json: json::<T> }
            })
        };
        ServerResource {
            resource: resource(Box::new(source), Box::new(fetch), blocking),
            marker: PhantomData,
        }
    }

    /// Fetches once more.
    pub fn refetch(&self) {
        self.resource.refetch();
    }
}

impl<T> IntoFuture for ServerResource<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    type Output = Result<T, AppError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let response = self.resource.into_future();
        Box::pin(async move { response.await.decode() })
    }
}

type Fetcher = Box<dyn Fn(Key) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send + Sync>;

/// The one place where a resource is made, so that it is compiled once.
fn resource(
    source: Box<dyn Fn() -> Key + Send + Sync>,
    fetch: Fetcher,
    blocking: bool,
) -> Resource<Response, Codec> {
    Resource::new_with_options(source, fetch, blocking)
}

/// What is key source.
#[derive(Clone)]
struct Key {
    key: Arc<dyn Any + Send + Sync>,
    same: fn(&dyn Any, &dyn Any) -> bool,
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        (self.same)(&*self.key, &*other.key)
    }
}

/// A response whose type only its page knows.
#[derive(Clone)]
enum Response {
    /// As it came with the page.
    Text(Arc<str>),
    /// As it was fetched, a `Result<T, AppError>`.
    Value { value: Arc<dyn Any + Send + Sync>, json: fn(&dyn Any) -> String },
}

/// Begins the text of a response.
const OK: char = '+';
/// Begins the text of an error.
const ERROR: char = '-';

impl Response {
    fn decode<T: DeserializeOwned + Clone + 'static>(&self) -> Result<T, AppError> {
        let understood = match self {
            Response::Value { value, .. } => value.downcast_ref::<Result<T, AppError>>().cloned(),
            Response::Text(text) => match (text.strip_prefix(OK), text.strip_prefix(ERROR)) {
                // From bytes, as the answers of server fns are read: one reader for both.
                (Some(text), _) => serde_json::from_slice(text.as_bytes()).ok().map(Ok),
                (_, Some(text)) => serde_json::from_slice(text.as_bytes()).ok().map(Err),
                _ => None,
            },
        };
        understood.unwrap_or_else(|| {
            Err(AppError(model::Error::unavailable(
                "The portal answered something this page does not understand. It may have been \
                 updated: reload the page.",
            )))
        })
    }
}

/// The text of a response. Only the server writes it into pages; what writes it is not sent to browsers.
fn json<T: Serialize + 'static>(value: &dyn Any) -> String {
    if cfg!(target_arch = "wasm32") {
        return String::new();
    }
    let (prefix, text) = match value.downcast_ref::<Result<T, AppError>>() {
        Some(Ok(value)) => (OK, serde_json::to_string(value)),
        Some(Err(error)) => (ERROR, serde_json::to_string(error)),
        None => return String::new(),
    };
    text.map(|text| format!("{prefix}{text}")).unwrap_or_default()
}

/// Carries answers from the server's page into the browser.
struct Codec;

impl Encoder<Response> for Codec {
    type Error = Infallible;
    type Encoded = String;

    fn encode(response: &Response) -> Result<String, Infallible> {
        Ok(match response {
            Response::Text(text) => text.to_string(),
            Response::Value { value, json } => json(&**value),
        })
    }
}

impl Decoder<Response> for Codec {
    type Error = Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Response, Infallible> {
        Ok(Response::Text(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(value: Result<Vec<u32>, AppError>) -> Result<Vec<u32>, AppError> {
        let response = Response::Value { value: Arc::new(value), json: json::<Vec<u32>> };
        let Ok(text) = Codec::encode(&response);
        let Ok(response) = Codec::decode(&text);
        response.decode()
    }

    #[test]
    fn answers_and_errors_arrive_as_they_were_sent() {
        let error = AppError(model::Error::invalid("No such thing."));
        assert_eq!(carried(Ok(vec![1, 2])), Ok(vec![1, 2]));
        assert_eq!(carried(Err(error.clone())), Err(error));
    }

    #[test]
    fn what_cannot_be_understood_is_an_error_with_words() {
        let error = Response::Text("+{".into()).decode::<Vec<u32>>().unwrap_err();
        assert!(error.message().contains("reload the page"), "{}", error.message());
    }
}
