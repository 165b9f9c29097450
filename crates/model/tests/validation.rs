//! Which rule an entity breaks first, where, and how clients are told.

use model::kind::Kinds;
use model::validation::{Stage, Strictness, Violation, validate, violations};
use serde_json::{Value, json};

const LEARN_MORE: &str = " To learn more about catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/architecture-decisions/adr002-default-catalog-file-format.md";

fn component() -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "shop"},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team"},
    })
}

/// A good component with one value put in, or taken out with nothing.
fn with(pointer: &str, value: impl Into<Option<Value>>) -> Value {
    let mut entity = component();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = entity.pointer_mut(parent).and_then(Value::as_object_mut).expect("a parent");
    match value.into() {
        Some(value) => parent.insert(key.to_owned(), value),
        None => parent.remove(key),
    };
    entity
}

fn first(entity: Value) -> Option<Violation> {
    validate(entity, Strictness::Exact, Kinds::default()).err().map(|found| found[0].clone())
}

fn check(entity: Value, stage: Stage, pointer: &str, message: &str) {
    let violation = first(entity).expect("a violation");
    assert_eq!(violation.message, message);
    assert_eq!((violation.stage, violation.pointer.as_str()), (stage, pointer), "{message}");
}

#[test]
fn a_good_entity_is_stored_with_its_namespace_and_relations() {
    let accepted = validate(
        with("/spec/dependsOn", json!(["resource:b", "api:a"])),
        Strictness::Exact,
        Kinds::default(),
    )
    .expect("a good entity");
    assert_eq!(accepted.entity.metadata.namespace.as_deref(), Some("default"));
    assert_eq!(accepted.entity.spec_list("dependsOn"), ["api:a", "resource:b"]);
    let relations: Vec<_> = accepted.relations.iter().map(|found| found.to_string()).collect();
    assert_eq!(
        relations,
        [
            "api:default/a dependencyOf component:default/shop",
            "component:default/shop dependsOn api:default/a",
            "component:default/shop dependsOn resource:default/b",
            "component:default/shop ownedBy group:default/team",
            "group:default/team ownerOf component:default/shop",
            "resource:default/b dependencyOf component:default/shop",
        ]
    );
}

#[test]
fn the_envelope_comes_first() {
    let bad = |pointer, value: Value, at, message| {
        check(with(pointer, value), Stage::Envelope, at, message)
    };
    check(json!([]), Stage::Envelope, "", "<root> must be object - type: object");
    check(
        with("/apiVersion", None),
        Stage::Envelope,
        "",
        "<root> must have required property 'apiVersion' - missingProperty: apiVersion",
    );
    check(
        with("/metadata/name", None),
        Stage::Envelope,
        "/metadata",
        "/metadata must have required property 'name' - missingProperty: name",
    );
    bad("/metadata", json!("x"), "/metadata", "/metadata must be object - type: object");
    bad("/kind", json!(""), "/kind", "/kind must NOT have fewer than 1 characters - limit: 1");
    bad(
        "/metadata/name",
        json!(5),
        "/metadata/name",
        "/metadata/name must be string - type: string",
    );
    bad(
        "/metadata/namespace",
        json!(null),
        "/metadata/namespace",
        "/metadata/namespace must be string - type: string",
    );
}

