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
mod deep;
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
mod repo_url;
mod scope;
mod tests_builtin;
mod text;
mod value;

use std::sync::Arc;

use serde_json::Value;

pub use error::TemplateError;
pub use render_json::{Problem, RenderedJson};
pub use repo_url::RepoHosts;

use ast::{Body, ExprKind, Node};
use error::{Located, Res};
use interp::Interp;
use machine::Settings;
use parser::Syntax;

/// How templates are read and rendered.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `{{ … }}` in place of `${{ … }}`, with what cookiecutter's templates expect of Jinja:
    /// `True`, `False` and `None`, Python's methods of lists and records, `list[-1]`, `jsonify`.
    pub cookiecutter: bool,
    /// Take away the newline right after a block tag.
    pub trim_blocks: bool,
    /// Take away white space between the start of a line and a block tag.
    pub lstrip_blocks: bool,
    /// The hosts that the filters `parseRepoUrl` and `projectSlug` know.
    pub hosts: RepoHosts,
}

/// Renders templates with the same options.
#[derive(Debug, Clone)]
pub struct Engine {
    syntax: Syntax,
    settings: Arc<Settings>,
}

/// A template that has been read, ready to be rendered any number of times.
#[derive(Debug)]
pub struct Template {
    source: String,
    body: Body,
    settings: Arc<Settings>,
}

/// What a template can see: data, and functions of the host.
pub struct Scope<'c> {
    context: &'c Value,
    functions: Vec<HostFunction<'c>>,
}

/// A function of the host.
struct HostFunction<'c> {
    name: String,
    #[expect(clippy::type_complexity, reason = "named once, here")]
    run: Box<dyn Fn(&[Value]) -> Result<Option<Value>, String> + Sync + 'c>,
}

impl<'c> Scope<'c> {
    /// The variables of `context`, which is an object; anything else has none.
    pub fn new(context: &'c Value) -> Self {
        Self { context, functions: Vec::new() }
    }

    /// Adds a function; what it returns as `None` is undefined, an error fails the template.
    /// It must not have effects: a deeply nested template may be rendered twice to get more stack.
    #[must_use]
    pub fn with_function(
        mut self,
        name: &str,
        run: impl Fn(&[Value]) -> Result<Option<Value>, String> + Sync + 'c,
    ) -> Self {
        self.functions.push(HostFunction { name: name.to_owned(), run: Box::new(run) });
        self
    }

    /// Adds a function without arguments that always gives `value`, as `failure()` does for a step.
    #[must_use]
    pub fn with_constant(self, name: &str, value: Value) -> Self {
        self.with_function(name, move |_| Ok(Some(value.clone())))
    }
}

impl Engine {
    /// An engine with these options.
    pub fn new(options: Options) -> Self {
        let Options { cookiecutter, trim_blocks, lstrip_blocks, hosts } = options;
        Self {
            syntax: Syntax { cookiecutter, trim_blocks, lstrip_blocks },
            settings: Arc::new(Settings { cookiecutter, hosts }),
        }
    }

    /// Reads a template.
    pub fn compile(&self, source: &str) -> Result<Template, TemplateError> {
        match parser::parse(source, self.syntax) {
            Ok(body) => {
                let settings = Arc::clone(&self.settings);
                Ok(Template { source: source.to_owned(), body, settings })
            }
            Err(fail) => Err(TemplateError::locate(source, *fail)),
        }
    }

    /// Renders a template as a file's text.
    pub fn render_text(&self, template: &str, context: &Value) -> Result<String, TemplateError> {
        self.compile(template)?.render_text(&Scope::new(context))
    }

    /// Renders a text of a step's input: exactly one `${{ … }}` keeps the type of its value, what
    /// exactly one statement such as `{% if %}` prints is decoded when it is JSON, and `None` is
    /// undefined, as what prints nothing is. Numbers that JSON does not have, such as NaN, become
    /// null.
    pub fn render_value(
        &self,
        template: &str,
        context: &Value,
    ) -> Result<Option<Value>, TemplateError> {
        self.compile(template)?.render_value(&Scope::new(context))
    }

    /// Whether an expression of the template calls one of these functions by its name.
    /// A template that cannot be read calls nothing.
    pub fn uses_call(&self, template: &str, names: &[&str]) -> bool {
        self.compile(template).is_ok_and(|template| template.uses_call(names))
    }
}

impl Template {
    /// Renders the template as a file's text.
    pub fn render_text(&self, scope: &Scope<'_>) -> Result<String, TemplateError> {
        self.located(deep::run(|limit| self.interp(scope, limit).render(&self.body)))
    }

    /// Renders the template as [`Engine::render_value`] does.
    pub fn render_value(&self, scope: &Scope<'_>) -> Result<Option<Value>, TemplateError> {
        match self.body.as_slice() {
            [Node::Text(_)] => self.render_some_text(scope),
            // The text of a `call` block is decoded like that of a statement.
            [Node::Output { at, value }] if !matches!(value.kind, ExprKind::CallBlock(..)) => self
                .located(deep::run(|limit| {
                    let mut interp = self.interp(scope, limit);
                    let value = interp.eval(value)?;
                    interp.m.export(&value, 0).located(*at)
                })),
            [statement] => {
                self.located(deep::run(|limit| self.interp(scope, limit).render_decoded(statement)))
            }
            _ => self.render_some_text(scope),
        }
    }

    /// The text; none when it is empty.
    fn render_some_text(&self, scope: &Scope<'_>) -> Result<Option<Value>, TemplateError> {
        let text = self.render_text(scope)?;
        Ok((!text.is_empty()).then_some(Value::String(text)))
    }

    /// Whether there is nothing to render: no tag, no comment.
    pub fn is_literal(&self) -> bool {
        match self.body.as_slice() {
            [] => self.source.is_empty(),
            [Node::Text(range)] => range.len() == self.source.len(),
            _ => false,
        }
    }

    /// Whether an expression calls one of these functions by its name.
    pub fn uses_call(&self, names: &[&str]) -> bool {
        let mut found = false;
        ast::visit_body(&self.body, &mut |expr| {
            if let ExprKind::Call(callee, _) = &expr.kind
                && let ExprKind::Name(name) = &callee.kind
            {
                found |= name.as_utf8().is_some_and(|name| names.contains(&name));
            }
        });
        found
    }

    fn interp<'t>(&'t self, scope: &'t Scope<'t>, limit: u16) -> Interp<'t, 't> {
        Interp::new(&self.source, &self.settings, scope, limit)
    }

    fn located<T>(&self, result: Res<T>) -> Result<T, TemplateError> {
        result.map_err(|fail| TemplateError::locate(&self.source, *fail))
    }
}
