//! What a page shows, asked of the server: one kind of resource for every type of answer.
//!
//! A resource of each type would bring machinery of its own into the browser's program, some
//! 25 KB each. Here the machinery exists once and handles answers whose type it does not know.

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

/// An answer of the server, there or still to come. Await it inside `Suspend`.
pub struct Answer<T> {
    held: Resource<Held, Codec>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Answer<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Answer<T> {}

impl<T> Answer<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    /// Asks whenever `about` changes. The page is sent before the answer is there.
    pub fn streamed<K, F>(
        about: impl Fn() -> K + Send + Sync + 'static,
        ask: impl Fn(K) -> F + Send + Sync + 'static,
    ) -> Answer<T>
    where
        K: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        Answer::new(about, ask, false)
    }

    /// Asks whenever `about` changes. The page waits for the answer.
    pub fn awaited<K, F>(
        about: impl Fn() -> K + Send + Sync + 'static,
        ask: impl Fn(K) -> F + Send + Sync + 'static,
    ) -> Answer<T>
    where
        K: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        Answer::new(about, ask, true)
    }

    fn new<K, F>(
        about: impl Fn() -> K + Send + Sync + 'static,
        ask: impl Fn(K) -> F + Send + Sync + 'static,
        blocking: bool,
    ) -> Answer<T>
    where
        K: Clone + PartialEq + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let about = move || {
            let same = |left: &dyn Any, right: &dyn Any| {
                left.downcast_ref::<K>() == right.downcast_ref::<K>()
            };
            Key { key: Arc::new(about()), same }
        };
        let ask = move |key: Key| -> Pin<Box<dyn Future<Output = Held> + Send>> {
            let asked = key.key.downcast_ref::<K>().cloned().map(&ask);
            Box::pin(async move {
                let answer = match asked {
                    Some(asked) => asked.await,
                    None => Err(AppError(model::Error::internal(""))),
                };
                Held::There { answer: Arc::new(answer), json: json::<T> }
            })
        };
        Answer { held: resource(Box::new(about), Box::new(ask), blocking), of: PhantomData }
    }

    /// Asks once more.
    pub fn ask_again(&self) {
        self.held.refetch();
    }
}

impl<T> IntoFuture for Answer<T>
where
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
{
    type Output = Result<T, AppError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let held = self.held.into_future();
        Box::pin(async move { held.await.open() })
    }
}

type Ask = Box<dyn Fn(Key) -> Pin<Box<dyn Future<Output = Held> + Send>> + Send + Sync>;

/// The one place where a resource is made, so that it is compiled once.
fn resource(
    about: Box<dyn Fn() -> Key + Send + Sync>,
    ask: Ask,
    blocking: bool,
) -> Resource<Held, Codec> {
    Resource::new_with_options(about, ask, blocking)
}

/// What is asked about.
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

/// An answer whose type only its page knows.
#[derive(Clone)]
enum Held {
    /// As it came with the page.
    Text(Arc<str>),
    /// As it was asked for, a `Result<T, AppError>`.
    There { answer: Arc<dyn Any + Send + Sync>, json: fn(&dyn Any) -> String },
}

/// Begins the text of an answer.
const GOOD: char = '+';
/// Begins the text of an error.
const BAD: char = '-';

impl Held {
    fn open<T: DeserializeOwned + Clone + 'static>(&self) -> Result<T, AppError> {
        let understood = match self {
            Held::There { answer, .. } => answer.downcast_ref::<Result<T, AppError>>().cloned(),
            Held::Text(text) => match (text.strip_prefix(GOOD), text.strip_prefix(BAD)) {
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

/// The text of an answer. Only the server writes it into pages; what writes it is not sent to browsers.
fn json<T: Serialize + 'static>(answer: &dyn Any) -> String {
    if cfg!(target_arch = "wasm32") {
        return String::new();
    }
    let (mark, text) = match answer.downcast_ref::<Result<T, AppError>>() {
        Some(Ok(value)) => (GOOD, serde_json::to_string(value)),
        Some(Err(error)) => (BAD, serde_json::to_string(error)),
        None => return String::new(),
    };
    text.map(|text| format!("{mark}{text}")).unwrap_or_default()
}

/// Carries answers from the server's page into the browser.
struct Codec;

impl Encoder<Held> for Codec {
    type Error = Infallible;
    type Encoded = String;

    fn encode(held: &Held) -> Result<String, Infallible> {
        Ok(match held {
            Held::Text(text) => text.to_string(),
            Held::There { answer, json } => json(&**answer),
        })
    }
}

impl Decoder<Held> for Codec {
    type Error = Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Held, Infallible> {
        Ok(Held::Text(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(answer: Result<Vec<u32>, AppError>) -> Result<Vec<u32>, AppError> {
        let held = Held::There { answer: Arc::new(answer), json: json::<Vec<u32>> };
        let Ok(text) = Codec::encode(&held);
        let Ok(held) = Codec::decode(&text);
        held.open()
    }

    #[test]
    fn answers_and_errors_arrive_as_they_were_sent() {
        let error = AppError(model::Error::invalid("No such thing."));
        assert_eq!(carried(Ok(vec![1, 2])), Ok(vec![1, 2]));
        assert_eq!(carried(Err(error.clone())), Err(error));
    }

    #[test]
    fn what_cannot_be_understood_is_an_error_with_words() {
        let error = Held::Text("+{".into()).open::<Vec<u32>>().unwrap_err();
        assert!(error.message().contains("reload the page"), "{}", error.message());
    }
}
