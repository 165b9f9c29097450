//! JSON Schema checks, with messages in the words people search for.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// JSON pointer of the value at fault; for a missing property, of that property.
    pub(crate) pointer: String,
    /// In Backstage's words: `requires property "name"`.
    pub(crate) message: String,
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
    let message = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            return Misfit {
                pointer: format!("{at}/{name}"),
                message: format!("requires property \"{name}\""),
            };
        }
        ValidationErrorKind::Type { .. } => {
            format!("is not of the right type: {error}")
        }
        ValidationErrorKind::Enum { options } => {
            let list = options.as_array().map_or(&[][..], Vec::as_slice);
            let list = list.iter().map(plain).collect::<Vec<_>>().join(", ");
            format!("is not one of {list}")
        }
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
    Misfit { pointer: at, message }
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
