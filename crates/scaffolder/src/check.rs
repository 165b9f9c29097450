//! What keeps a template from running, found before anybody tries.

use crate::actions::Action;
use crate::expressions;
use crate::form;
use crate::schema;
use crate::spec;
use model::entity::Entity;
use serde_json::Value;

/// One thing wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateProblem {
    /// JSON pointer of the place in the descriptor.
    pub pointer: String,
    /// What was expected, what was found.
    pub message: String,
}

/// Everything wrong with a template that shows without running it.
pub fn check_template(entity: &Entity, actions: &[Action]) -> Vec<TemplateProblem> {
    let spec = Value::Object(entity.spec.clone().unwrap_or_default());
    let mut problems = Vec::new();
    let is_list = spec.get("parameters").is_some_and(Value::is_array);
    for (index, block) in form::blocks(&spec).into_iter().enumerate() {
        if let Err(message) = schema::compile(&block) {
            let pointer = if is_list {
                format!("/spec/parameters/{index}")
            } else {
                "/spec/parameters".into()
            };
            problems.push(TemplateProblem {
                pointer,
                message: format!("The form's schema is not a JSON Schema: {message}"),
            });
        }
    }
    let steps = spec::steps(&spec);
    if steps.is_empty() {
        problems.push(TemplateProblem {
            pointer: "/spec/steps".to_owned(),
            message: "The template has no steps, so a run would do nothing.".to_owned(),
        });
    }
    for (index, step) in steps.iter().enumerate() {
        let pointer = format!("/spec/steps/{index}");
        // With a condition on one of them, only one may run, and its output is the id's.
        let clashes = |earlier: &spec::StepSpec| {
            earlier.id == step.id && earlier.condition.is_none() && step.condition.is_none()
        };
        if steps[..index].iter().any(clashes) {
            problems.push(TemplateProblem {
                pointer: format!("{pointer}/id"),
                message: format!(
                    "Two steps have the id \"{}\" and both always run: the first one's output \
                     would be lost. Give each its own id, or each an `if`.",
                    step.id
                ),
            });
        }
        let Some(action) = actions.iter().find(|action| action.id == step.action) else {
            let pointer = format!("{pointer}/action");
            problems
                .push(TemplateProblem { pointer, message: unknown_action(&step.action, actions) });
            continue;
        };
        problems.extend(unfit_input(action, step.input.as_ref(), &pointer));
    }
    problems.extend(expressions::unreadable(&spec));
    problems
}

/// In Backstage's words, with what there is instead.
pub(crate) fn unknown_action(id: &str, actions: &[Action]) -> String {
    let known: Vec<&str> = actions.iter().map(|action| action.id).collect();
    match nearest(id, known.iter().copied()) {
        Some(near) => {
            format!("Template action with ID '{id}' is not registered. Did you mean '{near}'?")
        }
        None => format!(
            "Template action with ID '{id}' is not registered. There are: {}.",
            known.join(", ")
        ),
    }
}

/// Values that hold expressions are only known in a run, so only what is plain is checked.
fn unfit_input(action: &Action, input: Option<&Value>, pointer: &str) -> Vec<TemplateProblem> {
    let empty = Value::Object(serde_json::Map::new());
    let input = input.unwrap_or(&empty);
    let Ok(validator) = schema::compile(&action.input) else { return Vec::new() };
    schema::misfits(&validator, input)
        .into_iter()
        .filter(|misfit| {
            let value = input.pointer(&misfit.pointer);
            !value.is_some_and(holds_expression)
        })
        .map(|misfit| TemplateProblem {
            message: format!(
                "Invalid input passed to action {}, {}",
                action.id,
                schema::summary(std::slice::from_ref(&misfit))
            ),
            pointer: format!("{pointer}/input{}", misfit.pointer),
        })
        .collect()
}

fn holds_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("${{") || text.contains("{%"),
        Value::Array(list) => list.iter().any(holds_expression),
        Value::Object(map) => map.values().any(holds_expression),
        _ => false,
    }
}

/// The name that may have been meant: the one with the fewest other letters, unless those are many.
pub(crate) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let (edits, near) = known.map(|known| (distance(known, name), known)).min()?;
    // Of a short name not all letters may differ.
    (edits <= 3 && edits * 2 <= name.chars().count()).then_some(near)
}

/// How many letters differ.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let above = row[j + 1];
            let replaced = diagonal + usize::from(from != *to);
            diagonal = above;
            row[j + 1] = replaced.min(above + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::builtin;
    use serde_json::json;

    fn check(spec: Value) -> Vec<(String, String)> {
        let entity = Entity::from_json(json!({
            "apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template",
            "metadata": {"name": "t"}, "spec": spec
        }))
        .expect("an entity");
        let problems = check_template(&entity, &builtin());
        problems.into_iter().map(|problem| (problem.pointer, problem.message)).collect()
    }

    #[test]
    fn names_an_unknown_action_and_its_neighbour() {
        let found =
            check(json!({"type": "x", "steps": [{"action": "fetch:templete", "input": {}}]}));
        assert_eq!(found[0].0, "/spec/steps/0/action");
        assert!(found[0].1.contains("Did you mean 'fetch:template'?"), "{found:?}");
    }

    #[test]
    fn finds_a_bad_schema_and_a_missing_input() {
        let found = check(json!({
            "type": "x", "parameters": [{"properties": {"a": {"type": "strang"}}}],
            "steps": [{"action": "fs:delete"}, {"action": "fs:delete", "input": {"files": "${{ x }}"}}]
        }));
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].0, "/spec/parameters/0");
        assert_eq!(found[1].0, "/spec/steps/0/input/files");
    }
}