#[test]
fn the_schema_comes_before_foreign_fields_and_formats() {
    let bad = |pointer, value: Value, at, message: &str| {
        check(with(pointer, value), Stage::Policy, at, &format!("Malformed envelope, {message}"));
    };
    bad("/extra", json!(1), "", "<root> must NOT have additional properties");
    bad("/spec", json!(null), "/spec", "/spec must be object");
    bad("/relations", json!({}), "/relations", "/relations must be array");
    bad(
        "/metadata/title",
        json!(""),
        "/metadata/title",
        "/metadata/title must NOT have fewer than 1 characters",
    );
    bad(
        "/metadata/description",
        json!(1),
        "/metadata/description",
        "/metadata/description must be string",
    );
    bad("/metadata/labels", json!([]), "/metadata/labels", "/metadata/labels must be object");
    bad(
        "/metadata/labels",
        json!({"x/y": true}),
        "/metadata/labels/x~1y",
        "/metadata/labels/x~1y must be string",
    );
    bad(
        "/metadata/annotations",
        json!({"a": null}),
        "/metadata/annotations/a",
        "/metadata/annotations/a must be string",
    );
    bad("/metadata/tags", json!(["a", 1]), "/metadata/tags/1", "/metadata/tags/1 must be string");
    bad(
        "/metadata/links",
        json!([{}]),
        "/metadata/links/0",
        "/metadata/links/0 must have required property 'url'",
    );
    bad(
        "/metadata/uid",
        json!(""),
        "/metadata/uid",
        "/metadata/uid must NOT have fewer than 1 characters",
    );
    check(with("/relations", json!([])), Stage::Policy, "/relations", "Unknown field relations");
    check(with("/status", json!({})), Stage::Policy, "/status", "Unknown field status");

    let mut several = with("/metadata/name", json!("-"));
    several["metadata"]["title"] = json!(5);
    several["status"] = json!({});
    let found: Vec<_> = validate(several, Strictness::Exact, Kinds::default())
        .expect_err("three violations")
        .into_iter()
        .map(|violation| violation.pointer)
        .collect();
    assert_eq!(found, ["/metadata/title", "/status", "/metadata/name"]);
}

#[test]
fn formats_name_what_they_expect() {
    let bad = |pointer: &str, value: Value, at: &str, field: &str, rule: &str, found: &str| {
        let message =
            format!("\"{field}\" is not valid; expected {rule} but found \"{found}\".{LEARN_MORE}");
        check(with(pointer, value), Stage::Policy, at, &message);
    };
    let name = "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total";
    let label =
        "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total";
    let key = "a valid prefix and/or suffix";
    bad("/apiVersion", json!("a/b/c"), "/apiVersion", "apiVersion", key, "a/b/c");
    bad(
        "/kind",
        json!("My-Kind"),
        "/kind",
        "kind",
        "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total",
        "My-Kind",
    );
    bad("/metadata/name", json!("has space"), "/metadata/name", "metadata.name", name, "has space");
    bad(
        "/metadata/namespace",
        json!("Upper"),
        "/metadata/namespace",
        "metadata.namespace",
        label,
        "Upper",
    );
    bad(
        "/metadata/labels",
        json!({"x/y/z": "a"}),
        "/metadata/labels/x~1y~1z",
        "labels.x/y/z",
        key,
        "x/y/z",
    );
    bad("/metadata/labels", json!({"a": "b c"}), "/metadata/labels/a", "labels.a", name, "b c");
    bad(
        "/metadata/annotations",
        json!({"a b": ""}),
        "/metadata/annotations/a b",
        "annotations.a b",
        key,
        "a b",
    );
    bad(
        "/metadata/tags",
        json!(["ok", "Java"]),
        "/metadata/tags/1",
        "tags.1",
        "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total",
        "Java",
    );
    bad(
        "/metadata/links",
        json!([{"url": "/docs"}]),
        "/metadata/links/0/url",
        "links.0.url",
        "a string that is a valid url",
        "/docs",
    );
    bad(
        "/metadata/links",
        json!([{"url": "x:", "title": " "}]),
        "/metadata/links/0/title",
        "links.0.title",
        "a non empty string",
        " ",
    );
}

#[test]
fn kinds_are_known_by_exact_name_and_version() {
    let foreign = |pointer: &str, value: &str, at: &str, entity_ref: &str| {
        let message = format!(
            "No processor recognized the entity {entity_ref} as valid, possibly caused by a foreign kind or apiVersion"
        );
        check(with(pointer, json!(value)), Stage::Kind, at, &message);
    };
    foreign("/kind", "component", "/kind", "component:default/shop");
    foreign("/kind", "Widget", "/kind", "widget:default/shop");
    foreign("/kind", "Template", "/apiVersion", "template:default/shop");
    foreign("/apiVersion", "backstage.io/v1", "/apiVersion", "component:default/shop");
    assert_eq!(first(with("/apiVersion", json!("backstage.io/v1beta1"))), None);
}

