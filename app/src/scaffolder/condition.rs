//! When a field is asked for, in one short sentence with the words that people see on the form.

use model::template::{FieldCondition, FieldKind, FormPage};
use std::collections::HashMap;

/// A sentence with more parts than this says less than none.
const MOST_PARTS: usize = 4;

/// What the fields of a form are called, and what there is to choose in them.
pub struct Labels(HashMap<String, Label>);

struct Label {
    title: String,
    options: Vec<(String, String)>,
    is_box: bool,
}

impl Labels {
    /// Those of a form; of several fields of one name the first counts.
    pub fn of(pages: &[FormPage]) -> Labels {
        let mut labels = HashMap::new();
        for field in pages.iter().flat_map(|page| &page.fields) {
            let options = match &field.kind {
                FieldKind::Choice { options } | FieldKind::MultiChoice { options } => {
                    options.iter().map(|it| (it.value.clone(), it.label.clone())).collect()
                }
                FieldKind::Entity { options, .. } | FieldKind::Entities { options, .. } => {
                    options.iter().map(|it| (it.entity_ref.clone(), it.title.clone())).collect()
                }
                _ => Vec::new(),
            };
            labels.entry(field.name.clone()).or_insert(Label {
                title: field.title.clone(),
                options,
                is_box: field.kind == FieldKind::Boolean,
            });
        }
        Labels(labels)
    }

    /// `Only if Cloud is Google Cloud.`; nothing for what is always asked for.
    pub fn sentence(&self, condition: &FieldCondition) -> Option<String> {
        let words = match simple(condition) {
            Simple::Always => return None,
            Simple::Never => return Some("Not asked for now.".to_owned()),
            condition if condition.is_unknown() || condition.parts() > MOST_PARTS => {
                "your other answers call for it".to_owned()
            }
            condition => self.words(&condition),
        };
        Some(format!("Only if {words}."))
    }

    fn title<'a>(&'a self, field: &'a str) -> &'a str {
        self.0.get(field).map_or(field, |label| &label.title)
    }

    fn is(&self, field: &str, values: &[String], yes: bool) -> String {
        let title = self.title(field);
        let label = self.0.get(field);
        if label.is_some_and(|label| label.is_box) {
            let is_on = values.iter().any(|value| value == "true") == yes;
            return format!("{title} is {}", if is_on { "checked" } else { "not checked" });
        }
        let named = |value: &String| {
            let options = label.map_or(&[][..], |label| &label.options);
            let found = options.iter().find(|(key, _)| key == value);
            found.map_or_else(|| value.clone(), |(_, label)| label.clone())
        };
        let values = values.iter().map(named).collect::<Vec<_>>().join(" or ");
        format!("{title} is {}{values}", if yes { "" } else { "not " })
    }

    fn words(&self, condition: &Simple) -> String {
        let join = |list: &[Simple], word: &str| {
            list.iter().map(|one| self.words(one)).collect::<Vec<_>>().join(word)
        };
        match condition {
            Simple::Is(field, values) => self.is(field, values, true),
            Simple::IsNot(field, values) => self.is(field, values, false),
            Simple::Filled(field) => format!("{} is filled in", self.title(field)),
            Simple::Empty(field) => format!("{} is empty", self.title(field)),
            Simple::All(list) => join(list, " and "),
            Simple::Any(list) => join(list, " or "),
            Simple::Always | Simple::Never | Simple::Unknown => String::new(),
        }
    }
}

/// A condition with "not" only at its leaves and nothing said twice.
#[derive(Debug, Clone, PartialEq)]
enum Simple {
    Always,
    Never,
    Is(String, Vec<String>),
    IsNot(String, Vec<String>),
    Filled(String),
    Empty(String),
    All(Vec<Simple>),
    Any(Vec<Simple>),
    Unknown,
}

impl Simple {
    fn parts(&self) -> usize {
        match self {
            Simple::All(list) | Simple::Any(list) => list.iter().map(Simple::parts).sum(),
            _ => 1,
        }
    }

    fn is_unknown(&self) -> bool {
        match self {
            Simple::All(list) | Simple::Any(list) => list.iter().any(Simple::is_unknown),
            _ => *self == Simple::Unknown,
        }
    }
}

fn simple(condition: &FieldCondition) -> Simple {
    build(condition, true)
}

fn build(condition: &FieldCondition, yes: bool) -> Simple {
    let each = |list: &[FieldCondition]| list.iter().map(|one| build(one, yes)).collect();
    match (condition, yes) {
        (FieldCondition::Is { field, values }, true) => match values.is_empty() {
            true => Simple::Never,
            false => Simple::Is(field.clone(), values.clone()),
        },
        (FieldCondition::Is { field, values }, false) => match values.is_empty() {
            true => Simple::Always,
            false => Simple::IsNot(field.clone(), values.clone()),
        },
        (FieldCondition::Filled { field }, true) => Simple::Filled(field.clone()),
        (FieldCondition::Filled { field }, false) => Simple::Empty(field.clone()),
        (FieldCondition::Not(other), yes) => build(other, !yes),
        (FieldCondition::Unknown, _) => Simple::Unknown,
        (FieldCondition::All(list), true) | (FieldCondition::Any(list), false) => all(each(list)),
        (FieldCondition::Any(list), true) | (FieldCondition::All(list), false) => any(each(list)),
    }
}

