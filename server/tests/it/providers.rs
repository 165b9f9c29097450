//! Programs give entities over REST.

use crate::program::{TOKEN, on_each_engine};

const PATH: &str = "/api/catalog/providers/ci";

#[test]
fn a_script_gives_entities_and_takes_them_back() {
    on_each_engine(|world| {
        world.catalog_config("");
        let server = world.serve(&[]);
        let bearer = format!("Bearer {TOKEN}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let ask =
            |method: &str, body: &str| server.ask(method, PATH, &headers, body).expect("answers");
        let entity = r#"{"apiVersion": "callboard.dev/v1alpha1", "kind": "Library",
            "metadata": {"name": "lib"}, "spec": {"type": "crate", "lifecycle": "production",
            "owner": "team"}}"#;
        let refused = ask("POST", &format!(r#"{{"type": "full", "entities": [{entity}]}}"#));
        assert_eq!(refused.status, 200);
        let message = refused.json()["errors"][0]["message"].to_string();
        assert!(message.contains("is not of an allowed kind"), "{message}");

        let entity = entity.replace("callboard.dev", "backstage.io");
        let entity = entity.replace("Library", "Component");
        let given = ask("POST", &format!(r#"{{"type": "delta", "added": [{entity}]}}"#));
        assert_eq!((given.status, &given.json()["errors"]), (200, &serde_json::json!([])));
        assert_eq!(server.entity("component/default/lib")["spec"]["type"], "crate");

        let bad = ask("POST", r#"{"type": "all"}"#);
        assert_eq!((bad.status, &bad.json()["error"]["name"]), (400, &"InputError".into()));
        assert!(bad.json()["error"]["message"].to_string().contains("expected {"), "{bad:?}");
        assert_eq!(server.ask("POST", PATH, &[], "{}").expect("answers").status, 401);

        assert_eq!(ask("DELETE", "").status, 204);
        assert_eq!(ask("DELETE", "").status, 404);
        let gone = server.rest("/api/catalog/entities/by-name/component/default/lib");
        assert_eq!(gone.status, 404);
    });
}
