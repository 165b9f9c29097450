//! Expressions of a template that cannot be read, or name filters that do not exist.

use crate::check::{TemplateProblem, nearest};
use serde_json::Value;
use templating::{Engine, Options};

/// What of a step or an output holds expressions.
const RENDERED: [&str; 4] = ["name", "if", "each", "input"];

/// The expressions in the steps and the output of a template's `spec` that cannot be read or name an
/// unknown filter. A run would leave their text as it is.
pub(crate) fn unreadable(spec: &Value) -> Vec<TemplateProblem> {
    let engine = Engine::new(Options::default());
    let mut problems = Vec::new();
    for (index, step) in spec["steps"].as_array().into_iter().flatten().enumerate() {
        for key in RENDERED {
            let pointer = format!("/spec/steps/{index}/{key}");
            collect(&engine, &step[key], pointer, &mut problems);
        }
    }
    collect(&engine, &spec["output"], "/spec/output".to_owned(), &mut problems);
    problems
}

fn collect(engine: &Engine, value: &Value, pointer: String, problems: &mut Vec<TemplateProblem>) {
    match value {
        Value::String(text) if text.contains("${{") || text.contains("{%") => {
            match engine.compile(text) {
                Ok(template) => {
                    problems.extend(template.unknown_filters().into_iter().map(|(name, line)| {
                        let message = unknown_filter(engine, name, line);
                        TemplateProblem { pointer: pointer.clone(), message }
                    }));
                }
                Err(error) => {
                    let message = format!(
                        "The expression cannot be read, so a run would leave the text as it is: \
                         {error}"
                    );
                    problems.push(TemplateProblem { pointer, message });
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(engine, item, format!("{pointer}/{index}"), problems);
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(engine, item, format!("{pointer}/{key}"), problems);
            }
        }
        _ => {}
    }
}

/// `line` is that of the text, which matters where it has several.
fn unknown_filter(engine: &Engine, name: &str, line: usize) -> String {
    let place = if line > 1 { format!(" in line {line} of the text") } else { String::new() };
    let hint = match nearest(name, engine.filter_names()) {
        Some(near) => format!("Did you mean \"{near}\"?"),
        None => format!("There are: {}.", engine.filter_names().collect::<Vec<_>>().join(", ")),
    };
    format!("There is no filter \"{name}\"{place}, so a run would leave the text as it is. {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn expressions_that_cannot_be_read_are_named_with_their_place() {
        let spec = json!({
            "steps": [
                {"id": "one", "action": "debug:log", "if": "${{ parameters.a and }}",
                 "input": {"message": "${{ parameters. }}", "a/b": ["fine", "{% if x %}open"]}},
                {"id": "two", "action": "debug:log", "input": {
                    "message": "${{ '${{ matrix.os }}' }}", "plain": "{# a #} and {{ b }}",
                    "good": "{% if parameters.a %}true{% endif %} ${{ parameters.b | upper }}"}},
            ],
            "output": {"links": [{"url": "${{ steps.one.output.url }"}]},
        });
        let found: Vec<String> =
            unreadable(&spec).into_iter().map(|problem| problem.pointer).collect();
        assert_eq!(
            found,
            [
                "/spec/steps/0/if",
                "/spec/steps/0/input/message",
                "/spec/steps/0/input/a~1b/1",
                "/spec/output/links/0/url"
            ]
        );
        let message = &unreadable(&spec)[1].message;
        assert!(message.contains("cannot be read"), "{message}");
    }

    #[test]
    fn unknown_filters_are_named_with_the_nearest_one() {
        let spec = json!({
            "steps": [{"id": "one", "action": "debug:log", "input": {
                "message": "${{ parameters.a | uper }}",
                "more": "a\n${{ [1] | join(',' | nonsense) }}",
                "block": "{% filter lowr %}A{% endfilter %}",
                "good": "${{ parameters.url | parseRepoUrl | pick('owner') | upper }}"}}],
        });
        let found = unreadable(&spec);
        let of = |name: &str| {
            let pointer = format!("/spec/steps/0/input/{name}");
            let messages: Vec<&str> = found
                .iter()
                .filter(|problem| problem.pointer == pointer)
                .map(|problem| problem.message.as_str())
                .collect();
            messages.join("\n")
        };
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(of("message").contains("\"uper\"") && of("message").contains("\"upper\"?"));
        assert!(of("more").contains("in line 2") && of("more").contains("There are: abs, "));
        assert!(of("block").contains("Did you mean \"lower\"?"), "{}", of("block"));
    }
}
