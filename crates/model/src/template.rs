//! Software templates as people see them: the list, and the form made from the parameters.

use crate::entity_link::EntityLink;
use crate::entity_ref::{Defaults, EntityRef};
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
    /// The owner.
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
    let defaults = Defaults { kind: Some("template"), namespace: None };
    match EntityRef::parse_with(template_ref, defaults) {
        Ok(found) => format!("/create/templates/{}/{}", found.namespace, found.name),
        Err(_) => "/create".to_owned(),
    }
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
    /// What the fields hold already: what was sent before and could not be taken, or the values of
    /// an earlier run.
    pub draft: Option<FormDraft>,
    /// The run whose values the form is filled with, if it is one.
    #[serde(default)]
    pub from_run: Option<String>,
}

impl TemplateForm {
    /// Which fields are asked for, page by page, while the fields hold what `values_of` says. It is
    /// given a field's name and answers with all that the field holds, nothing when it is empty; a
    /// box is `true` or `false`.
    pub fn shown(&self, values_of: &dyn Fn(&str) -> Vec<String>) -> Vec<ShownPage> {
        shown(&self.pages, values_of)
    }
}

/// What is asked for on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownPage {
    /// Whether the page is asked for at all.
    pub page: bool,
    /// Whether each of its fields is, in order.
    pub fields: Vec<bool>,
}

/// A field that is not asked for holds nothing, so that conditions on it do not hold either.
/// Repeated until nothing changes, since conditions build on one another.
fn shown(pages: &[FormPage], values_of: &dyn Fn(&str) -> Vec<String>) -> Vec<ShownPage> {
    let holds = |condition: Option<&FieldCondition>, of: &dyn Fn(&str) -> Vec<String>| {
        condition.is_none_or(|condition| condition.holds(of) != Some(false))
    };
    let mut now: Vec<ShownPage> = pages
        .iter()
        .map(|page| ShownPage {
            page: page.condition.is_none(),
            fields: page.fields.iter().map(|field| field.condition.is_none()).collect(),
        })
        .collect();
    // A circle of conditions would go on for ever.
    for _ in 0..16 {
        let known = |name: &str| {
            let shown = pages.iter().zip(&now).any(|(page, state)| {
                let mut fields = page.fields.iter().zip(&state.fields);
                state.page && fields.any(|(field, shown)| *shown && field.name == name)
            });
            if shown { values_of(name) } else { Vec::new() }
        };
        let next: Vec<ShownPage> = pages
            .iter()
            .map(|page| ShownPage {
                page: holds(page.condition.as_ref(), &known),
                fields: page
                    .fields
                    .iter()
                    .map(|field| holds(field.condition.as_ref(), &known))
                    .collect(),
            })
            .collect();
        if next == now {
            break;
        }
        now = next;
    }
    now
}

/// One page of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormPage {
    /// Above the fields.
    pub title: String,
    /// Under the title.
    pub description: Option<String>,
    /// When the page is asked for; always, when there is no condition.
    #[serde(default)]
    pub condition: Option<FieldCondition>,
    /// The fields, in order. Several may have one name, each with a condition of its own.
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
    /// Whether there is a secret in what is typed.
    #[serde(default)]
    pub has_secrets: bool,
    /// How it is filled in.
    pub kind: FieldKind,
}

/// When a field or a page is asked for, by what other fields hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum FieldCondition {
    /// A field holds one of these values, written as the form sends them.
    Is {
        /// The other field.
        field: String,
        /// The values.
        values: Vec<String>,
    },
    /// A field holds anything at all.
    Filled {
        /// The other field.
        field: String,
    },
    /// Every one of these.
    All(Vec<FieldCondition>),
    /// One of these or more.
    Any(Vec<FieldCondition>),
    /// The opposite.
    Not(Box<FieldCondition>),
    /// Only the server can tell: the field is shown, and what is in it counts when it applies.
    Unknown,
}

impl FieldCondition {
    /// Whether it holds; nothing, when only the server can tell. `values_of` answers with all that
    /// a field holds, nothing when it is empty; a box is `true` or `false`.
    pub fn holds(&self, values_of: &dyn Fn(&str) -> Vec<String>) -> Option<bool> {
        // One that decides is enough, whatever cannot be told about the others.
        let decided = |list: &[FieldCondition], by: bool| {
            let mut open = false;
            for condition in list {
                match condition.holds(values_of) {
                    Some(value) if value == by => return Some(by),
                    Some(_) => {}
                    None => open = true,
                }
            }
            if open { None } else { Some(!by) }
        };
        match self {
            FieldCondition::Is { field, values } => {
                Some(values_of(field).iter().any(|value| values.contains(value)))
            }
            FieldCondition::Filled { field } => Some(!values_of(field).is_empty()),
            FieldCondition::All(list) => decided(list, false),
            FieldCondition::Any(list) => decided(list, true),
            FieldCondition::Not(other) => other.holds(values_of).map(|value| !value),
            FieldCondition::Unknown => None,
        }
    }

