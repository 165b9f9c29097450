//! Software templates as people see them: the list, and the form made from the parameters.

use crate::catalog::EntityLink;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One template in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateSummary {
    /// Which one.
    pub entity: EntityLink,
    /// What it makes, in a sentence.
    pub description: Option<String>,
    /// `spec.type`.
    pub r#type: String,
    /// `metadata.tags`.
    pub tags: Vec<String>,
    /// Who looks after it.
    pub owner: Option<EntityLink>,
    /// What keeps it from running, in sentences.
    pub problems: Vec<String>,
}

impl TemplateSummary {
    /// `/create/templates/default/service`.
    pub fn path(&self) -> String {
        template_path(&self.entity.entity_ref)
    }
}

/// `/create/templates/default/service` for `template:default/service`.
pub fn template_path(template_ref: &str) -> String {
    let rest = template_ref.split_once(':').map_or(template_ref, |(_, rest)| rest);
    format!("/create/templates/{rest}")
}

/// A template's form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateForm {
    /// The template.
    pub template: TemplateSummary,
    /// The pages, in order.
    pub pages: Vec<FormPage>,
    /// The steps of a run, in order.
    pub steps: Vec<String>,
    /// What was sent before and could not be taken, if this is another try.
    pub draft: Option<FormDraft>,
}

/// One page of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormPage {
    /// Above the fields.
    pub title: String,
    /// Under the title.
    pub description: Option<String>,
    /// The fields, in order.
    pub fields: Vec<FormField>,
}

/// One field of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormField {
    /// The parameter; parts of nested ones are joined by dots.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether it can be changed.
    pub disabled: bool,
    /// Whether the cursor starts here.
    pub autofocus: bool,
    /// An example in the empty field.
    pub placeholder: Option<String>,
    /// The value before anybody changed it.
    pub default: Option<Value>,
    /// When the field is asked for; always, when there is no condition.
    pub condition: Option<FieldCondition>,
    /// How it is filled in.
    pub kind: FieldKind,
}

/// A field that is asked for only when another has one of some values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldCondition {
    /// The other field.
    pub field: String,
    /// Its values, as text; empty means any value at all.
    pub values: Vec<String>,
}

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FieldKind {
    /// Text.
    Text {
        /// Several lines.
        multiline: bool,
        /// A regular expression for the whole value.
        pattern: Option<String>,
        /// The least number of characters.
        min_length: Option<u64>,
        /// The greatest number of characters.
        max_length: Option<u64>,
        /// `email`, `uri` or another format.
        format: Option<String>,
    },
    /// Text that is never stored or shown.
    Secret,
    /// A number.
    Number {
        /// Whether it must be whole.
        integer: bool,
        /// The least.
        min: Option<f64>,
        /// The greatest.
        max: Option<f64>,
    },
    /// Yes or no.
    Boolean,
    /// One of several.
    Choice {
        /// What there is to choose.
        options: Vec<FieldOption>,
    },
    /// Some of several.
    MultiChoice {
        /// What there is to choose.
        options: Vec<FieldOption>,
    },
    /// An entity of the catalog; the value is its ref.
    Entity {
        /// What fits.
        options: Vec<EntityLink>,
        /// Whether another ref may be written.
        arbitrary: bool,
    },
    /// Some entities of the catalog; the value is a list of refs.
    Entities {
        /// What fits.
        options: Vec<EntityLink>,
    },
    /// A list of texts, one on each line.
    Lines,
    /// Anything else, written as JSON or YAML.
    Json,
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldOption {
    /// What the form sends: the value as text, JSON when it is no text.
    pub value: String,
    /// What the person reads.
    pub label: String,
}

/// What was sent and could not be taken: nothing that was typed is lost, except secrets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormDraft {
    /// What was typed, by field; a field may have several values.
    pub values: Vec<(String, String)>,
    /// What is wrong, by field; an empty name stands for the whole form.
    pub errors: Vec<(String, String)>,
}

impl FormDraft {
    /// What was typed into a field.
    pub fn values_of(&self, name: &str) -> Vec<String> {
        let of_field = self.values.iter().filter(|(field, _)| field == name);
        of_field.map(|(_, value)| value.clone()).collect()
    }

    /// What is wrong with a field.
    pub fn error_of(&self, name: &str) -> Option<String> {
        self.errors.iter().find(|(field, _)| field == name).map(|(_, message)| message.clone())
    }
}
