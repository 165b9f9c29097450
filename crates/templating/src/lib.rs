//! The `${{ … }}` template language of software templates.
//!
//! A closed interpreter: a template sees the data it is given and nothing else, cannot change that
//! data, and is stopped by limits on time, depth and size. It follows the engine that Backstage's
//! scaffolder uses, down to JavaScript's idea of truth, equality and numbers, so that templates
//! written for it give the same files here.
//!
//! ```
//! use serde_json::json;
//!
//! let engine = templating::Engine::new(templating::Options::default());
//! let context = json!({"parameters": {"name": "petstore", "port": 8080}});
//! let text = engine.render_text("name: ${{ parameters.name | upper }}", &context)?;
//! assert_eq!(text, "name: PETSTORE");
//! // A text that is one expression keeps the type of its value.
//! let port = engine.render_value("${{ parameters.port }}", &context)?;
//! assert_eq!(port, Some(json!(8080)));
//! # Ok::<(), templating::TemplateError>(())
//! ```

mod ast;
mod case;
mod context;
mod deep;
mod engine;
mod error;
mod eval;
mod filters;
mod globals;
mod interp;
mod json;
mod lexer;
mod limits;
mod machine;
mod methods;
mod number;
mod parser;
mod pattern;
mod render_json;
mod replacing;
mod repo_url;
mod scope;
mod sorting;
mod tests_builtin;
mod text;
mod value;

pub use context::Scope;
pub use engine::{Engine, Options, Template};
pub use error::TemplateError;
pub use filters::URI_COMPONENT;
pub use render_json::{Problem, RenderedJson};
pub use repo_url::RepoHosts;
