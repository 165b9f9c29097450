//! Descriptor files as people write them, and what they are told about mistakes.

use catalog::descriptor::{Document, MAX_FILE_BYTES, Options, placeholders, read, read_bytes};
use model::validation::{Stage, Strictness};
use serde_json::json;

const FILE: &str = "\
# The shop
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  tags: [java]
spec:
  type: service
  lifecycle: production
  owner: team
  dependsOn:
    - resource:db
    - api:pay
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: pay
  namespace: Money
spec:
  type: openapi
---
kind: [
---
- a list
---
# nothing here
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: { name: all }
spec: { owner: jane }
";

fn place(document: &Document) -> (Stage, u32, u32, &str) {
    let error = &document.errors[0];
    (error.stage, error.line, error.column, &error.pointer)
}

#[test]
fn documents_of_a_file_stand_on_their_own() {
    let documents = read(FILE, &Options::default());
    let refs: Vec<_> =
        documents.iter().map(|document| (document.index, document.entity_ref.as_deref())).collect();
    assert_eq!(
        refs,
        [
            (0, Some("component:default/shop")),
            (1, Some("api:money/pay")),
            (2, None),
            (3, None),
            (4, Some("domain:default/all")),
        ]
    );
    let valid: Vec<_> = documents.iter().map(|document| document.valid).collect();
    assert_eq!(valid, [true, false, false, false, true]);
    let shop = documents[0].entity.as_ref().expect("an entity");
    assert_eq!(shop.metadata.namespace.as_deref(), Some("default"));
    assert_eq!(shop.spec_list("dependsOn"), ["api:pay", "resource:db"]);
    assert_eq!(documents[0].relations.len(), 6);
    assert_eq!((documents[0].line, documents[4].line), (2, 29));

    assert_eq!(place(&documents[1]), (Stage::Policy, 19, 14, "/metadata/namespace"));
    assert_eq!(place(&documents[2]), (Stage::Yaml, 24, 1, ""));
    assert!(documents[2].errors[0].message.starts_with("YAML error: "), "{:?}", documents[2]);
    assert_eq!(place(&documents[3]), (Stage::Yaml, 25, 1, ""));
    assert_eq!(documents[3].errors[0].message, "Expected object at root, got array");
}

#[test]
fn a_document_is_printed_as_one_line_of_json() {
    let documents = read(FILE, &Options::default());
    assert_eq!(
        documents[0].to_json("a/catalog-info.yaml"),
        json!({"file": "a/catalog-info.yaml", "index": 0, "entityRef": "component:default/shop",
            "valid": true, "errors": []})
    );
    let line = documents[3].to_json("x").to_string();
    assert_eq!(
        line,
        "{\"file\":\"x\",\"index\":3,\"entityRef\":null,\"valid\":false,\"errors\":[{\"message\":\
         \"Expected object at root, got array\",\"pointer\":\"\",\"line\":25,\"column\":1,\"stage\":\
         \"yaml\"}]}"
    );
    assert_eq!(documents[3].errors[0].to_string(), "25:1: Expected object at root, got array");
}

#[test]
fn an_editor_is_told_about_later_stages_too() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: -x\nspec:\n  type: \
                5\n  owner: {$text: 7}\n";
    let first = read(text, &Options::default());
    let stages = |documents: &[Document]| -> Vec<(Stage, String)> {
        documents[0].errors.iter().map(|error| (error.stage, error.pointer.clone())).collect()
    };
    assert_eq!(stages(&first), [(Stage::Placeholder, "/spec/owner".to_owned())]);
    let all = read(text, &Options { all_errors: true, ..Options::default() });
    assert_eq!(
        stages(&all),
        [
            (Stage::Placeholder, "/spec/owner".to_owned()),
            (Stage::Policy, "/metadata/name".to_owned()),
            (Stage::Kind, "/spec".to_owned()),
            (Stage::Kind, "/spec".to_owned()),
            (Stage::Kind, "/spec/type".to_owned()),
            (Stage::Kind, "/spec/owner".to_owned()),
        ]
    );
    let all = read(FILE, &Options { all_errors: true, ..Options::default() });
    assert!(all[0].valid && all[4].valid);
}