    /// Whether the browser can always tell.
    pub fn is_known(&self) -> bool {
        match self {
            FieldCondition::All(list) | FieldCondition::Any(list) => {
                list.iter().all(FieldCondition::is_known)
            }
            FieldCondition::Not(other) => other.is_known(),
            FieldCondition::Unknown => false,
            _ => true,
        }
    }
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
        /// What fits; what is the person's own comes first.
        options: Vec<EntityLink>,
        /// How many of the options are the person's own.
        #[serde(default)]
        own: usize,
        /// Whether another ref may be written.
        arbitrary: bool,
    },
    /// Some entities of the catalog; the value is a list of refs.
    Entities {
        /// What fits; what is the person's own comes first.
        options: Vec<EntityLink>,
        /// How many of the options are the person's own.
        #[serde(default)]
        own: usize,
    },
    /// A list of texts, one on each line.
    Lines,
    /// A list of objects, each a row of fields. `hosts.0.name` is the name of a field in a row.
    Rows {
        /// The fields of one row; their names are those within it.
        fields: Vec<FormField>,
    },
    /// Anything else, written as JSON or YAML.
    Json,
}

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldOption {
    /// What the form sends for it. It stands for the option's own value, which is known where the
    /// form is made; nothing is to be read out of it.
    pub value: String,
    /// What the person reads.
    pub label: String,
}

/// What the fields of a form hold already: what was sent and could not be taken, or the values of
/// an earlier run. Nothing is lost but secrets.
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

    /// What was typed in the rows of a field, with the names within it: `0.name`.
    pub fn rows_of(&self, name: &str) -> Vec<(String, String)> {
        let inside = |field: &str| Some(field.strip_prefix(name)?.strip_prefix('.')?.to_owned());
        let typed = self.values.iter();
        typed.filter_map(|(field, value)| Some((inside(field)?, value.clone()))).collect()
    }

    /// What is wrong with a field.
    pub fn error_of(&self, name: &str) -> Option<String> {
        self.errors.iter().find(|(field, _)| field == name).map(|(_, message)| message.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, condition: Option<FieldCondition>) -> FormField {
        FormField {
            name: name.to_owned(),
            title: name.to_owned(),
            description: None,
            required: false,
            disabled: false,
            autofocus: false,
            placeholder: None,
            default: None,
            condition,
            has_secrets: false,
            kind: FieldKind::Json,
        }
    }

    fn is(field: &str, value: &str) -> FieldCondition {
        FieldCondition::Is { field: field.to_owned(), values: vec![value.to_owned()] }
    }

    #[test]
    fn one_that_decides_is_enough() {
        let values = |name: &str| if name == "a" { vec!["1".to_owned()] } else { Vec::new() };
        let unknown = || FieldCondition::Unknown;
        let check = |condition: FieldCondition, expected| {
            assert_eq!(condition.holds(&values), expected, "{condition:?}");
        };
        check(is("a", "1"), Some(true));
        check(is("a", "2"), Some(false));
        check(is("b", "1"), Some(false));
        check(FieldCondition::Filled { field: "b".to_owned() }, Some(false));
        check(FieldCondition::All(vec![is("a", "2"), unknown()]), Some(false));
        check(FieldCondition::All(vec![is("a", "1"), unknown()]), None);
        check(FieldCondition::Any(vec![unknown(), is("a", "1")]), Some(true));
        check(FieldCondition::Any(vec![unknown(), is("a", "2")]), None);
        check(FieldCondition::Not(Box::new(is("a", "1"))), Some(false));
        check(FieldCondition::Not(Box::new(unknown())), None);
    }

    #[test]
    fn what_is_not_asked_for_holds_nothing() {
        let page = |condition, fields| FormPage {
            title: String::new(),
            description: None,
            condition,
            fields,
        };
        let pages = [
            page(None, vec![field("a", None), field("b", Some(is("a", "1")))]),
            page(Some(is("b", "x")), vec![field("c", None)]),
        ];
        let with = |a: &'static str| {
            let values = move |name: &str| match name {
                "a" => vec![a.to_owned()],
                "b" => vec!["x".to_owned()],
                _ => Vec::new(),
            };
            shown(&pages, &values).into_iter().map(|page| (page.page, page.fields)).collect()
        };
        let all: Vec<(bool, Vec<bool>)> = with("1");
        assert_eq!(all, [(true, vec![true, true]), (true, vec![true])]);
        // The second field still holds what was typed, but it is not asked for any more.
        let few: Vec<(bool, Vec<bool>)> = with("2");
        assert_eq!(few, [(true, vec![true, false]), (false, vec![true])]);
    }
}
