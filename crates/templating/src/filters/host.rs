//! Filters the scaffolder adds: repository addresses and entity references.

use super::call::Call;
use crate::error::{Fail, Res};
use crate::machine::Machine;
use crate::repo_url;
use crate::text::Text;
use crate::value::{Record, Value};

/// `parseRepoUrl`: `host?owner=…&repo=…` as a record.
pub(super) fn parse_repo_url(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let record = parts(m, call)?.into_iter().map(|(name, value)| (name.into(), Value::text(value)));
    m.record(record.collect())
}

/// `projectSlug`: `owner/repo` of such an address.
pub(super) fn project_slug(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let parts = parts(m, call)?;
    let part = |name: &str| {
        parts.iter().find(|(found, _)| *found == name).map_or("undefined", |(_, value)| value)
    };
    m.made(format!("{}/{}", part("owner"), part("repo")))
}

fn parts(m: &mut Machine<'_>, call: &Call) -> Res<Vec<(&'static str, String)>> {
    let Value::Text(url) = &call.input else {
        return Err(Fail::new(format!(
            "expected a repository address such as host?owner=o&repo=r, found {}",
            call.input.kind()
        )));
    };
    repo_url::parse(&url.to_str(), &m.settings.hosts).map_err(Fail::new)
}

/// `pick(path, otherwise)`: what stands at a path such as `a.b[0]` or `['a', 'b']`, with lodash's
/// idea of paths.
pub(super) fn pick(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let keys = match call.argument(0) {
        Value::List(id) => {
            let items = m.items(*id)?;
            items.iter().map(|item| m.to_text(item)).collect::<Res<Vec<_>>>()?
        }
        path => {
            let path = m.to_text(path)?;
            // A key that holds the whole path wins over the path.
            match m.own(&call.input, &path) {
                Some(_) => vec![path],
                None => keys_of_path(&path.to_str()),
            }
        }
    };
    m.budget.work(keys.len())?;
    let mut found = match keys.is_empty() {
        true => Value::Undefined,
        false => call.input.clone(),
    };
    for key in &keys {
        found = m.own(&found, key).unwrap_or(Value::Undefined);
    }
    Ok(match found {
        Value::Undefined => call.argument(1).clone(),
        found => found,
    })
}

/// The keys of a path: names between points, `[name]`, `['name']`, and nothing for what is neither.
fn keys_of_path(path: &str) -> Vec<Text> {
    let is_deep = |path: &str| {
        let bracket = path.find('[').and_then(|open| path[open..].find(']'));
        path.contains('.') || bracket.is_some()
    };
    if !is_deep(path) {
        return vec![path.into()];
    }
    let mut keys: Vec<Text> = Vec::new();
    if path.starts_with('.') {
        keys.push("".into());
    }
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        if !matches!(c, '.' | '[' | ']') {
            let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
            keys.push(rest[..end].into());
            rest = &rest[end..];
            continue;
        }
        if let Some((key, after)) = quoted_key(rest) {
            keys.push(key.as_str().into());
            rest = after;
            continue;
        }
        // Nothing between two separators, or after the last, is an empty key.
        let after = rest.strip_prefix("[]").or_else(|| rest.strip_prefix('.'));
        if after.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(['.']) || rest.starts_with("[]")
        }) {
            keys.push("".into());
        }
        rest = &rest[1..];
    }
    keys
}

/// `["key"]` or `['key']` at the start, and what follows.
fn quoted_key(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('[')?;
    let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut key = String::new();
    let mut chars = inner.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => key.push(chars.next()?.1),
            c if c == quote => {
                let after = inner[at + 1..].strip_prefix(']')?;
                return Some((key, after));
            }
            c => key.push(c),
        }
    }
    None
}

/// `parseEntityRef({defaultKind, defaultNamespace})`.
pub(super) fn parse_entity_ref(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let option =
        |m: &mut Machine<'_>, value: &Value, name: &str| match m.own(value, &Text::from(name)) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text.to_str().into_owned()),
            _ => None,
        };
    let default_kind = option(m, call.argument(0), "defaultKind");
    let default_namespace =
        option(m, call.argument(0), "defaultNamespace").unwrap_or_else(|| "default".to_owned());
    let (kind, namespace, name, shown) = match &call.input {
        Value::Text(text) => {
            let text = text.to_str().into_owned();
            let (kind, namespace, name) = split_ref(&text)?;
            (kind, namespace, Some(name), text)
        }
        record @ Value::Record(_) => {
            let part = |m: &mut Machine<'_>, name| option(m, record, name);
            (part(m, "kind"), part(m, "namespace"), part(m, "name"), "{…}".to_owned())
        }
        other => {
            let message = format!("expected an entity reference, found {}", other.kind());
            return Err(Fail::new(message));
        }
    };
    let Some(kind) = kind.or(default_kind) else {
        return Err(Fail::new(format!(
            "Entity reference {shown:?} had missing or empty kind (e.g. did not start with \"component:\" or similar)"
        )));
    };
    let Some(name) = name else {
        return Err(Fail::new(format!("Entity reference {shown:?} had missing or empty name")));
    };
    let entries =
        [("kind", kind), ("namespace", namespace.unwrap_or(default_namespace)), ("name", name)];
    let record: Record =
        entries.into_iter().map(|(key, value)| (key.into(), Value::text(value))).collect();
    m.record(record)
}

/// Kind, namespace and name of `[kind:][namespace/]name`.
fn split_ref(text: &str) -> Res<(Option<String>, Option<String>, String)> {
    if text.is_empty() {
        return Err(Fail::new("Entity reference must not be empty"));
    }
    let colon = text.find(':');
    let slash = text.find('/');
    // A slash before the first colon: there is no kind, and the colon belongs to the name.
    let (kind, rest) = match (colon, slash) {
        (Some(colon), slash) if slash.is_none_or(|slash| colon < slash) => {
            (Some(&text[..colon]), &text[colon + 1..])
        }
        _ => (None, text),
    };
    let (namespace, name) = match rest.split_once('/') {
        Some((namespace, name)) => (Some(namespace), name),
        None => (None, rest),
    };
    if kind == Some("") || namespace == Some("") || name.is_empty() {
        return Err(Fail::new(format!(
            "Entity reference {text:?} was not on the form [<kind>:][<namespace>/]<name>"
        )));
    }
    Ok((kind.map(str::to_owned), namespace.map(str::to_owned), name.to_owned()))
}
