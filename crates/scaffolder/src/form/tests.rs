//! The form of a template, from schemas and what was typed to values and errors.

use super::*;
use model::template::{FieldCondition, TemplateForm};
use serde_json::json;

fn with<T>(parameters: Value, act: impl FnOnce(&Form, &Lookup<'_>) -> T) -> T {
    let spec = json!({ "parameters": parameters });
    let entities = |_: &PickerFilter| Vec::new();
    let exists = |_: &model::entity_ref::EntityRef| false;
    let lookup = Lookup::new(&entities, &exists, Vec::new());
    act(&Form::of(&spec, &lookup), &lookup)
}

fn pairs(typed: &[(&str, &str)]) -> Vec<(String, String)> {
    typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn filled(parameters: Value, typed: &[(&str, &str)]) -> Filled {
    with(parameters, |form, lookup| form.fill(&pairs(typed), lookup))
}

/// The values that what was typed gives, where nothing is wrong.
fn values(parameters: &Value, typed: &[(&str, &str)]) -> Value {
    let filled = filled(parameters.clone(), typed);
    assert_eq!(filled.errors, [], "{typed:?}");
    filled.values
}

fn errors(parameters: &Value, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    filled(parameters.clone(), typed).errors
}

fn pages(parameters: &Value) -> Vec<FormPage> {
    with(parameters.clone(), |form, _| form.pages())
}

/// The options of a field: what the form sends, and what people read.
fn options(parameters: &Value, name: &str) -> Vec<(String, String)> {
    let pages = pages(parameters);
    let field = pages[0].fields.iter().find(|field| field.name == name).expect("the field");
    let (FieldKind::Choice { options } | FieldKind::MultiChoice { options }) = &field.kind else {
        panic!("{name} is no choice: {:?}", field.kind)
    };
    options.iter().map(|option| (option.value.clone(), option.label.clone())).collect()
}

#[test]
fn reads_each_kind_of_field() {
    let parameters = json!({"properties": {
        "name": {"type": "string"}, "port": {"type": "integer"}, "share": {"type": "number"},
        "docs": {"type": "boolean"}, "level": {"enum": [1, 2]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "more": {"type": "object", "properties": {"deep": {"type": "string"}}},
        "token": {"type": "string", "ui:field": "Secret"}, "free": {}
    }});
    let typed = [
        ("name", " ada "),
        ("port", "8080"),
        ("share", "0.5"),
        ("docs", ""),
        ("docs", "true"),
        ("level", "2"),
        ("tags", "a\nb\n"),
        ("more.deep", "x"),
        ("token", "s3cret"),
        ("free", "{a: 1}"),
    ];
    let filled = filled(parameters, &typed);
    assert_eq!(filled.errors, []);
    assert_eq!(
        filled.values,
        json!({
            "name": "ada", "port": 8080, "share": 0.5, "docs": true, "level": 2,
            "tags": ["a", "b"], "more": {"deep": "x"}, "token": "******", "free": {"a": 1}
        })
    );
    assert_eq!(Value::Object(filled.secrets), json!({"token": "s3cret"}));
}

#[test]
fn says_what_a_field_expects() {
    let parameters = json!({"required": ["name"], "properties": {
        "name": {"title": "Name", "type": "string"}, "port": {"title": "Port", "type": "integer"}
    }});
    assert_eq!(
        errors(&parameters, &[("name", ""), ("port", "eighty")]),
        [
            ("name".to_owned(), "Name must be filled in.".to_owned()),
            ("port".to_owned(), "Port must be a whole number; \"eighty\" is not.".to_owned()),
        ]
    );
}

#[test]
fn checks_values_against_the_schema_by_field() {
    let parameters = json!({"properties": {
        "name": {"title": "Name", "type": "string", "pattern": "^[a-z]+$"},
        "port": {"title": "Port", "type": "integer", "minimum": 1024},
        "hosts": {"title": "Hosts", "type": "array", "items": {"type": "object",
            "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 3}}}}
    }});
    let found =
        errors(&parameters, &[("name", "A1"), ("port", "1"), ("hosts", "[{name: long}, {}]")]);
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["name", "port", "hosts.0.name", "hosts.1.name"], "{found:?}");
    assert!(found[0].1.contains("^[a-z]+$") && found[1].1.contains("1024"), "{found:?}");
    assert!(found[2].1 == "Hosts 1, name must have at most 3 characters.", "{found:?}");
    assert_eq!(errors(&parameters, &[("name", "ab"), ("port", "2000")]), []);
}

#[test]
fn an_option_keeps_its_own_value() {
    for (schema, typed, expected) in [
        (json!({"type": "string", "enum": ["17", "21"], "default": "21"}), "21", json!("21")),
        (json!({"enum": ["17", "21"]}), "21", json!("21")),
        (json!({"enum": [17, 21]}), "21", json!(21)),
        (json!({"type": "string", "enum": ["3.10", "3.9"]}), "3.10", json!("3.10")),
        (json!({"type": "number", "enum": [3.1, 3.9]}), "3.1", json!(3.1)),
        (json!({"enum": ["true", "false"]}), "true", json!("true")),
        (json!({"enum": [true, false]}), "false", json!(false)),
        (json!({"enum": ["null", "x"]}), "null", json!("null")),
        (json!({"enum": [null, "x"]}), "null", json!(null)),
        (json!({"enum": [{"a": 1}, [2]]}), "{\"a\":1}", json!({"a": 1})),
        (json!({"enum": [" padded "]}), " padded ", json!(" padded ")),
        (json!({"oneOf": [{"const": "8", "title": "Eight"}, {"const": 9}]}), "8", json!("8")),
        (json!({"oneOf": [{"const": "8", "title": "Eight"}, {"const": 9}]}), "9", json!(9)),
        (json!({"anyOf": [{"enum": ["007"], "title": "Bond"}]}), "007", json!("007")),
    ] {
        let parameters = json!({"properties": {"v": schema}});
        assert_eq!(values(&parameters, &[("v", typed)]), json!({"v": expected}), "{parameters}");
    }
}

#[test]
fn options_that_look_alike_are_told_apart() {
    let parameters = json!({"properties": {"v": {
        "enum": ["1", 1, "true", true, "", "x"], "default": 1,
        "enumNames": ["Text", "Number", "Word", "Yes", "Empty"]
    }}});
    let offered = options(&parameters, "v");
    let labels: Vec<&str> = offered.iter().map(|(_, label)| label.as_str()).collect();
    assert_eq!(labels, ["Text", "Number", "Word", "Yes", "Empty", "x"]);
    let expected = [json!("1"), json!(1), json!("true"), json!(true), json!(""), json!("x")];
    for ((key, label), expected) in offered.iter().zip(expected) {
        assert_eq!(values(&parameters, &[("v", key)]), json!({"v": expected}), "{label}");
    }
    // The default is named as the form sends it.
    let default = pages(&parameters)[0].fields[0].default.clone();
    assert_eq!(default, Some(Value::from(offered[1].0.as_str())));
}

#[test]
fn several_choices_keep_their_values() {
    let parameters = json!({"properties": {"v": {
        "type": "array", "default": ["8"], "items": {"type": "string", "enum": ["8", "11", "x"]}
    }}});
    let chosen = values(&parameters, &[("v", ""), ("v", "8"), ("v", "11")]);
    assert_eq!(chosen, json!({"v": ["8", "11"]}));
    let found = errors(&parameters, &[("v", "9")]);
    assert!(found[0].1.contains("one of the choices"), "{found:?}");
}

fn clouds() -> Value {
    json!({
        "properties": {"cloud": {"type": "string", "enum": ["aws", "gcp"]}},
        "required": ["cloud"],
        "dependencies": {"cloud": {"oneOf": [
            {"properties": {"cloud": {"enum": ["aws"]},
                "account": {"type": "string", "title": "AWS account"}}, "required": ["account"]},
            {"properties": {"cloud": {"enum": ["gcp"]},
                "account": {"type": "string", "title": "GCP project"}}, "required": ["account"]}
        ]}}
    })
}

#[test]
fn each_branch_brings_its_own_field() {
    let parameters = clouds();
    let pages = pages(&parameters);
    let titles: Vec<&str> = pages[0].fields.iter().map(|field| field.title.as_str()).collect();
    assert_eq!(titles, ["cloud", "AWS account", "GCP project"]);
    for cloud in ["aws", "gcp"] {
        let chosen = values(&parameters, &[("cloud", cloud), ("account", "mine")]);
        assert_eq!(chosen, json!({"cloud": cloud, "account": "mine"}));
    }
    for (cloud, message) in
        [("aws", "AWS account must be filled in."), ("gcp", "GCP project must be filled in.")]
    {
        let found = errors(&parameters, &[("cloud", cloud), ("account", "")]);
        assert_eq!(found, [("account".to_owned(), message.to_owned())]);
    }
    // Without a choice there is neither of them.
    let found = errors(&parameters, &[("cloud", ""), ("account", "mine")]);
    assert_eq!(found, [("cloud".to_owned(), "cloud must be filled in.".to_owned())]);
}

#[test]
fn the_browser_shows_the_field_of_the_chosen_branch() {
    let shown = |cloud: &str| shown(&clouds(), &[("cloud", &[cloud])]);
    assert_eq!(shown("aws"), [("cloud", true), ("account", true), ("account", false)]);
    assert_eq!(shown("gcp"), [("cloud", true), ("account", false), ("account", true)]);
}

#[test]
fn a_program_s_values_are_judged_by_their_branch() {
    let take = |values: Value| with(clouds(), |form, lookup| form.take(values, lookup).errors);
    assert_eq!(take(json!({"cloud": "gcp", "account": "p"})), []);
    let found = take(json!({"cloud": "gcp", "account": 1}));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.starts_with("GCP project"), "{found:?}");
    assert_eq!(take(json!({"cloud": "gcp"}))[0].0, "account");
}

/// What the browser shows of the first page, with these values in the fields.
fn shown(parameters: &Value, holds: &[(&str, &[&str])]) -> Vec<(&'static str, bool)> {
    let form = TemplateForm {
        template: model::template::TemplateSummary {
            entity: model::catalog::EntityLink {
                entity_ref: String::new(),
                kind: String::new(),
                title: String::new(),
                exists: true,
            },
            description: None,
            r#type: String::new(),
            tags: Vec::new(),
            owner: None,
            problems: Vec::new(),
        },
        pages: pages(parameters),
        steps: Vec::new(),
        draft: None,
        from_run: None,
    };
    let values_of = |name: &str| {
        let of_name = holds.iter().filter(|(field, _)| *field == name);
        of_name.flat_map(|(_, texts)| texts.iter().map(|text| (*text).to_owned())).collect()
    };
    let fields = form.shown(&values_of).remove(0).fields;
    let names = form.pages[0].fields.iter().map(|field| field.name.clone().leak() as &str);
    names.zip(fields).collect()
}

/// Where a condition asks for `extra`, on the server and in the browser.
fn asks(parameters: &Value, typed: &[(&str, &str)]) -> bool {
    let holds: Vec<(&str, &[&str])> =
        typed.iter().map(|(name, text)| (*name, std::slice::from_ref(text))).collect();
    let holds: Vec<_> = holds.into_iter().filter(|(_, texts)| texts != &[""]).collect();
    let in_browser = shown(parameters, &holds).iter().any(|(name, on)| *name == "extra" && *on);
    let filled = filled(parameters.clone(), typed);
    let missing = filled.errors.iter().any(|(field, _)| field == "extra");
    assert_eq!(missing, in_browser, "{parameters} {typed:?}: {:?}", filled.errors);
    // With the field filled in, it is taken where it is asked for, and dropped elsewhere.
    let with_extra: Vec<_> = typed.iter().copied().chain([("extra", "x")]).collect();
    let values = values(parameters, &with_extra);
    assert_eq!(values.get("extra").is_some(), missing, "{parameters} {typed:?}");
    missing
}

#[test]
fn only_the_whole_condition_decides() {
    let extra = json!({"properties": {"extra": {"type": "string"}}, "required": ["extra"]});
    let fields = json!({
        "kind": {"type": "string", "enum": ["a", "b"]},
        "size": {"type": "string", "enum": ["small", "big"]},
        "on": {"type": "boolean"},
        "word": {"type": "string"}
    });
    let form = |rule: Value| {
        let mut form = json!({ "properties": fields });
        form.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
        form
    };
    let both = json!({"properties": {"kind": {"const": "a"}, "size": {"const": "big"}},
        "required": ["kind", "size"]});
    let then = form(json!({"if": both, "then": extra}));
    assert!(asks(&then, &[("kind", "a"), ("size", "big")]));
    assert!(!asks(&then, &[("kind", "a"), ("size", "small")]));
    assert!(!asks(&then, &[("kind", "b"), ("size", "big")]));
    assert!(!asks(&then, &[("kind", "a"), ("size", "")]));
    let otherwise = form(json!({"if": both, "else": extra}));
    assert!(!asks(&otherwise, &[("kind", "a"), ("size", "big")]));
    assert!(asks(&otherwise, &[("kind", "a"), ("size", "small")]));
    // What is not there fits a test that does not require it.
    let loose = form(json!({"if": {"properties": {"kind": {"const": "a"}}}, "then": extra}));
    assert!(asks(&loose, &[("kind", "")]));
    assert!(!asks(&loose, &[("kind", "b")]));
    let list = form(json!({"allOf": [
        {"if": {"properties": {"on": {"const": true}}, "required": ["on"]}, "then": extra},
        {"if": {"properties": {"word": {"enum": ["x", "y"]}}, "required": ["word"]}, "then": extra}
    ]}));
    assert!(asks(&list, &[("on", "true")]));
    assert!(asks(&list, &[("on", "false"), ("word", "y")]));
    assert!(asks(&list, &[("on", "true"), ("word", "y")]));
    assert!(!asks(&list, &[("on", "false"), ("word", "z")]));
    let nested = form(json!({
        "if": {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
        "then": {"if": {"properties": {"size": {"const": "big"}}, "required": ["size"]},
            "then": {}, "else": extra}
    }));
    assert!(asks(&nested, &[("kind", "a"), ("size", "small")]));
    assert!(!asks(&nested, &[("kind", "a"), ("size", "big")]));
    assert!(!asks(&nested, &[("kind", "b"), ("size", "small")]));
    let any = form(json!({"if": {"anyOf": [
        {"properties": {"kind": {"const": "a"}}, "required": ["kind"]},
        {"not": {"properties": {"size": {"enum": ["big"]}}}}
    ]}, "then": extra}));
    assert!(asks(&any, &[("kind", "a"), ("size", "big")]));
    assert!(asks(&any, &[("kind", "b"), ("size", "small")]));
    assert!(!asks(&any, &[("kind", "b"), ("size", "big")]));
}

#[test]
fn what_only_the_server_can_tell_is_shown_and_not_insisted_on() {
    let parameters = json!({
        "properties": {"word": {"type": "string"}},
        "if": {"properties": {"word": {"pattern": "^x"}}, "required": ["word"]},
        "then": {"properties": {"extra": {"type": "string"}}, "required": ["extra"]}
    });
    let pages = pages(&parameters);
    let extra = &pages[0].fields[1];
    let values_of = |_: &str| vec!["y".to_owned()];
    let condition = extra.condition.as_ref().map(|condition| condition.holds(&values_of));
    assert_eq!((condition, extra.required), (Some(None), false));
    assert_eq!(errors(&parameters, &[("word", "xy")])[0].0, "extra");
    assert_eq!(values(&parameters, &[("word", "y"), ("extra", "z")]), json!({"word": "y"}));
}

#[test]
fn a_field_depends_on_one_that_depends() {
    let parameters = json!({
        "properties": {"a": {"type": "boolean"}},
        "dependencies": {
            "a": {"oneOf": [
                {"properties": {"a": {"const": true}, "b": {"type": "string", "enum": ["x", "y"]}}},
                {"properties": {"a": {"const": false}}}
            ]},
            "b": {"oneOf": [
                {"properties": {"b": {"const": "x"}, "c": {"type": "string"}}, "required": ["c"]},
                {"properties": {"b": {"const": "y"}}}
            ]}
        }
    });
    let typed = [("a", "true"), ("b", "x"), ("c", "z")];
    assert_eq!(values(&parameters, &typed), json!({"a": true, "b": "x", "c": "z"}));
    // What was typed before counts for nothing where it is not asked for any more.
    let typed = [("a", ""), ("b", "x"), ("c", "z")];
    assert_eq!(values(&parameters, &typed), json!({"a": false}));
}

#[test]
fn a_page_is_asked_for_when_it_says_so() {
    let parameters = json!([
        {"properties": {"kind": {"type": "string", "enum": ["a", "b"]}}},
        {"when": "${{ parameters.kind == 'a' }}", "required": ["more"],
         "properties": {"more": {"type": "string"}}},
        {"when": "${{ parameters.more == 'x' }}", "required": ["deep"],
         "properties": {"deep": {"type": "string"}}},
        {"when": false, "required": ["never"], "properties": {"never": {"type": "string"}}}
    ]);
    let fields = |typed: &[(&str, &str)]| {
        let found = errors(&parameters, typed);
        found.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    assert_eq!(fields(&[("kind", "a")]), ["more"]);
    assert_eq!(fields(&[("kind", "a"), ("more", "x")]), ["deep"]);
    let none: [String; 0] = [];
    assert_eq!(fields(&[("kind", "a"), ("more", "y")]), none);
    // A page that depends on one that is not asked for is not asked for either.
    let typed = [("kind", "b"), ("more", "x"), ("deep", "z")];
    assert_eq!(values(&parameters, &typed), json!({"kind": "b"}));
    let taken = with(parameters.clone(), |form, lookup| {
        form.take(json!({"kind": "b", "more": "x", "deep": 1, "other": 2}), lookup)
    });
    assert_eq!(
        (taken.errors.as_slice(), taken.values),
        (&[][..], json!({"kind": "b", "other": 2}))
    );
    let pages = pages(&parameters);
    let is_a = FieldCondition::Is { field: "kind".to_owned(), values: vec!["a".to_owned()] };
    let condition = pages[1].condition.as_ref().expect("a condition");
    for (text, expected) in [("a", true), ("b", false)] {
        let values_of = |_: &str| vec![text.to_owned()];
        assert_eq!(condition.holds(&values_of), is_a.holds(&values_of));
        assert_eq!(condition.holds(&values_of), Some(expected));
    }
    assert_eq!(pages[0].condition, None);
}

#[test]
fn nothing_that_was_typed_is_lost_but_secrets() {
    let parameters = json!({"properties": {
        "name": {"type": "string"}, "token": {"type": "string", "ui:field": "Secret"},
        "hosts": {"title": "Hosts", "type": "array", "items": {"type": "object", "properties": {
            "name": {"type": "string"}, "key": {"type": "string", "ui:field": "Secret"}}}},
        "port": {"type": "integer"}
    }});
    let kept = |typed: &[(&str, &str)]| with(parameters.clone(), |form, _| form.kept(pairs(typed)));
    let typed = [
        ("name", " as typed "),
        ("token", "hunter2"),
        ("hosts", "[{name: a, key: hunter3}]"),
        ("port", "eighty"),
        ("unknown", "x"),
    ];
    let text = format!("{:?}", kept(&typed));
    assert!(!text.contains("hunter"), "{text}");
    for part in [" as typed ", "eighty", "unknown", "hosts.0.name", "\"a\""] {
        assert!(text.contains(part), "{text}");
    }
    // What cannot be read may hold a secret anywhere.
    let broken = [("hosts", "[{name: a, key: hunter3"), ("name", "b")];
    assert_eq!(kept(&broken), pairs(&[("name", "b")]));
    let found = format!("{:?}", errors(&parameters, &broken));
    assert!(found.contains("Hosts must be JSON or YAML") && !found.contains("hunter"), "{found}");
    // Nor does an error repeat one.
    let wrong = format!("{:?}", errors(&parameters, &[("hosts", "[{key: {a: hunter3}}]")]));
    assert!(wrong.contains("Hosts") && !wrong.contains("hunter"), "{wrong}");
}

#[test]
fn a_form_is_filled_with_the_values_of_a_run() {
    let parameters = json!({"properties": {
        "name": {"type": "string"}, "version": {"type": "string", "enum": ["17", "21"]},
        "ports": {"type": "array", "items": {"enum": [80, 443]}}, "docs": {"type": "boolean"},
        "off": {"type": "boolean", "default": true}, "lines": {"type": "array", "items": {"type": "string"}},
        "token": {"type": "string", "ui:field": "Secret"}, "free": {},
        "hosts": {"type": "array", "items": {"properties": {"key": {"ui:field": "Secret"}}}},
        "empty": {"type": "string", "default": "text"}
    }});
    let typed = [
        ("name", "ada"),
        ("version", "17"),
        ("ports", ""),
        ("ports", "443"),
        ("docs", "true"),
        ("off", ""),
        ("lines", "a\nb"),
        ("token", "hunter2"),
        ("free", "{a: [1]}"),
        ("hosts", "[{key: hunter3}]"),
        ("empty", ""),
    ];
    let first = filled(parameters.clone(), &typed);
    let again = with(parameters.clone(), |form, _| form.typed(&first.values));
    assert!(again.iter().all(|(name, text)| name != "token" && !text.contains("hunter")));
    assert!(again.iter().any(|(name, text)| name == "empty" && text.is_empty()));
    let again: Vec<(&str, &str)> = again.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let second = values(&parameters, &again);
    let mut expected = first.values.clone();
    expected.as_object_mut().unwrap().shift_remove("token");
    // A row that holds a secret alone says nothing without it.
    expected.as_object_mut().unwrap().shift_remove("hosts");
    assert_eq!(second, expected);
}

fn hosts() -> Value {
    json!({"properties": {"hosts": {"title": "Hosts", "type": "array", "items": {
        "type": "object", "required": ["name", "key"], "properties": {
            "name": {"type": "string", "title": "Host name", "maxLength": 5},
            "port": {"type": "integer", "title": "Port"},
            "tls": {"type": "boolean", "title": "TLS"},
            "key": {"type": "string", "title": "Key", "ui:field": "Secret"}}}}}})
}

#[test]
fn a_list_of_objects_is_typed_in_rows_and_its_secrets_are_taken_out() {
    let parameters = hosts();
    let FieldKind::Rows { fields } = pages(&parameters)[0].fields[0].kind.clone() else {
        panic!("no rows")
    };
    let kinds: Vec<bool> = fields.iter().map(|field| field.kind == FieldKind::Secret).collect();
    assert_eq!(kinds, [false, false, false, true]);
    let typed = [
        ("hosts.0.name", ""),
        ("hosts.0.tls", ""),
        ("hosts.2.name", "a"),
        ("hosts.2.port", "80"),
        ("hosts.2.tls", ""),
        ("hosts.2.tls", "true"),
        ("hosts.2.key", "hunter2"),
        ("hosts.7.name", "b"),
        ("hosts.7.key", "hunter3"),
    ];
    let filled = filled(parameters.clone(), &typed);
    assert_eq!(filled.errors, []);
    let (first, second) = (
        json!({"name": "a", "port": 80, "tls": true, "key": "*******"}),
        json!({"name": "b", "key": "*******"}),
    );
    assert_eq!(filled.values, json!({"hosts": [first, second]}));
    assert_eq!(filled.secrets["hosts"], json!([{"key": "hunter2"}, {"key": "hunter3"}]));
    let kept = with(parameters.clone(), |form, _| form.kept(pairs(&typed)));
    assert!(!format!("{kept:?}").contains("hunter"), "{kept:?}");
    assert!(kept.contains(&("hosts.1.name".to_owned(), "b".to_owned())), "{kept:?}");
    let again = with(parameters, |form, _| form.typed(&filled.values));
    assert!(again.contains(&("hosts.0.port".to_owned(), "80".to_owned())), "{again:?}");
    assert!(again.iter().all(|(name, _)| !name.ends_with(".key")), "{again:?}");
}

#[test]
fn what_is_wrong_in_a_row_is_said_at_its_field() {
    let typed = [("hosts.0.name", "toolong"), ("hosts.0.port", "x"), ("hosts.0.key", "hunter2")];
    let said = |found: Vec<(String, String)>| -> Vec<String> {
        found.into_iter().map(|(name, message)| format!("{name}: {message}")).collect()
    };
    let found = said(errors(&hosts(), &typed));
    assert_eq!(found, ["hosts.0.port: Hosts 1, Port must be a whole number; \"x\" is not."]);
    let found = said(errors(&hosts(), &[("hosts.4.name", "toolong")]));
    assert_eq!(
        found,
        [
            "hosts.0.key: Hosts 1, Key must be filled in.",
            "hosts.0.name: Hosts 1, Host name must have at most 5 characters."
        ]
    );
}

#[test]
fn errors_say_the_label_and_what_is_expected() {
    let parameters = json!({"properties": {
        "name": {"title": "Name", "type": "string", "minLength": 3},
        "mail": {"title": "Mail", "type": "string", "pattern": "@", "description": "An address"},
        "size": {"title": "Size", "enum": ["s", "l"], "enumNames": ["Small", "Large"]},
        "free": {"title": "Free", "type": "object", "additionalProperties": {"type": "integer"}}
    }});
    let said = |typed: &[(&str, &str)]| errors(&parameters, typed).remove(0).1;
    assert_eq!(said(&[("name", "a")]), "Name must have at least 3 characters.");
    assert_eq!(said(&[("mail", "a")]), "Mail does not have the expected form: An address.");
    assert_eq!(said(&[("free", "{a: x}")]), "Free, a must be a whole number.");
    let taken = with(parameters.clone(), |form, lookup| form.take(json!({"size": "m"}), lookup));
    assert_eq!(taken.errors[0].1, "Size must be one of Small, Large.");
}