#[test]
fn each_kind_asks_for_its_own() {
    fn of(kind: &str, spec: Value) -> Value {
        let version = match kind {
            "Template" => "scaffolder.backstage.io/v1beta3",
            _ => "backstage.io/v1alpha1",
        };
        json!({"apiVersion": version, "kind": kind, "metadata": {"name": "n"}, "spec": spec})
    }
    for (kind, least) in [
        ("Component", json!({"type": "t", "lifecycle": "l", "owner": "o"})),
        ("API", json!({"type": "t", "lifecycle": "l", "owner": "o", "definition": "d"})),
        ("Resource", json!({"type": "t", "owner": "o"})),
        ("System", json!({"owner": "o"})),
        ("Domain", json!({"owner": "o"})),
        ("Group", json!({"type": "t", "children": []})),
        ("User", json!({"memberOf": []})),
        ("Location", json!({})),
        ("Template", json!({"type": "t", "steps": []})),
    ] {
        assert_eq!(first(of(kind, least.clone())), None, "{kind}");
        let mut more = least.clone();
        more["anything"] = json!({"else": [null]});
        assert_eq!(first(of(kind, more)), None, "{kind}");
        for key in least.as_object().expect("an object").keys() {
            let mut less = least.clone();
            less.as_object_mut().expect("an object").remove(key);
            check(
                of(kind, less),
                Stage::Kind,
                "/spec",
                &format!("/spec must have required property '{key}' - missingProperty: {key}"),
            );
        }
        let mut without = of(kind, least);
        without.as_object_mut().expect("an object").remove("spec");
        check(
            without,
            Stage::Kind,
            "",
            "<root> must have required property 'spec' - missingProperty: spec",
        );
    }
    let bad = |kind: &str, spec: Value, at: &str, message: &str| {
        check(of(kind, spec), Stage::Kind, at, &format!("{at} {message}"));
    };
    bad(
        "Location",
        json!({"presence": "maybe"}),
        "/spec/presence",
        "must be equal to one of the allowed values - allowedValues: required,optional",
    );
    bad("Location", json!({"targets": "x"}), "/spec/targets", "must be array - type: array");
    bad(
        "User",
        json!({"memberOf": [], "profile": {"email": ""}}),
        "/spec/profile/email",
        "must NOT have fewer than 1 characters - limit: 1",
    );
    bad(
        "Group",
        json!({"type": "t", "children": [""]}),
        "/spec/children/0",
        "must NOT have fewer than 1 characters - limit: 1",
    );
    let template = |more: Value| {
        let mut spec = json!({"type": "t", "steps": [{"action": "a"}]});
        spec.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        spec
    };
    assert_eq!(
        first(of(
            "Template",
            template(
                json!({"parameters": {}, "output": {"links": [{"url": "u", "if": true}], "x": ""}})
            )
        )),
        None
    );
    assert_eq!(first(of("Template", template(json!({"parameters": [{"title": 5}]})))), None);
    // A page among several may depend on others; in the only one the word means nothing.
    for when in [json!("${{ parameters.x }}"), json!(true)] {
        let parameters = json!({"parameters": [{"when": when}]});
        assert_eq!(first(of("Template", template(parameters))), None);
    }
    for when in [json!(1), json!(null), json!({"a": 1})] {
        assert_eq!(first(of("Template", template(json!({"parameters": {"when": when}})))), None);
        bad(
            "Template",
            template(json!({"parameters": [{"when": when}]})),
            "/spec/parameters",
            "must be object - type: object",
        );
    }
    bad(
        "Template",
        template(json!({"parameters": "p"})),
        "/spec/parameters",
        "must be object - type: object",
    );
    bad(
        "Template",
        template(json!({"parameters": ["p"]})),
        "/spec/parameters",
        "must be object - type: object",
    );
    bad(
        "Template",
        template(json!({"steps": [{"id": "x"}]})),
        "/spec/steps/0",
        "must have required property 'action' - missingProperty: action",
    );
    bad(
        "Template",
        template(json!({"steps": [{"action": "a", "if": 1}]})),
        "/spec/steps/0/if",
        "must be string,boolean - type: string,boolean",
    );
    bad(
        "Template",
        template(json!({"output": {"x": 1, "links": {}}})),
        "/spec/output/x",
        "must be string - type: string",
    );
    bad(
        "Template",
        template(json!({"output": {"text": "x"}})),
        "/spec/output/text",
        "must be array - type: array",
    );
    bad(
        "Template",
        template(json!({"secrets": {"schema": []}})),
        "/spec/secrets/schema",
        "must be object - type: object",
    );
}

