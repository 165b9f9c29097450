//! What a template can see: the data it is given, and functions of the host.

use serde_json::Value;

/// What a template can see: data, and functions of the host.
pub struct Scope<'c> {
    pub(crate) context: &'c Value,
    pub(crate) functions: Vec<HostFunction<'c>>,
}

/// A function of the host.
pub(crate) struct HostFunction<'c> {
    pub(crate) name: String,
    #[expect(clippy::type_complexity, reason = "named once, here")]
    pub(crate) run: Box<dyn Fn(&[Value]) -> Result<Option<Value>, String> + Sync + 'c>,
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
