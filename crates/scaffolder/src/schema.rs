//! JSON Schema checks, with messages in the words people search for.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, JsonType, ValidationError, Validator};
use serde_json::Value;

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// JSON pointer of the value at fault; for a missing property, of that property.
    pub(crate) pointer: String,
    /// In Backstage's words: `requires property "name"`.
    pub(crate) message: String,
    /// As a form says it, after the label of the field: `must have at least 3 characters`.
    pub(crate) expected: String,
}

/// A schema ready for checking, or what is wrong with it.
pub(crate) fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .build(schema)
        .map_err(|error| format!("{error} (at {})", error.instance_path().as_str()))
}

/// Everything about `value` that does not fit.
pub(crate) fn misfits(validator: &Validator, value: &Value) -> Vec<Misfit> {
    validator.iter_errors(value).map(|error| misfit(&error)).collect()
}

/// All misfits in one line, as a failed step says it.
pub(crate) fn summary(misfits: &[Misfit]) -> String {
    let line = |misfit: &Misfit| {
        let path = misfit.pointer.replace('/', ".");
        // Backstage names the object that lacks a property, not the property.
        let path = match misfit.message.starts_with("requires property") {
            true => path.rsplit_once('.').map_or("", |(parent, _)| parent).to_owned(),
            false => path,
        };
        format!("instance{path} {}", misfit.message)
    };
    misfits.iter().map(line).collect::<Vec<_>>().join(", ")
}

fn misfit(error: &ValidationError<'_>) -> Misfit {
    let at = error.instance_path().as_str().to_owned();
    let expected = expected(error);
    let message = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            return Misfit {
                pointer: format!("{at}/{name}"),
                message: format!("requires property \"{name}\""),
                expected,
            };
        }
        ValidationErrorKind::Type { .. } => {
            format!("is not of the right type: {error}")
        }
        ValidationErrorKind::Enum { options } => format!("is not one of {}", listed(options)),
        ValidationErrorKind::Pattern { pattern } => {
            format!("does not match pattern \"{pattern}\"")
        }
        ValidationErrorKind::MinLength { limit } => {
            format!("does not meet minimum length of {limit}")
        }
        ValidationErrorKind::MaxLength { limit } => {
            format!("does not meet maximum length of {limit}")
        }
        ValidationErrorKind::Minimum { limit } => {
            format!("must be greater than or equal to {limit}")
        }
        ValidationErrorKind::Maximum { limit } => format!("must be less than or equal to {limit}"),
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            format!(
                "is not allowed to have the additional property \"{}\"",
                unexpected.join("\", \"")
            )
        }
        _ => error.to_string(),
    };
    Misfit { pointer: at, message, expected }
}

/// What was expected, for people who fill in a form.
fn expected(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    let things = |count: u64, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let characters = |count: u64| things(count, "character", "characters");
    let entries = |count: u64| things(count, "entry", "entries");
    match error.kind() {
        Kind::Required { .. } => "must be filled in".to_owned(),
        Kind::Type { kind } => format!("must be {}", type_in_words(kind)),
        Kind::Enum { options } => format!("must be one of {}", listed(options)),
        Kind::Constant { expected_value } => format!("must be {}", plain(expected_value)),
        Kind::Pattern { pattern } => {
            format!("does not have the expected form: it must match {pattern}")
        }
        Kind::Format { format } => match format.as_str() {
            "email" | "idn-email" => "must be an email address".to_owned(),
            "uri" | "url" | "iri" => "must be a URL such as https://example.com".to_owned(),
            "date" => "must be a date such as 2025-12-31".to_owned(),
            format => format!("must be of the format {format}"),
        },
        Kind::MinLength { limit } => format!("must have at least {}", characters(*limit)),
        Kind::MaxLength { limit } => format!("must have at most {}", characters(*limit)),
        Kind::Minimum { limit } => format!("must be {limit} or more"),
        Kind::Maximum { limit } => format!("must be {limit} or less"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of, .. } => format!("must be a multiple of {multiple_of}"),
        Kind::MinItems { limit } => format!("must have at least {}", entries(*limit)),
        Kind::MaxItems { limit } => format!("must have at most {}", entries(*limit)),
        Kind::UniqueItems => "must not have the same entry twice".to_owned(),
        Kind::AdditionalProperties { unexpected } => {
            format!("may not have {}", unexpected.join(", "))
        }
        _ => "is not one of the values that are allowed here".to_owned(),
    }
}

fn type_in_words(kind: &TypeKind) -> String {
    let word = |name: JsonType| match name {
        JsonType::Array => "a list",
        JsonType::Boolean => "yes or no",
        JsonType::Integer => "a whole number",
        JsonType::Null => "empty",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "text",
    };
    match kind {
        TypeKind::Single(name) => word(*name).to_owned(),
        TypeKind::Multiple(names) => names.iter().map(word).collect::<Vec<_>>().join(" or "),
    }
}

fn listed(options: &Value) -> String {
    let list = options.as_array().map_or(&[][..], Vec::as_slice);
    list.iter().map(plain).collect::<Vec<_>>().join(", ")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn says_what_is_missing_in_backstages_words() {
        let schema = json!({"type": "object", "required": ["name"], "properties": {"port": {"type": "integer", "minimum": 1}}});
        let validator = compile(&schema).unwrap();
        let found = misfits(&validator, &json!({"port": 0}));
        assert_eq!(found.len(), 2);
        assert!(summary(&found).contains("instance requires property \"name\""), "{found:?}");
        assert!(summary(&found).contains("instance.port must be greater than or equal to 1"));
        assert!(misfits(&validator, &json!({"name": "x", "port": 3})).is_empty());
    }

    #[test]
    fn a_bad_schema_says_so() {
        assert!(compile(&json!({"type": "nonsense"})).is_err());
    }
}
