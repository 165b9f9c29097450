//! Recorded results of the reference's engine: expressions of real templates, and a battery of the
//! language. Without the folder of samples there is nothing to compare with.

use serde_json::Value;
use std::path::PathBuf;
use templating::{Engine, Options};

fn samples() -> Option<Value> {
    let folder = match std::env::var_os("CALLBOARD_CONFORMANCE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let file = folder.join("samples/expressions.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("left out: no recorded expressions in {}", folder.display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn engine() -> Engine {
    let hosts = [
        ("github.com", "github"),
        ("gitlab.com", "gitlab"),
        ("bitbucket.org", "bitbucketCloud"),
        ("dev.azure.com", "azure"),
        ("gitea.example.com", "gitea"),
        ("bb.example.com", "bitbucketServer"),
        ("gerrit.example.com", "gerrit"),
    ];
    let hosts = hosts.map(|(host, kind)| (host.to_owned(), kind.to_owned()));
    Engine::new(Options { hosts: hosts.into_iter().collect(), ..Options::default() })
}

/// JSON tells 3 from 3.0, the language does not.
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

#[test]
fn every_recorded_expression_gives_the_recorded_result() {
    let Some(samples) = samples() else { return };
    let engine = engine();
    let cases = samples["cases"].as_array().expect("cases").iter();
    let cases = cases.map(|case| (case, &case["context"]));
    let battery = &samples["battery"];
    let more = battery["cases"].as_array().expect("cases").iter();
    let more = more.map(|case| (case, &battery["context"]));
    let (mut compared, mut wrong) = (0, Vec::new());
    for (case, context) in cases.chain(more) {
        let template = case["template"].as_str().expect("a template");
        let value = engine.render_value(template, context);
        let value_fits = match (&case["undefined"], case.get("error"), case.get("value")) {
            (Value::Bool(true), ..) => matches!(value, Ok(None)),
            (_, Some(_), _) => value.is_err(),
            (_, _, Some(wanted)) => {
                matches!(&value, Ok(Some(found)) if same(found, wanted))
            }
            _ => true,
        };
        let text = engine.render_text(template, context);
        let text_fits = match (case.get("text"), case.get("text_error")) {
            (Some(wanted), None) => text.as_ref().is_ok_and(|text| wanted == text.as_str()),
            (None, None) => true,
            _ => text.is_err(),
        };
        compared += 1;
        if !(value_fits && text_fits) {
            wrong.push(format!("{template}\n  wanted {case}\n  found {value:?} and {text:?}"));
        }
    }
    assert!(compared > 200, "only {compared} expressions");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong.join("\n"));
}
