//! Renders every text inside JSON data, as a step's input and a template's output are.

use serde_json::{Map, Value};

use crate::context::Scope;
use crate::engine::Engine;
use crate::error::TemplateError;

/// Deepest nesting of the data itself; the parsers it comes from allow less.
const DATA_DEPTH: usize = 256;

/// What [`Engine::render_json`] gives.
#[derive(Debug, Default)]
pub struct RenderedJson {
    /// The data with its texts rendered; none when the data is one text that is undefined.
    pub value: Option<Value>,
    /// JSON pointers to the texts that contained a template.
    pub templated: Vec<String>,
    /// The templates that could not be rendered; their literal text was kept.
    pub problems: Vec<Problem>,
}

/// A template inside data that could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer to the text.
    pub pointer: String,
    /// What is wrong with it.
    pub error: TemplateError,
}

impl Engine {
    /// Renders every text in `data`, but no key. A text that is undefined removes its key and
    /// leaves null in a list; one that fails stays as it is.
    pub fn render_json(&self, data: &Value, scope: &Scope<'_>) -> RenderedJson {
        let mut rendered = RenderedJson::default();
        let mut pointer = String::new();
        rendered.value = self.render_inside(data, scope, &mut pointer, 0, &mut rendered);
        rendered
    }

    fn render_inside(
        &self,
        data: &Value,
        scope: &Scope<'_>,
        pointer: &mut String,
        depth: usize,
        rendered: &mut RenderedJson,
    ) -> Option<Value> {
        if depth > DATA_DEPTH {
            return Some(data.clone());
        }
        let here = pointer.len();
        match data {
            Value::String(text) => self.render_leaf(text, scope, pointer, rendered),
            Value::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                for (at, item) in items.iter().enumerate() {
                    pointer.push_str(&format!("/{at}"));
                    let item = self.render_inside(item, scope, pointer, depth + 1, rendered);
                    out.push(item.unwrap_or_default());
                    pointer.truncate(here);
                }
                Some(Value::Array(out))
            }
            Value::Object(entries) => {
                let mut out = Map::new();
                for (key, item) in entries {
                    pointer.push('/');
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    let item = self.render_inside(item, scope, pointer, depth + 1, rendered);
                    if let Some(item) = item {
                        out.insert(key.clone(), item);
                    }
                    pointer.truncate(here);
                }
                Some(Value::Object(out))
            }
            other => Some(other.clone()),
        }
    }

    fn render_leaf(
        &self,
        text: &str,
        scope: &Scope<'_>,
        pointer: &str,
        rendered: &mut RenderedJson,
    ) -> Option<Value> {
        let result = match self.compile(text) {
            // An empty text is undefined, as what renders to nothing is.
            Ok(template) if template.is_literal() => {
                return (!text.is_empty()).then(|| Value::String(text.to_owned()));
            }
            Ok(template) => template.render_value(scope),
            Err(error) => Err(error),
        };
        rendered.templated.push(pointer.to_owned());
        result.unwrap_or_else(|error| {
            rendered.problems.push(Problem { pointer: pointer.to_owned(), error });
            Some(Value::String(text.to_owned()))
        })
    }
}
