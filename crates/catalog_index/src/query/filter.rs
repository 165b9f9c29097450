//! `filter=kind=component,spec.type=service`: one text is a set of statements that all have to
//! hold; of several texts one has to.

use super::condition::Condition;
use model::{Error, Result};

/// So many statements there may be.
const MOST_STATEMENTS: usize = 10_000;

/// The condition of all texts together.
pub fn parse(texts: &[String]) -> Result<Condition> {
    let mut sets = Vec::new();
    let statements = texts.iter().map(|text| text.split(',').count()).sum::<usize>();
    if statements > MOST_STATEMENTS {
        return Err(Error::invalid(format!(
            "Invalid filter, it has {statements} statements and may have {MOST_STATEMENTS}"
        )));
    }
    for text in texts {
        if let Some(set) = parse_set(text)? {
            sets.push(set);
        }
    }
    Ok(match sets.len() {
        0 => Condition::everything(),
        1 => sets.remove(0),
        _ => Condition::Any(sets),
    })
}

/// One text; nothing when it says nothing.
fn parse_set(text: &str) -> Result<Option<Condition>> {
    // The same path twice means one of the values.
    let mut paths: Vec<(String, Vec<String>)> = Vec::new();
    for statement in text.split(',').map(str::trim).filter(|statement| !statement.is_empty()) {
        let (path, value) = match statement.split_once('=') {
            Some((path, value)) => (path.trim(), Some(value.trim())),
            None => (statement, None),
        };
        if path.is_empty() {
            return Err(Error::invalid(format!(
                "Invalid filter, '{statement}' is not a valid statement (expected a string on the \
                 form a=b or a= or a)"
            )));
        }
        let path = path.to_lowercase();
        let at = paths.iter().position(|(known, _)| *known == path).unwrap_or_else(|| {
            paths.push((path, Vec::new()));
            paths.len() - 1
        });
        paths[at].1.extend(value.map(str::to_lowercase));
    }
    let mut parts: Vec<Condition> = paths
        .into_iter()
        .map(|(path, values)| match values.is_empty() {
            true => Condition::Exists(path),
            false => Condition::In(path, values),
        })
        .collect();
    Ok(match parts.len() {
        0 => None,
        1 => Some(parts.remove(0)),
        _ => Some(Condition::All(parts)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(texts: &[&str], expected: serde_json::Value) {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(parse(&texts).expect("read").to_json(), expected, "{texts:?}");
    }

    #[test]
    fn statements_become_conditions() {
        check(&[], json!({"$all": []}));
        check(&["", " , "], json!({"$all": []}));
        check(&["kind=API"], json!({"kind": {"$in": ["api"]}}));
        check(&["a"], json!({"a": {"$exists": true}}));
        check(&["a="], json!({"a": {"$in": [""]}}));
        check(&["a=b=c"], json!({"a": {"$in": ["b=c"]}}));
        check(&["a,a=b, a = C"], json!({"a": {"$in": ["b", "c"]}}));
        check(
            &["a=1,b", "c"],
            json!({"$any": [
                {"$all": [{"a": {"$in": ["1"]}}, {"b": {"$exists": true}}]},
                {"c": {"$exists": true}},
            ]}),
        );
        for bad in ["=x", "=", "a,=b"] {
            assert!(parse(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
