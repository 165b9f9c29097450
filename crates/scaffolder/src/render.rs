//! The template language as steps and files use it.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use templating::{Engine, Options, RepoHosts, Scope};

/// How the files of a template are written.
pub(crate) struct FileSyntax {
    pub(crate) cookiecutter: bool,
    pub(crate) trim_blocks: bool,
    pub(crate) lstrip_blocks: bool,
}

/// Renders the paths and contents of a template's files.
pub(crate) struct FileRenderer {
    engine: Engine,
    context: Value,
}

/// Renders the inputs and conditions of steps.
pub(crate) struct StepRenderer {
    engine: Engine,
    /// What `failure()` gives.
    failed: bool,
}

impl FileRenderer {
    /// A renderer for these values.
    pub(crate) fn new(
        syntax: FileSyntax,
        hosts: &BTreeMap<String, String>,
        context: Value,
    ) -> FileRenderer {
        let engine = Engine::new(Options {
            cookiecutter: syntax.cookiecutter,
            trim_blocks: syntax.trim_blocks,
            lstrip_blocks: syntax.lstrip_blocks,
            hosts: known(hosts),
        });
        FileRenderer { engine, context }
    }

    /// The rendered text; an error fails the step.
    pub(crate) fn render(&self, text: &str) -> Result<String, String> {
        self.engine.render_text(text, &self.context).map_err(|error| error.to_string())
    }
}

impl StepRenderer {
    /// A renderer for a step after which things stand as `failed` says.
    pub(crate) fn new(hosts: &BTreeMap<String, String>, failed: bool) -> StepRenderer {
        let options = Options { hosts: known(hosts), ..Options::default() };
        StepRenderer { engine: Engine::new(options), failed }
    }

    /// A value with every text in it rendered; nothing, when it is one undefined expression. A
    /// text that cannot be rendered stays as it is.
    pub(crate) fn value(&self, value: &Value, context: &Value) -> Option<Value> {
        let scope = Scope::new(context)
            .with_constant("always", Value::Bool(true))
            .with_constant("failure", Value::Bool(self.failed));
        self.engine.render_json(value, &scope).value
    }

    /// The input of a step; an object, even when the template gives none.
    pub(crate) fn input(&self, input: Option<&Value>, context: &Value) -> Value {
        let rendered = input.and_then(|input| self.value(input, context));
        rendered.unwrap_or_else(|| Value::Object(serde_json::Map::new()))
    }

    /// Whether a step is wanted.
    pub(crate) fn condition(&self, condition: Option<&Value>, context: &Value) -> bool {
        match condition {
            None | Some(Value::Bool(true)) => true,
            Some(Value::Bool(false)) => false,
            Some(text @ Value::String(_)) => {
                self.value(text, context).as_ref().is_some_and(is_truthy)
            }
            Some(other) => is_truthy(other),
        }
    }

    /// Whether a step wants to run after a failure too.
    pub(crate) fn asks_for_outcome(&self, condition: Option<&Value>) -> bool {
        let text = condition.and_then(Value::as_str);
        text.is_some_and(|text| self.engine.uses_call(text, &["always", "failure"]))
    }
}

/// What counts as a yes in a condition: unlike within templates, an empty list does not.
pub(crate) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(_) => true,
    }
}

/// The items of `each` with their keys.
pub(crate) fn items(
    action: &str,
    each: &Value,
    renderer: &StepRenderer,
    context: &Value,
) -> Result<Vec<(String, Value)>, String> {
    let shown = each.as_str().map_or_else(|| each.to_string(), str::to_owned);
    match renderer.value(each, context) {
        Some(Value::Array(list)) => {
            Ok(list.into_iter().enumerate().map(|(key, value)| (key.to_string(), value)).collect())
        }
        Some(Value::Object(map)) => Ok(map.into_iter().collect()),
        Some(_) => Err(format!(
            "Invalid value on action {action}.each parameter, \"{shown}\" must resolve to an array \
             or object"
        )),
        None => Err(format!(
            "Invalid value on action {action}.each parameter, \"{shown}\" cannot be resolved to a \
             value"
        )),
    }
}

/// The run's output; links and texts whose `if` does not hold are left out.
pub(crate) fn output(template: &Value, renderer: &StepRenderer, context: &Value) -> Value {
    let mut output = renderer.value(template, context).unwrap_or(json!({}));
    for key in ["links", "text"] {
        if let Some(list) = output.get_mut(key).and_then(Value::as_array_mut) {
            list.retain(|item| item.get("if").is_none_or(is_truthy));
            for item in list {
                if let Some(item) = item.as_object_mut() {
                    item.shift_remove("if");
                }
            }
        }
    }
    output
}

fn known(hosts: &BTreeMap<String, String>) -> RepoHosts {
    hosts.iter().map(|(host, kind)| (host.clone(), kind.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_conditions_as_backstage_does() {
        let steps = StepRenderer::new(&BTreeMap::new(), false);
        let context = json!({"parameters": {"on": true, "off": false, "none": [], "record": {}}});
        let check = |condition: Value, expected: bool| {
            assert_eq!(steps.condition(Some(&condition), &context), expected, "{condition}");
        };
        check(json!("${{ parameters.on }}"), true);
        check(json!("${{ parameters.off }}"), false);
        check(json!("${{ parameters.missing }}"), false);
        check(json!("${{ parameters.none }}"), false);
        check(json!("${{ parameters.record }}"), true);
        check(json!("false"), true);
        check(json!(false), false);
        assert!(steps.condition(None, &context));
    }

    #[test]
    fn tells_steps_that_clean_up() {
        let steps = StepRenderer::new(&BTreeMap::new(), true);
        assert!(steps.asks_for_outcome(Some(&json!("${{ always() }}"))));
        assert!(steps.asks_for_outcome(Some(&json!("${{ failure() and parameters.x }}"))));
        assert!(!steps.asks_for_outcome(Some(&json!("${{ parameters.always }}"))));
        assert!(steps.condition(Some(&json!("${{ failure() }}")), &json!({})));
    }
}
