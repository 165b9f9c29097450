//! The JSON of a request, checked as the description of its path says.

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use model::{Error, FieldError, Result};
use serde_json::{Map, Value};

/// The object a request carries.
pub struct Object {
    map: Map<String, Value>,
    /// Where it stands, for messages.
    at: &'static str,
}

/// What stands before the JSON pointer of every part of a body.
const BODY: &str = "request/body";

fn wrong(at: &str, what: &str) -> Error {
    let field = FieldError::new(at.strip_prefix(BODY).unwrap_or(at), what);
    Error::invalid_fields(format!("{at} {what}"), vec![field])
}

/// Refuses a body that does not say that it is JSON.
pub fn insist_on_json(headers: &HeaderMap) -> Result<()> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json") {
        return Ok(());
    }
    let found = if essence.is_empty() { "not specified" } else { essence };
    Err(Error::invalid(format!("unsupported media type {found}")))
}

impl Object {
    /// Reads a body, which has to be there.
    pub fn read(headers: &HeaderMap, body: &Bytes) -> Result<Object> {
        let at = BODY;
        if body.is_empty() {
            return Err(wrong(at, "is missing: expected a JSON object"));
        }
        insist_on_json(headers)?;
        match serde_json::from_slice(body) {
            Ok(Value::Object(map)) => Ok(Object { map, at }),
            Ok(_) => Err(wrong(at, "must be object")),
            Err(error) => Err(Error::invalid(format!("The request's body is no JSON: {error}"))),
        }
    }

    /// An object within this one; `at` is where it stands.
    pub fn object(&mut self, name: &str, at: &'static str) -> Result<Option<Object>> {
        match self.map.remove(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Object { map, at })),
            Some(_) => Err(wrong(at, "must be object")),
        }
    }

    /// An object whose inside is for others to look at.
    pub fn value(&mut self, name: &str) -> Result<Option<Value>> {
        match self.map.remove(name) {
            None => Ok(None),
            Some(value @ Value::Object(_)) => Ok(Some(value)),
            Some(_) => Err(self.wrong(name, "must be object")),
        }
    }

    /// A text.
    pub fn text(&mut self, name: &str) -> Result<Option<String>> {
        match self.map.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "must be string")),
        }
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>> {
        let list = match self.map.remove(name) {
            None => return Ok(None),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(self.wrong(name, "must be array")),
        };
        let texts = list.into_iter().enumerate().map(|(place, value)| match value {
            Value::String(text) => Ok(text),
            _ => Err(self.wrong(&format!("{name}/{place}"), "must be string")),
        });
        texts.collect::<Result<_>>().map(Some)
    }

    /// A list of objects, each read by itself; `at` is where each stands.
    pub fn objects<T>(
        &mut self,
        name: &str,
        at: &'static str,
        read: impl Fn(Object) -> Result<T>,
    ) -> Result<Vec<T>> {
        let list = match self.map.remove(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(self.wrong(name, "must be array")),
        };
        let objects = list.into_iter().map(|value| match value {
            Value::Object(map) => read(Object { map, at }),
            _ => Err(wrong(at, "must be object")),
        });
        objects.collect()
    }

    /// A whole number that is not negative.
    pub fn number(&mut self, name: &str) -> Result<Option<usize>> {
        let Some(value) = self.map.remove(name) else { return Ok(None) };
        match value.as_i64() {
            Some(number) => {
                usize::try_from(number).map(Some).map_err(|_| self.wrong(name, "must be >= 0"))
            }
            None => Err(self.wrong(name, "must be integer")),
        }
    }

    /// One of a few words.
    pub fn choice(&mut self, name: &str, allowed: &[&'static str]) -> Result<Option<&'static str>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let found = allowed.iter().find(|word| **word == text).copied();
        let expected =
            || format!("must be equal to one of the allowed values: {}", allowed.join(", "));
        found.map(Some).ok_or_else(|| self.wrong(name, &expected()))
    }

    /// Insists on what was read.
    pub fn required<T>(&self, name: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| wrong(self.at, &format!("must have required property '{name}'")))
    }

    /// Refuses what was not read.
    pub fn nothing_else(&self) -> Result<()> {
        match self.map.is_empty() {
            true => Ok(()),
            false => Err(wrong(self.at, "must NOT have additional properties")),
        }
    }

    fn wrong(&self, name: &str, what: &str) -> Error {
        wrong(&format!("{}/{name}", self.at), what)
    }
}
