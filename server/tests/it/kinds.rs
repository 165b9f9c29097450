//! Kinds that are added while the program runs: over REST, on the page without script, and for the
//! command line.

use crate::program::{Answer, Server, TOKEN, World, on_each_engine, printed, words};
use serde_json::{Value, json};

const KINDS: &str = "/api/catalog/kinds";

fn queue() -> Value {
    json!({
        "name": "Queue", "apiVersions": ["acme.example/v1"], "title": "Message queue",
        "plural": "Message queues", "icon": "inbox", "description": "Where messages wait",
        "schema": {"type": "object", "required": ["engine"],
            "properties": {"engine": {"enum": ["kafka", "nats"], "title": "Broker"}}},
        "relations": [{"field": "owner", "defaultKind": "Group", "outgoing": "ownedBy",
            "incoming": "ownerOf"}],
    })
}

fn descriptor(engine: &str) -> String {
    format!(
        "apiVersion: acme.example/v1\nkind: Queue\nmetadata: {{name: orders}}\nspec: {{engine: \
         {engine}, owner: team}}\n"
    )
}

fn ask(server: &Server, method: &str, path: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    server.ask(method, path, &headers, &body.to_string()).expect("answers")
}

#[test]
fn a_kind_is_added_read_changed_and_removed_over_rest() {
    on_each_engine(|world| {
        world.catalog_config("");
        world.write("catalog/orders.yaml", descriptor("kafka"));
        let server = world.serve(&[]);
        let put = |body: &Value| ask(&server, "PUT", &format!("{KINDS}/Queue"), body);
        assert_eq!(server.rest(KINDS).json(), json!([]));
        assert_eq!(server.rest(&format!("{KINDS}/Queue")).status, 404);
        let added = put(&queue());
        assert_eq!((added.status, added.json()), (201, queue()));
        let entity = server.entity("queue/default/orders");
        assert_eq!(entity["relations"][0]["targetRef"], "group:default/team");
        assert_eq!(put(&queue()).status, 200);
        assert_eq!(server.rest(KINDS).json(), json!([queue()]));
        assert_eq!(server.rest(&format!("{KINDS}/queue")).json(), queue());

        // Each interface knows it.
        let body = json!({"location": "url:https://example.com/a", "entity": {
            "apiVersion": "acme.example/v1", "kind": "Queue", "metadata": {"name": "q"},
            "spec": {"engine": "mq"}}});
        let reported = ask(&server, "POST", "/api/catalog/validate-entity", &body);
        assert!(reported.body.contains("/spec/engine must be equal to one of"), "{reported:?}");
        let facets = server.rest("/api/catalog/entity-facets?facet=kind").json();
        assert!(facets.to_string().contains("Queue"), "{facets}");

        // What cannot be used is told in the envelope, and changes nothing.
        let mut wrong = queue();
        wrong["schema"]["properties"]["engine"] = json!({"$ref": "https://example.com/a.json"});
        wrong["relations"][0]["incoming"] = json!("owns");
        let refused = put(&wrong);
        assert_eq!(refused.status, 400);
        let error = refused.json()["error"].clone();
        assert_eq!(error["name"], "InputError");
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.contains("/schema/properties/engine/$ref: "), "{message}");
        assert!(message.contains("/relations/0/outgoing: the way back of ownedBy"), "{message}");
        for (path, body) in [
            ("Component", json!({"name": "Component", "apiVersions": ["a/v1"], "schema": {}})),
            ("Queue", json!({"name": "QUEUE", "apiVersions": ["a/v1"], "schema": {}})),
            ("Topic", json!({"name": "Topic", "apiVersions": ["a/v1"], "schema": {}, "more": 1})),
            ("Topic", json!("Topic")),
        ] {
            let answer = ask(&server, "PUT", &format!("{KINDS}/{path}"), &body);
            assert_eq!(answer.status, 400, "{path} {body}: {answer:?}");
        }
        assert_eq!(server.ask("PUT", &format!("{KINDS}/Queue"), &[], "{}").unwrap().status, 401);
        assert_eq!(server.rest(KINDS).json(), json!([queue()]));

        let gone = ask(&server, "DELETE", &format!("{KINDS}/Queue"), &Value::Null);
        assert_eq!((gone.status, gone.body.as_str()), (204, ""));
        let left = server.eventually("the status", || {
            let entity = server.entity("queue/default/orders");
            entity["status"]["items"][0]["message"].as_str().map(str::to_owned)
        });
        assert!(left.contains("No processor recognized the entity"), "{left}");
        let again = ask(&server, "DELETE", &format!("{KINDS}/Queue"), &Value::Null);
        assert_eq!((again.status, &again.json()["error"]["name"]), (404, &"NotFoundError".into()));
    });
}

