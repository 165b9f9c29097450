//! What a run carries out: the template as it was when the run was created.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The whole of a run, kept with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskSpec {
    pub(crate) api_version: String,
    pub(crate) steps: Vec<StepSpec>,
    pub(crate) parameters: Value,
    #[serde(default)]
    pub(crate) output: Value,
    /// `{entity, ref}` of the person.
    pub(crate) user: Value,
    pub(crate) template_info: TemplateInfo,
}

/// Which template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateInfo {
    pub(crate) entity_ref: String,
    pub(crate) title: String,
    pub(crate) entity: Value,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StepSpec {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input: Option<Value>,
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub(crate) condition: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) each: Option<Value>,
}

/// The steps of a template's `spec`; ids and names that are missing are filled in.
pub(crate) fn steps(spec: &Value) -> Vec<StepSpec> {
    let list = spec.get("steps").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let text = |step: &Value, key: &str| step.get(key).and_then(Value::as_str).map(str::to_owned);
    list.iter()
        .enumerate()
        .map(|(index, step)| {
            let action = text(step, "action").unwrap_or_default();
            StepSpec {
                id: text(step, "id").unwrap_or_else(|| format!("step-{}", index + 1)),
                name: text(step, "name").unwrap_or_else(|| action.clone()),
                action,
                input: step.get("input").cloned(),
                condition: step.get("if").cloned(),
                each: step.get("each").cloned(),
            }
        })
        .collect()
}

impl TaskSpec {
    /// What expressions of this run see, before any step ran.
    pub(crate) fn context(&self, task_id: &str, environment: &Value) -> Value {
        json!({
            "parameters": self.parameters,
            "steps": {},
            "user": self.user,
            "context": { "task": { "id": task_id } },
            "environment": { "parameters": environment },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_ids_and_names() {
        let spec = json!({"steps": [{"action": "debug:log"}, {"id": "x", "action": "fs:delete", "name": "Tidy"}]});
        let steps = steps(&spec);
        assert_eq!((steps[0].id.as_str(), steps[0].name.as_str()), ("step-1", "debug:log"));
        assert_eq!((steps[1].id.as_str(), steps[1].name.as_str()), ("x", "Tidy"));
    }
}
