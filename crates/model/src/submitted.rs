//! A form that was sent as a whole page and could not be accepted: what was typed and why.

use crate::{Error, FieldError};
use serde::{Deserialize, Serialize};

/// What a browser without script sent, on its way back to the page it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubmittedForm {
    /// Where it was sent, without the tenant's prefix: `/fn/catalog/overlay_save`.
    pub action: String,
    /// Path and query of the page it stands on, as the browser sees them.
    pub page: String,
    /// Its fields in their order; a name may stand there several times.
    pub fields: Vec<(String, String)>,
    /// Why it was not accepted.
    pub error: Error,
}

impl SubmittedForm {
    /// What was typed in a field; nothing when it was not sent.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All values of a field that may stand there several times.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// What is wrong with a field: everything said about its JSON pointer, such as `/owner`.
    pub fn field_error(&self, pointer: &str) -> Option<String> {
        field_error(&self.error, pointer)
    }
}

/// What an error says about the field at a JSON pointer, also about what is inside it.
pub fn field_error(error: &Error, pointer: &str) -> Option<String> {
    let Error::Invalid { fields, .. } = error else { return None };
    let about = |error: &&FieldError| {
        error
            .path
            .strip_prefix(pointer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let messages: Vec<&str> = fields.iter().filter(about).map(|error| &*error.message).collect();
    (!messages.is_empty()).then(|| messages.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_messages_are_found_by_the_name_of_the_field() {
        let form = SubmittedForm {
            action: "/fn/x".into(),
            page: "/catalog".into(),
            fields: vec![("tag".into(), "a".into()), ("tag".into(), "b".into())],
            error: Error::invalid_fields(
                "Fix 2 errors to continue.",
                vec![
                    FieldError::new("/owner", "No such owner."),
                    FieldError::new("/links/0", "No address."),
                    FieldError::new("/ownership", "Another field."),
                ],
            ),
        };
        assert_eq!(form.value("tag"), Some("a"));
        assert_eq!(form.values("tag").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(form.value("owner"), None);
        assert_eq!(form.field_error("/owner").as_deref(), Some("No such owner."));
        assert_eq!(form.field_error("/links").as_deref(), Some("No address."));
        assert_eq!(form.field_error("/title"), None);
    }
}