#[test]
fn the_form_works_without_script() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/orders.yaml", descriptor("kafka"));
    let server = world.serve(&[]);
    let cookie = server.sign_in("");
    let list = "/catalog/administration/kinds";
    let new = format!("{list}/new");
    let schema =
        "type: object\r\nproperties:\r\n  engine:\r\n    enum: [kafka]\r\n    title: Broker";
    let fields = |name: &'static str, schema: &'static str, action: &'static str| {
        [
            ("name", name),
            ("api_versions", "acme.example/v1"),
            ("title", "Message queue"),
            ("plural", "Message queues"),
            ("description", "Where messages &lt; </textarea><wait>"),
            ("icon", "inbox"),
            ("schema", schema),
            ("field", "owner"),
            ("default_kind", "Group"),
            ("outgoing", "ownedBy"),
            ("incoming", "ownerOf"),
            ("field", ""),
            ("default_kind", ""),
            ("outgoing", ""),
            ("incoming", ""),
            (
                "sample",
                "apiVersion: acme.example/v1\nkind: Queue\nmetadata: {name: a}\nspec: {engine: 5}",
            ),
            ("action", action),
        ]
    };
    // Whoever is not signed in is asked to.
    let asked = server.form(&new, "", &fields("Queue", schema, "save"));
    assert!(asked.header("location").starts_with("/sign-in?return_to="), "{asked:?}");
    assert_eq!(server.rest(KINDS).json(), json!([]));

    let refused = server.form(&new, &cookie, &fields("api", "type: object\nrequired: 5", "save"));
    assert_eq!(refused.status, 400, "{refused:?}");
    let text = words(&refused.body);
    assert!(text.contains("begin with a capital"), "{text}");
    assert!(text.contains("line 2, column 11 /required: "), "{text}");
    let shown = "Where messages &amp;lt; &lt;/textarea>&lt;wait>";
    assert!(refused.body.contains(shown), "what was typed is there, and is no HTML");
    let tried = server.form(&new, &cookie, &fields("Queue", schema, "try"));
    assert_eq!(tried.status, 200);
    let text = words(&tried.body);
    assert!(text.contains("4:16: /spec/engine must be equal to one of"), "{text}");
    assert_eq!(server.rest(KINDS).json(), json!([]));

    let saved = server.form(&new, &cookie, &fields("Queue", schema, "save"));
    assert_eq!((saved.status, saved.header("location")), (303, list), "{saved:?}");
    server.entity("queue/default/orders");
    let page = words(&server.page(list, &cookie).body);
    assert!(page.contains("Message queue") && page.contains("Dataset"), "{page}");
    let listed = words(&server.page("/catalog?kind=queue", &cookie).body);
    assert!(listed.contains("Message queues") && listed.contains("Message queue (1)"), "{listed}");
    let entity = words(&server.page("/catalog/default/queue/orders", &cookie).body);
    assert!(entity.contains("Broker") && entity.contains("Owned by"), "{entity}");

    let edit = format!("{list}/Queue");
    let form = words(&server.page(&edit, &cookie).body);
    assert!(form.contains("1 entity has the kind Queue"), "{form}");
    let removed = server.form(&edit, &cookie, &[("action", "remove")]);
    assert_eq!((removed.status, removed.header("location")), (303, list));
    assert_eq!(server.rest(KINDS).json(), json!([]));
    assert_eq!(server.page(&edit, &cookie).status, 404);
}

#[test]
fn the_command_line_takes_kinds_from_a_file() {
    let world = World::new();
    world.write("orders.yaml", descriptor("mq"));
    world.write("good.yaml", descriptor("nats"));
    world.write("kinds.json", json!([queue()]).to_string());
    let validate = |more: &[&str]| {
        let output = world.run(&[&["catalog", "validate"], more].concat());
        (output.status.code(), printed(&output))
    };
    let (code, (out, _)) = validate(&["good.yaml"]);
    assert!(code == Some(1) && out.contains("foreign kind"), "{out}");
    let (code, (out, _)) = validate(&["--kinds", "kinds.json", "good.yaml"]);
    assert_eq!((code, out.trim_end()), (Some(0), "good.yaml:1: queue:default/orders is valid"));
    let (code, (out, _)) = validate(&["--kinds", "kinds.json", "orders.yaml"]);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("orders.yaml:4:16: queue:default/orders: /spec/engine must"), "{out}");
    world.write(
        "bad.yaml",
        "- name: Queue\n  apiVersions: [acme.example/v1]\n  schema: {type: 5}\n- {}\n",
    );
    let (code, (_, errors)) = validate(&["--kinds", "bad.yaml", "good.yaml"]);
    assert!(code == Some(1) && errors.contains("bad.yaml holds no list of kinds"), "{errors}");
    world.write(
        "bad.yaml",
        "- name: Queue\n  apiVersions: [acme.example/v1]\n  schema:\n    type: 5\n",
    );
    let (_, (_, errors)) = validate(&["--kinds", "bad.yaml", "good.yaml"]);
    assert!(errors.contains("bad.yaml:4:11: /0/schema/type: "), "{errors}");
    let (_, (_, errors)) = validate(&["--kinds", "gone.yaml", "good.yaml"]);
    assert!(errors.contains("gone.yaml cannot be read"), "{errors}");
}