fn push(list: &mut Vec<Simple>, one: Simple) {
    if !list.contains(&one) {
        list.push(one);
    }
}

fn any(list: Vec<Simple>) -> Simple {
    let mut parts = Vec::new();
    for one in list {
        match one {
            Simple::Always => return Simple::Always,
            Simple::Never => {}
            Simple::Any(inner) => inner.into_iter().for_each(|one| push(&mut parts, one)),
            one => push(&mut parts, one),
        }
    }
    match parts.len() {
        0 => Simple::Never,
        1 => parts.remove(0),
        _ => Simple::Any(parts),
    }
}

fn all(list: Vec<Simple>) -> Simple {
    let mut parts = Vec::new();
    for one in list {
        match one {
            Simple::Never => return Simple::Never,
            Simple::Always => {}
            Simple::All(inner) => inner.into_iter().for_each(|one| push(&mut parts, one)),
            one => push(&mut parts, one),
        }
    }
    // What a field is known to be makes other parts true or false.
    let known = parts.clone();
    let mut kept = Vec::new();
    for (at, one) in parts.into_iter().enumerate() {
        let others = known.iter().enumerate().filter(|(other, _)| *other != at);
        match others.fold(one, |one, (_, fact)| given(one, fact)) {
            Simple::Always => {}
            Simple::Never => return Simple::Never,
            one => push(&mut kept, one),
        }
    }
    match kept.len() {
        0 => Simple::Always,
        1 => kept.remove(0),
        // What became simpler is a fact for the others.
        _ if kept != known => all(kept),
        _ => Simple::All(kept),
    }
}

/// What is left of a condition where a fact holds.
fn given(one: Simple, fact: &Simple) -> Simple {
    match (&one, fact) {
        (Simple::Any(list), _) => any(list.iter().map(|part| given(part.clone(), fact)).collect()),
        (Simple::Filled(field), Simple::Is(known, _)) if field == known => Simple::Always,
        (Simple::Empty(field), Simple::Is(known, _) | Simple::Filled(known)) if field == known => {
            Simple::Never
        }
        (Simple::IsNot(field, values), Simple::Is(known, is)) if field == known => {
            match is.iter().any(|value| values.contains(value)) {
                true => one,
                false => Simple::Always,
            }
        }
        _ => one,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::template::{FieldOption, FormField};

    fn labels() -> Labels {
        let field = |name: &str, title: &str, kind| FormField {
            name: name.to_owned(),
            title: title.to_owned(),
            description: None,
            required: false,
            disabled: false,
            autofocus: false,
            placeholder: None,
            default: None,
            condition: None,
            has_secrets: false,
            kind,
        };
        let option = |value: &str, label: &str| FieldOption {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        let options = vec![option("aws", "AWS"), option("gcp", "Google Cloud")];
        Labels::of(&[FormPage {
            title: String::new(),
            description: None,
            condition: None,
            fields: vec![
                field("cloud", "Cloud", FieldKind::Choice { options }),
                field("docs", "Documentation", FieldKind::Boolean),
            ],
        }])
    }

    fn is(field: &str, values: &[&str]) -> FieldCondition {
        FieldCondition::Is {
            field: field.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }

    fn filled(field: &str) -> FieldCondition {
        FieldCondition::Filled { field: field.to_owned() }
    }

    fn not(other: FieldCondition) -> FieldCondition {
        FieldCondition::Not(Box::new(other))
    }

    #[test]
    fn a_condition_is_said_with_the_labels_of_the_form() {
        let said = |condition: FieldCondition| labels().sentence(&condition).unwrap_or_default();
        assert_eq!(said(is("cloud", &["aws", "gcp"])), "Only if Cloud is AWS or Google Cloud.");
        assert_eq!(said(is("docs", &["true"])), "Only if Documentation is checked.");
        assert_eq!(said(not(is("docs", &["true"]))), "Only if Documentation is not checked.");
        assert_eq!(said(not(filled("other"))), "Only if other is empty.");
        assert_eq!(said(FieldCondition::All(Vec::new())), "");
        assert_eq!(said(FieldCondition::Unknown), "Only if your other answers call for it.");
    }

    #[test]
    fn nothing_is_said_twice() {
        let branch = |value: &str| {
            FieldCondition::All(vec![
                filled("cloud"),
                FieldCondition::All(vec![filled("cloud"), is("cloud", &[value])]),
            ])
        };
        // A branch of `dependencies`, less the branches before it.
        let second = FieldCondition::All(vec![branch("gcp"), not(branch("aws"))]);
        assert_eq!(labels().sentence(&second).as_deref(), Some("Only if Cloud is Google Cloud."));
        let loose = FieldCondition::Any(vec![not(filled("cloud")), is("cloud", &["aws"])]);
        let loose = FieldCondition::All(vec![filled("cloud"), loose]);
        assert_eq!(labels().sentence(&loose).as_deref(), Some("Only if Cloud is AWS."));
    }
}
