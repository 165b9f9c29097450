//! One field changes, everything else stays to the letter.

use serde_json::{Value, json};
use yaml::{Edited, edit, parse_all};

const TEXT: &str = "# About the shop.
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop # never rename

  # What people read first.
  description: >
    sells
    things
  tags: [java, web]   # sorted
spec:
  type: service
  owner: team-a  # until May
  # How far along.
  lifecycle: production

# The end.
---
kind: Other
spec:
    owner: nobody
";

fn set(text: &str, parent: &str, key: &str, value: Value) -> String {
    let Edited { text, rewritten } = edit(text, 0, parent, key, Some(&value)).expect("edited");
    assert!(!rewritten, "{text}");
    text
}

#[test]
fn only_the_lines_of_the_field_change() {
    for (parent, key, value, before, after) in [
        (
            "spec",
            "owner",
            json!("group:b"),
            "owner: team-a  # until May",
            "owner: group:b  # until May",
        ),
        (
            "spec",
            "lifecycle",
            json!("deprecated"),
            "lifecycle: production\n",
            "lifecycle: deprecated\n",
        ),
        ("metadata", "description", json!("x"), ">\n    sells\n    things\n", "x\n"),
        (
            "metadata",
            "description",
            json!("one\ntwo"),
            ">\n    sells\n    things\n",
            "|-\n    one\n    two\n",
        ),
        (
            "metadata",
            "tags",
            json!(["a", "b"]),
            "tags: [java, web]   # sorted\n",
            "tags:\n    - a\n    - b\n",
        ),
        (
            "metadata",
            "links",
            json!([{"url": "https://a.b", "title": "A"}]),
            "   # sorted\n",
            "   # sorted\n  links:\n    - url: https://a.b\n      title: A\n",
        ),
    ] {
        assert_eq!(set(TEXT, parent, key, value), TEXT.replacen(before, after, 1), "{key}");
    }
}

#[test]
fn a_field_can_be_taken_away() {
    let edited = edit(TEXT, 0, "metadata", "tags", None).expect("edited");
    assert_eq!(edited.text, TEXT.replace("  tags: [java, web]   # sorted\n", ""));
    let other = edit(TEXT, 1, "spec", "lifecycle", Some(&json!("x"))).expect("edited");
    assert_eq!(other.text, format!("{TEXT}    lifecycle: x\n"));
}

#[test]
fn what_stands_in_braces_is_written_in_lines() {
    let text = "kind: A # a kind\nmetadata: {name: a, tags: [b]}\nspec: {owner: c}\n";
    assert_eq!(
        set(text, "spec", "owner", json!("d")),
        "kind: A # a kind\nmetadata: {name: a, tags: [b]}\nspec:\n  owner: d\n"
    );
}

#[test]
fn line_endings_and_a_missing_last_one_are_kept_in_order() {
    assert_eq!(
        set("kind: A\r\nspec:\r\n  a: 1\r\n", "spec", "b", json!(2)),
        "kind: A\r\nspec:\r\n  a: 1\r\n  b: 2\r\n"
    );
    assert_eq!(
        set("kind: A\nspec:\n  a: 1", "spec", "b", json!(2)),
        "kind: A\nspec:\n  a: 1\n  b: 2\n"
    );
}

#[test]
fn what_cannot_be_changed_in_place_is_written_anew_and_says_so() {
    for text in [
        "kind: A\nmetadata:\n  description: |\n    text\n    # no comment\nspec:\n  a: &x [1]\n  b: *x\n",
        "{kind: A, spec: {a: [1]}}\n",
        "kind: A\n",
    ] {
        let edited = edit(text, 0, "spec", "a", Some(&json!("new"))).expect("edited");
        assert!(edited.rewritten, "{text}");
        let node = parse_all(&edited.text).remove(0).expect("reads");
        assert_eq!(node.to_json()["spec"]["a"], "new", "{}", edited.text);
    }
    let literal = "metadata:\n  description: |\n    text\n    # no comment\n  name: a\n";
    let edited = edit(literal, 0, "metadata", "description", Some(&json!("x"))).expect("edited");
    let node = parse_all(&edited.text).remove(0).expect("reads");
    assert_eq!(node.to_json(), json!({"metadata": {"description": "x", "name": "a"}}));
}

#[test]
fn what_is_no_document_is_left_alone() {
    assert_eq!(edit("a: [", 0, "spec", "a", None), None);
    assert_eq!(edit("a: 1\n", 3, "spec", "a", None), None);
    assert_eq!(edit("- 1\n", 0, "spec", "a", None), None);
    assert_eq!(edit("spec: 5\n", 0, "spec", "a", Some(&json!(1))), None);
}
