//! Texts are read as the npm package `yaml`, which Backstage's catalog uses, reads them.
//! `recorded/record.mjs` writes what it gives.

use serde_json::Value;

/// Why we differ on purpose, where we do.
fn reason(text: &str, refused: bool) -> Option<&'static str> {
    let alone = |(at, _): (usize, &str)| !text[at + 1..].starts_with('\n');
    if refused && text.contains('\0') {
        return Some("databases hold no text with NUL");
    }
    if refused && text.match_indices('\r').any(alone) {
        return Some("a line that ends for one program and goes on for the next is a trap");
    }
    if refused && text.contains("{1: a, \"1\": b}") {
        return Some("one of two keys that are the same in JSON would be lost");
    }
    if ["!!set", "!!omap", "!!binary"].iter().any(|tag| text.contains(tag)) {
        return Some(
            "JSON knows neither sets nor ordered mappings nor bytes: Backstage loses them",
        );
    }
    (text == "a: [\t1,\n\t2]\n").then_some("inside brackets indentation means nothing")
}

/// JSON tells 3 from 3.0, JavaScript does not.
fn same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, value)| b.get(key).is_some_and(|other| same(value, other)))
        }
        (a, b) => a == b,
    }
}

fn documents_refused(documents: &[Result<yaml::Node, yaml::SyntaxError>]) -> bool {
    documents.iter().any(Result::is_err)
}

/// What is read in another way without a reason.
fn differences(cases: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in cases["cases"].as_array().expect("cases") {
        let text = case["text"].as_str().expect("a text");
        let parsed = yaml::parse_all(text);
        let wanted = case["documents"].as_array().expect("documents");
        let fits = parsed.len() == wanted.len()
            && parsed.iter().zip(wanted).all(|(found, wanted)| match found {
                Ok(node) => wanted.get("value").is_some_and(|value| same(&node.to_json(), value)),
                Err(_) => wanted.get("error").is_some(),
            });
        if !fits {
            let found: Vec<String> = parsed
                .iter()
                .map(|found| match found {
                    Ok(node) => node.to_json().to_string(),
                    Err(error) => error.to_string(),
                })
                .collect();
            let short = |text: String| text.chars().take(300).collect::<String>();
            let message = format!(
                "{}\n  wanted {}\n  found {}",
                short(format!("{text:?}")),
                short(case["documents"].to_string()),
                short(found.join(" and "))
            );
            let refused = documents_refused(&parsed);
            if reason(text, refused).is_none() {
                wrong.push(message);
            }
        }
    }
    wrong
}

#[test]
fn every_text_is_read_as_backstage_reads_it() {
    let cases: Value = serde_json::from_str(include_str!("recorded/documents.json")).expect("JSON");
    let wrong = differences(&cases);
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Other recordings can be compared with `CALLBOARD_YAML_CASES=<file>`.
#[test]
fn every_text_of_another_file_is_read_as_backstage_reads_it() {
    let Some(file) = std::env::var_os("CALLBOARD_YAML_CASES") else {
        println!(
            "skipped: no data: no other recordings (CALLBOARD_YAML_CASES names a file of them)"
        );
        return;
    };
    let cases = std::fs::read_to_string(file).expect("a file");
    let wrong = differences(&serde_json::from_str(&cases).expect("JSON"));
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
