//! Placeholders: `$text`, `$json` and `$yaml` stand for the content of another file.
//!
//! An object whose only key is one of them is replaced by what its target holds. Any other key
//! with a `$` makes the object an ordinary value that is left as it is, with all that is in it.

use model::kind::shape::within;
use model::validation::{Stage, Violation};
use serde_json::Value;
use url::Url;

/// How the content of a target is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As it is.
    Text,
    /// As a JSON value.
    Json,
    /// As the one document of a YAML file.
    Yaml,
}

/// A value that stands for the content of another file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// How the content is taken.
    pub format: Format,
    /// What is written there: an absolute URL, or a path relative to the descriptor.
    pub value: String,
    /// The absolute URL it means, when the descriptor's own URL is known or none is needed. A path
    /// without one is relative to the descriptor's file: keep it inside the folder that was opened.
    pub url: Option<String>,
    /// JSON pointer of the placeholder in its document.
    pub pointer: String,
}

impl Format {
    fn of(key: &str) -> Option<Self> {
        match key {
            "$text" => Some(Format::Text),
            "$json" => Some(Format::Json),
            "$yaml" => Some(Format::Yaml),
            _ => None,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Format::Text => "$text",
            Format::Json => "$json",
            Format::Yaml => "$yaml",
        }
    }
}

/// Replaces every placeholder in a value; the first one that cannot be is the violation.
/// `location` is where the descriptor comes from, `<type>:<target>`.
pub fn fill(
    value: &mut Value,
    location: Option<&str>,
    mut fetch: impl FnMut(&Placeholder) -> Result<String, String>,
) -> Result<(), Violation> {
    let base = location
        .and_then(|location| location.strip_prefix("url:"))
        .and_then(|target| Url::parse(target).ok());
    fill_at(value, &mut String::new(), base.as_ref(), &mut fetch)
}

fn fill_at(
    value: &mut Value,
    pointer: &mut String,
    base: Option<&Url>,
    fetch: &mut dyn FnMut(&Placeholder) -> Result<String, String>,
) -> Result<(), Violation> {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                within(pointer, &index.to_string(), |pointer| fill_at(item, pointer, base, fetch))?;
            }
        }
        Value::Object(entries) => {
            if !entries.keys().any(|key| key.starts_with('$')) {
                for (key, entry) in entries.iter_mut() {
                    within(pointer, key, |pointer| fill_at(entry, pointer, base, fetch))?;
                }
            } else if entries.len() == 1
                && let Some((key, target)) = entries.iter().next()
                && let Some(format) = Format::of(key)
            {
                let content =
                    resolve(format, target, pointer, base, fetch).map_err(|message| Violation {
                        stage: Stage::Placeholder,
                        name: "Error".to_owned(),
                        pointer: pointer.clone(),
                        message,
                    })?;
                *value = content;
            }
        }
        _ => {}
    }
    Ok(())
}

fn resolve(
    format: Format,
    target: &Value,
    pointer: &str,
    base: Option<&Url>,
    fetch: &mut dyn FnMut(&Placeholder) -> Result<String, String>,
) -> Result<Value, String> {
    let key = format.key();
    let Value::String(target) = target else {
        return Err(format!(
            "Placeholder {key} expected a string value parameter, in the form of an absolute URL \
             or a relative path"
        ));
    };
    let url = absolute(target, base).map_err(|error| {
        let base = base.map_or("the descriptor", Url::as_str);
        format!("Placeholder {key} could not form a URL out of {base} and {target}, Error: {error}")
    })?;
    let placeholder =
        Placeholder { format, value: target.clone(), url, pointer: pointer.to_owned() };
    let content = fetch(&placeholder)
        .map_err(|error| format!("Placeholder {key} could not read location {target}, {error}"))?;
    match format {
        Format::Text => Ok(Value::String(content)),
        Format::Json => serde_json::from_str(&content).map_err(|error| {
            format!("Placeholder {key} failed to parse JSON data at {target}, {error}")
        }),
        Format::Yaml => {
            let mut documents = yaml::parse_all(&content);
            match (documents.pop(), documents.len()) {
                (Some(Ok(node)), 0) => Ok(node.to_json()),
                (Some(Err(error)), 0) => Err(format!(
                    "Placeholder {key} found an error in the data at {target}, {error}"
                )),
                (last, others) => Err(format!(
                    "Placeholder {key} expected to find exactly one document of data at {target}, \
                     found {}",
                    others + usize::from(last.is_some())
                )),
            }
        }
    }
}

