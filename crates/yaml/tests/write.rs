//! What is written looks as people write it, and is read back as the same value.

use serde_json::{Value, json};
use yaml::{parse_one, to_string};

fn check(value: Value, expected: &str) {
    assert_eq!(to_string(&value), expected);
    round_trip(&value);
}

fn round_trip(value: &Value) {
    let text = to_string(value);
    match parse_one(&text) {
        Ok(node) => assert_eq!(&node.to_json(), value, "{text}"),
        Err(error) => panic!("{error}\n{text}"),
    }
}

#[test]
fn writes_block_style() {
    check(
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": "shop", "tags": ["java", "web"], "links": [{"url": "https://x.y/#z", "title": "A: b"}], "labels": {}},
            "spec": {"steps": [[1, 2], {"a": {"b": null}}, []], "on": true, "text": "one\n\n  two\n"},
        }),
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: shop\n  tags:\n    - \
         java\n    - web\n  links:\n    - url: https://x.y/#z\n      title: 'A: b'\n  labels: \
         {}\nspec:\n  steps:\n    - - 1\n      - 2\n    - a:\n        b: null\n    - []\n  'on': \
         true\n  text: |\n    one\n\n      two\n",
    );
}

#[test]
fn quotes_only_where_they_are_needed() {
    for plain in [
        "a",
        "a b",
        "https://a.b:80/c?d=e#f",
        "1.2.3",
        "v1",
        "user:default/jane",
        "a#b",
        "-x",
        "a'b",
        "ä",
        "x: y".trim_end_matches(": y"),
        "10m",
        "null-ish",
        "@a/b".trim_start_matches('@'),
    ] {
        check(json!(plain), &format!("{plain}\n"));
    }
    for quoted in [
        "",
        " a",
        "a ",
        "1",
        "1.5",
        "0x1F",
        "true",
        "Null",
        "~",
        "yes",
        "OFF",
        "12:30",
        "1_000",
        "2024-01-02",
        "- a",
        "? a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "@a",
        "`a",
        "*a",
        "&a",
        "!a",
        "%a",
        "[a",
        "{a",
        "|",
        ">",
        ",",
        "\"a",
        "---",
        "--- a",
        "...",
        "<<",
        "-",
        "0b1",
    ] {
        check(json!(quoted), &format!("'{}'\n", quoted.replace('\'', "''")));
    }
    check(json!("'a"), "'''a'\n");
    check(json!("tab\there"), "\"tab\\there\"\n");
    check(json!("\u{7}\u{85}\u{2028}\u{FEFF}"), "\"\\x07\\x85\\u2028\\uFEFF\"\n");
}

#[test]
fn texts_of_several_lines_become_literal_blocks() {
    check(json!({"a": "x\ny"}), "a: |-\n  x\n  y\n");
    check(json!({"a": "x\ny\n"}), "a: |\n  x\n  y\n");
    check(json!({"a": "x\n\n\n", "b": 1}), "a: |+\n  x\n\n\nb: 1\n");
    check(json!(["x\ny", "z"]), "- |-\n  x\n  y\n- z\n");
    check(json!([["x\n# y\n"]]), "- - |\n    x\n    # y\n");
    check(json!("x\n---\ny\n"), "|\n  x\n  ---\n  y\n");
    check(json!({"a": " x\ny"}), "a: \" x\\ny\"\n");
    check(json!({"a": "\n"}), "a: \"\\n\"\n");
    check(json!({"a\nb": "x \n y\n"}), "\"a\\nb\": |\n  x \n   y\n");
}

#[test]
fn long_keys_and_numbers_survive() {
    round_trip(&json!({"k".repeat(3000): {"a": ["b"]}, "z": [{"#".repeat(2000): 1}]}));
    round_trip(&json!([0, -1, i64::MAX, i64::MIN, 0.5, -2.5e-10, 1e21, 1.7976931348623157e308]));
}

/// Values made in a fixed sequence of ways from awkward pieces.
#[test]
fn every_value_is_read_back() {
    const PIECES: [&str; 24] = [
        "a", "-", " ", "\n", ":", "#", "'", "\"", "\\", "\t", "true", "1", "{", "]", "|", ">", "é",
        "😀", "---", "...", "%", "&", "*", "\r",
    ];
    fn make(random: &mut impl FnMut(usize) -> usize, depth: usize) -> Value {
        let text = |random: &mut dyn FnMut(usize) -> usize| -> String {
            (0..random(7)).map(|_| PIECES[random(PIECES.len())]).collect()
        };
        match random(if depth == 0 { 4 } else { 8 }) {
            0 => Value::Null,
            1 => Value::Bool(random(2) == 0),
            2 => json!(random(1000) as i64 - 500),
            3 | 4 => Value::String(text(random)),
            5 => (0..random(4)).map(|_| make(random, depth - 1)).collect(),
            _ => Value::Object(
                (0..random(4)).map(|_| (text(random), make(random, depth - 1))).collect(),
            ),
        }
    }
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for _ in 0..5_000 {
        round_trip(&make(&mut random, 4));
    }
}