#[test]
fn yaml_errors_name_the_location() {
    let options = Options { location: Some("url:https://a.example/x.yaml"), ..Options::default() };
    let documents = read("a: [1\nb: }\n", &options);
    let message = &documents[0].errors[0].message;
    assert!(message.starts_with("YAML error at url:https://a.example/x.yaml, "), "{message}");
    assert!(message.contains(" at line "), "{message}");
}

#[test]
fn placeholders_are_fetched_by_the_caller() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: a\nspec:\n  type: \
                openapi\n  lifecycle: l\n  owner: o\n  definition:\n    $text: ./api.yaml\n";
    let location = "url:https://github.com/o/r/blob/main/catalog-info.yaml";
    let found = placeholders(text, Some(location));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].pointer, "/spec/definition");
    assert_eq!(found[0].url.as_deref(), Some("https://github.com/o/r/blob/main/api.yaml"));
    assert_eq!(placeholders(FILE, None), []);

    let fetch = |placeholder: &catalog::descriptor::placeholder::Placeholder| {
        Ok(format!("from {}", placeholder.url.as_deref().unwrap_or_default()))
    };
    let options = Options { location: Some(location), fetch: Some(&fetch), ..Options::default() };
    let documents = read(text, &options);
    let entity = documents[0].entity.as_ref().expect("an entity");
    assert_eq!(
        entity.spec_str("definition"),
        Some("from https://github.com/o/r/blob/main/api.yaml")
    );

    let fails = |_: &catalog::descriptor::placeholder::Placeholder| Err("it is gone".to_owned());
    let documents = read(text, &Options { fetch: Some(&fails), ..Options::default() });
    assert_eq!(place(&documents[0]), (Stage::Placeholder, 10, 5, "/spec/definition"));
    assert_eq!(documents[0].entity_ref.as_deref(), Some("api:default/a"));

    // Nothing fetches them when a file is only checked: a text counts as there, JSON as an object.
    assert!(read(text, &Options::default())[0].valid);
    let documents = read(&text.replace("$text", "$json"), &Options::default());
    assert_eq!(place(&documents[0]), (Stage::Kind, 10, 5, "/spec/definition"));
    let documents =
        read(&text.replace("./api.yaml", "https://github.com/o/other/blob/main/x"), &options);
    assert_eq!(place(&documents[0]).0, Stage::Placeholder);
}

#[test]
fn imports_may_be_liberal() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: jane}\nspec: {}\n\
                relations: []\n";
    assert!(!read(text, &Options::default())[0].valid);
    let options = Options { strictness: Strictness::Liberal, ..Options::default() };
    assert!(read(text, &options)[0].valid);
}

#[test]
fn files_that_are_no_text_or_too_long_are_refused_with_a_reason() {
    let documents = read_bytes(b"a: 1\nb: \xC3\xA9\xE9\n", &Options::default());
    assert_eq!(documents.len(), 1);
    assert_eq!(place(&documents[0]), (Stage::Yaml, 2, 5, ""));
    assert!(documents[0].errors[0].message.contains("not UTF-8"), "{:?}", documents[0].errors);
    let documents = read_bytes(b"\xFF\xFEa\0", &Options::default());
    assert!(documents[0].errors[0].message.contains("UTF-16"), "{:?}", documents[0].errors);

    let documents = read_bytes(&vec![b'#'; MAX_FILE_BYTES + 1], &Options::default());
    assert!(
        documents[0].errors[0].message.contains("MiB and at most"),
        "{:?}",
        documents[0].errors
    );
    assert!(read_bytes(b"", &Options::default()).is_empty());
    assert!(read_bytes(b"# only a comment\n---\n", &Options::default()).is_empty());
}