/// The absolute URL a target means, or nothing for a path whose start is not known.
fn absolute(target: &str, base: Option<&Url>) -> Result<Option<String>, String> {
    let resolved = match (Url::parse(target), base) {
        (Ok(url), _) => url,
        (Err(_), Some(base)) => join(base, target)?,
        (Err(_), None) => return Ok(None),
    };
    if !matches!(resolved.scheme(), "http" | "https") {
        return Err(format!(
            "{}: URLs cannot be read from a descriptor, use https: or a relative path",
            resolved.scheme()
        ));
    }
    if let Some(base) = base
        && let (Some(own), Some(other)) = (repository(base), repository(&resolved))
        && own != other
    {
        return Err("Placeholder may only reference files from the same repository as the entity"
            .to_owned());
    }
    Ok(Some(resolved.into()))
}

/// Joins a relative path to the URL of a file. A path that begins with `/` starts from the root of
/// the repository when there is one.
fn join(base: &Url, path: &str) -> Result<Url, String> {
    let from_root = path.strip_prefix('/').filter(|path| !path.starts_with(['/', '\\']));
    if let Some(path) = from_root
        && let Some(root) = root(base)
    {
        let mut url = base.clone();
        url.set_path(&format!("{root}/{path}"));
        return Ok(url);
    }
    base.join(path).map_err(|error| error.to_string())
}