#[test]
fn references_are_read_last() {
    check(
        with("/spec/dependsOn", json!(["db"])),
        Stage::Relations,
        "/spec/dependsOn/0",
        "Entity reference \"db\" had missing or empty kind (e.g. did not start with \"component:\" or similar)",
    );
    check(
        with("/spec/owner", json!("group:")),
        Stage::Relations,
        "/spec/owner",
        "Entity reference \"group:\" was not on the form [<kind>:][<namespace>/]<name>",
    );
}

#[test]
fn import_passes_over_what_an_export_adds() {
    let mut entity =
        with("/relations", json!([{"type": "ownedBy", "targetRef": "group:default/team"}]));
    entity["status"] = json!({"items": []});
    let accepted =
        validate(entity, Strictness::Liberal, Kinds::default()).expect("an exported entity");
    assert!(accepted.entity.relations.is_empty() && accepted.entity.status.is_none());
    let user = json!({"apiVersion": "backstage.io/v1alpha1", "kind": "User", "metadata": {"name": "jane"}, "spec": {}});
    assert!(validate(user.clone(), Strictness::Liberal, Kinds::default()).is_ok());
    assert!(validate(user, Strictness::Exact, Kinds::default()).is_err());
    assert!(validate(with("/extra", json!(1)), Strictness::Liberal, Kinds::default()).is_err());
}

#[test]
fn an_editor_sees_everything_at_once() {
    let entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"namespace": 5, "tags": ["A"]},
        "extra": true,
        "spec": {"owner": "group:", "type": "", "lifecycle": "l"},
    });
    let found: Vec<_> = violations(&entity, Strictness::Exact, Kinds::default())
        .into_iter()
        .map(|violation| (violation.stage, violation.pointer))
        .collect();
    assert_eq!(
        found,
        [
            (Stage::Envelope, "/metadata".to_owned()),
            (Stage::Envelope, "/metadata/namespace".to_owned()),
            (Stage::Policy, String::new()),
            (Stage::Policy, "/metadata/tags/0".to_owned()),
            (Stage::Kind, "/spec/type".to_owned()),
        ]
    );
    assert_eq!(violations(&component(), Strictness::Exact, Kinds::default()), []);
    assert_eq!(violations(&json!(5), Strictness::Exact, Kinds::default()).len(), 1);
    let two = violations(
        &with("/spec/dependsOn", json!(["a", "b"])),
        Strictness::Exact,
        Kinds::default(),
    );
    assert_eq!(two.len(), 2);
}

#[test]
fn clients_are_told_the_story_around_it() {
    let report = |entity: Value, entity_ref: &str| {
        let report = first(entity).expect("a violation").report(entity_ref);
        (report.name, report.message, report.cause.map(|cause| cause.name))
    };
    let (name, message, cause) = report(with("/metadata/name", None), "");
    assert_eq!((name.as_str(), cause), ("TypeError", None));
    assert!(message.starts_with("/metadata must have"));
    let (name, message, cause) = report(with("/extra", json!(1)), "component:default/shop");
    assert_eq!(
        (name.as_str(), message.as_str(), cause.as_deref()),
        (
            "InputError",
            "Policy check failed for component:default/shop; caused by Error: Malformed envelope, <root> must NOT have additional properties",
            Some("Error")
        )
    );
    let (name, message, cause) = report(with("/spec/owner", json!(1)), "component:default/shop");
    assert_eq!(
        (name.as_str(), message.as_str(), cause.as_deref()),
        (
            "InputError",
            "Processor BuiltinKindsEntityProcessor threw an error while validating the entity component:default/shop; caused by TypeError: /spec/owner must be string - type: string",
            Some("TypeError")
        )
    );
    let (name, _, cause) = report(with("/kind", json!("Nope")), "nope:default/shop");
    assert_eq!((name.as_str(), cause), ("InputError", None));
}
