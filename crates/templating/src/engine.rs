//! Reads templates and renders them.

use std::sync::Arc;

use serde_json::Value;

use crate::ast::{self, Body, ExprKind, Node};
use crate::context::Scope;
use crate::deep;
use crate::error::{Located, Res, TemplateError};
use crate::filters;
use crate::interp::Interp;
use crate::machine::Settings;
use crate::parser::{self, Syntax};
use crate::repo_url::RepoHosts;

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

    /// The names of the filters there are.
    pub fn filter_names(&self) -> impl Iterator<Item = &'static str> {
        filters::names(self.settings.cookiecutter)
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

    /// The filters the template applies that do not exist, in the order of the text: each with the
    /// line of the template it stands in, from 1.
    pub fn unknown_filters(&self) -> Vec<(&str, usize)> {
        let mut found = Vec::new();
        ast::visit_body(&self.body, &mut |expr| {
            if let ExprKind::Filter(applied) = &expr.kind
                && filters::find(&applied.name, self.settings.cookiecutter).is_none()
            {
                found.push((applied.at, applied.name.as_str()));
            }
        });
        found.sort_unstable();
        let line = |at: u32| {
            let before = &self.source.as_bytes()[..self.source.len().min(at as usize)];
            before.iter().filter(|byte| **byte == b'\n').count() + 1
        };
        found.into_iter().map(|(at, name)| (name, line(at))).collect()
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