/// Host and full name of the repository a URL of a file belongs to, as the usual hosts write them.
fn repository(url: &Url) -> Option<(String, String)> {
    let host = url.host_str()?;
    let (name, _) = split(url)?;
    // Raw files of this host are served from another name.
    let host = match host {
        "raw.githubusercontent.com" => "github.com",
        host => host,
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some((format!("{host}{port}"), name.to_lowercase()))
}

/// The path of the root of the repository at the commit of a URL.
fn root(url: &Url) -> Option<String> {
    split(url).map(|(_, root)| root)
}

/// The full name of a repository and the path of its root, from the URL of a file in it.
fn split(url: &Url) -> Option<(String, String)> {
    let path = url.path();
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let cut = |name: usize, root: usize| {
        // At least one segment for the file itself.
        (segments.len() > root && segments[..root].iter().all(|segment| !segment.is_empty()))
            .then(|| (segments[..name].join("/"), format!("/{}", segments[..root].join("/"))))
    };
    if url.host_str() == Some("raw.githubusercontent.com") {
        return cut(2, 3);
    }
    // GitLab: groups of any depth, then `/-/`.
    if let Some(dash) = segments.iter().position(|segment| *segment == "-") {
        return cut(dash, dash + 3);
    }
    match segments.get(2).copied()? {
        "blob" | "tree" | "raw" | "edit" | "blame" => cut(2, 4),
        // Gitea names the kind of reference, Bitbucket does not.
        "src" => match segments.get(3).copied()? {
            "branch" | "tag" | "commit" => cut(2, 5),
            _ => cut(2, 4),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "url:https://github.com/o/r/blob/main/a/catalog-info.yaml";

    fn filled(mut value: Value, location: Option<&str>) -> Result<Value, String> {
        let fetch = |placeholder: &Placeholder| match placeholder.value.as_str() {
            "missing" => Err("no such file".to_owned()),
            "broken" => Ok("{a: [".to_owned()),
            "two" => Ok("a: 1\n---\nb: 2\n".to_owned()),
            "none" => Ok(String::new()),
            _ => Ok(format!(
                "{{\"at\": \"{}\"}}",
                placeholder.url.as_deref().unwrap_or(&placeholder.value)
            )),
        };
        fill(&mut value, location, fetch).map_err(|violation| {
            assert_eq!(violation.stage, Stage::Placeholder);
            format!("{}: {}", violation.pointer, violation.message)
        })?;
        Ok(value)
    }

    #[test]
    fn placeholders_are_replaced_wherever_they_stand() {
        let value =
            json!({"spec": {"a": {"$text": "x"}, "b": [1, {"$json": "y"}], "c": {"$yaml": "z"}}});
        assert_eq!(
            filled(value, None),
            Ok(json!({"spec": {"a": "{\"at\": \"x\"}", "b": [1, {"at": "y"}], "c": {"at": "z"}}}))
        );
    }

    #[test]
    fn other_dollar_keys_are_left_alone() {
        for value in [
            json!({"$text": "x", "b": {"$json": "missing"}}),
            json!({"$openapi": "x"}),
            json!({"$ref": {"$text": "missing"}}),
            json!({"a": "$text"}),
        ] {
            assert_eq!(filled(value.clone(), None), Ok(value));
        }
    }

    #[test]
    fn what_cannot_be_filled_in_is_named_with_its_place() {
        let fails = |value: Value, start: &str| {
            let error = filled(json!({"spec": {"x/y": value}}), None).expect_err("a failure");
            assert!(error.starts_with(&format!("/spec/x~1y: Placeholder {start}")), "{error}");
        };
        fails(json!({"$text": 5}), "$text expected a string value parameter");
        fails(json!({"$text": "missing"}), "$text could not read location missing, no such file");
        fails(json!({"$json": "broken"}), "$json failed to parse JSON data at broken");
        fails(json!({"$yaml": "broken"}), "$yaml found an error in the data at broken, line 2");
        fails(
            json!({"$yaml": "two"}),
            "$yaml expected to find exactly one document of data at two, found 2",
        );
        fails(
            json!({"$yaml": "none"}),
            "$yaml expected to find exactly one document of data at none, found 0",
        );
        fails(json!({"$text": "file:///etc/passwd"}), "$text could not form a URL");
        fails(json!({"$text": "javascript:1"}), "$text could not form a URL");
    }

    #[test]
    fn targets_start_from_the_descriptor_and_stay_in_its_repository() {
        let at = |target: &str| {
            filled(json!({"$json": target}), Some(BASE))
                .map(|value| value["at"].as_str().map(str::to_owned).unwrap_or_default())
        };
        let inside =
            |target: &str, url: &str| assert_eq!(at(target), Ok(url.to_owned()), "{target}");
        inside("./x.yaml", "https://github.com/o/r/blob/main/a/x.yaml");
        inside("../x.yaml", "https://github.com/o/r/blob/main/x.yaml");
        inside("/x.yaml", "https://github.com/o/r/blob/main/x.yaml");
        inside("https://github.com/O/r/blob/dev/x", "https://github.com/O/r/blob/dev/x");
        inside(
            "https://raw.githubusercontent.com/o/r/main/x",
            "https://raw.githubusercontent.com/o/r/main/x",
        );
        // Not the URL of a repository: whether it may be read is for the caller to say.
        inside("https://other.example/x", "https://other.example/x");
        for outside in [
            "https://github.com/o/other/blob/main/x",
            "https://gitlab.com/o/r/-/blob/main/x",
            "https://raw.githubusercontent.com/o/other/main/x",
            "../../../../other/blob/main/x",
            "//github.com/evil/r/blob/main/x",
        ] {
            let error = at(outside).expect_err(outside);
            assert!(error.contains("only reference files from the same repository"), "{error}");
        }
    }

    #[test]
    fn repositories_of_the_usual_hosts_are_told_apart() {
        for (url, expected) in [
            ("https://github.com/o/r/tree/main/x", Some("github.com o/r")),
            ("https://github.com/o/r", None),
            ("https://github.com/o/r/blob/main", None),
            ("https://gitlab.com/a/b/c/-/raw/main/x", Some("gitlab.com a/b/c")),
            ("https://git.example:3000/o/r/src/branch/main/x", Some("git.example:3000 o/r")),
            ("https://bitbucket.org/o/r/src/main/x", Some("bitbucket.org o/r")),
            ("https://a.example/x.yaml", None),
        ] {
            let url = Url::parse(url).expect("a URL");
            let found = repository(&url).map(|(host, name)| format!("{host} {name}"));
            assert_eq!(found.as_deref(), expected, "{url}");
        }
    }
}
