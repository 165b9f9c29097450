//! What changed: over REST and as a feed; and the form of an entity that comes back as it was typed.

use crate::program::{Server, World, component, on_each_engine};

fn changed(world: &World) -> (Server, String) {
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let text = component("shop").replace("  name: shop\n", "  name: shop\n  title: A <b>& shop\n");
    world.write("catalog/shop.yaml", text);
    server.eventually("the change is there", || {
        let found = server.rest("/api/catalog/changes?change=changed").json();
        (found["total"] == 1).then_some(())
    });
    let cookie = server.sign_in("");
    (server, cookie)
}

#[test]
fn changes_are_asked_over_rest_and_read_as_a_feed() {
    on_each_engine(|world| {
        let (server, cookie) = changed(world);
        let found = server.rest("/api/catalog/changes?kind=component&limit=1").json();
        assert_eq!(
            (found["total"].as_u64(), found["moreThanTotal"].as_bool()),
            (Some(2), Some(false))
        );
        let first = &found["changes"][0];
        assert_eq!(first["lines"][0], "title: none → A <b>& shop");
        assert_eq!(first["entity"]["entityRef"], "component:default/shop");
        let next = found["next"].as_i64().expect("an older page");
        let older =
            server.rest(&format!("/api/catalog/changes?kind=component&before={next}")).json();
        assert_eq!(older["changes"][0]["change"], "added");
        assert_eq!(found["facets"]["kinds"][0]["value"], "component");
        for (query, word) in [
            ("day=today", "is no day"),
            ("limit=500", "<= 200"),
            ("what=x", "Unknown query parameter"),
        ] {
            let refused = server.rest(&format!("/api/catalog/changes?{query}"));
            assert_eq!(refused.status, 400, "{query}");
            assert!(refused.body.contains(word), "{}", refused.body);
        }

        let feed = server.page("/catalog/changes.atom?kind=component", &cookie);
        assert_eq!(feed.status, 200, "{}", feed.body);
        assert!(feed.header("content-type").starts_with("application/atom+xml"));
        assert!(
            feed.body.contains("<title>Component A &lt;b&gt;&amp; shop changed</title>"),
            "{}",
            feed.body
        );
        assert!(!feed.body.contains("<b>"), "{}", feed.body);
        assert!(feed.body.contains("href=\"/catalog/default/component/shop\""), "{}", feed.body);
        let refused = server.page("/catalog/changes.atom", "");
        assert_ne!(refused.status, 200, "nobody reads it");
    });
}

#[test]
fn a_form_that_cannot_be_saved_comes_back_as_it_was_typed_without_script() {
    let world = World::new();
    let (server, cookie) = changed(&world);
    let headers = [
        ("cookie", cookie.as_str()),
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html,application/xhtml+xml"),
        ("sec-fetch-site", "same-origin"),
    ];
    let send = |body: &str| {
        server.ask("POST", "/fn/catalog/overlay_save", &headers, body).expect("answers")
    };
    let start = "entity_ref=component%3Adefault%2Fshop&fields=description,owner,tags";
    let back =
        send(&format!("{start}&description=Typed+with+care&owner=nobody&tags=Not%20a%20t_ag"));
    assert_eq!(back.status, 400, "{}", back.body);
    assert!(back.header("content-type").starts_with("text/html"), "{back:?}");
    for typed in ["Typed with care", "nobody", "Not a t_ag"] {
        assert!(back.body.contains(typed), "{typed}");
    }
    let kept = server.rest("/api/catalog/entities/by-name/component/default/shop").json();
    assert!(kept["metadata"]["description"].is_null(), "{kept}");
    let saved = send(&format!("{start}&description=Typed+with+care&owner=team&tags=good"));
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(saved.header("location"), "/catalog/default/component/shop/edit?saved=1");
    // A program gets what every call does.
    let program = [headers[0], headers[1], ("accept", "application/json"), headers[3]];
    let body = format!("{start}&description=x&owner=nobody&tags=Not%20a%20t_ag");
    let answer = server.ask("POST", "/fn/catalog/overlay_save", &program, &body).expect("answers");
    assert_eq!(answer.status, 400);
    for field in ["/owner", "/tags"] {
        assert!(answer.body.contains(field), "{}", answer.body);
    }
}

#[test]
fn small_differences_from_backstage_are_gone() {
    let world = World::new();
    world.catalog_config("");
    let two: Vec<String> = ["a", "b", "c"].into_iter().map(component).collect();
    world.write("catalog/two.yaml", two.join("---\n"));
    let server = world.serve(&[]);
    server.entity("component/default/c");
    let page = server.rest("/api/catalog/entities?filter=kind=component&limit=1&offset=1");
    let link = page.header("link");
    assert!(link.contains("rel=\"next\"") && link.contains("after="), "{link}");
    assert!(!link.contains("offset="), "{link}");
    let bearer = format!("Bearer {}", crate::program::TOKEN);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let refresh = |entity_ref: &str| {
        let body = format!("{{\"entityRef\": \"{entity_ref}\"}}");
        server.ask("POST", "/api/catalog/refresh", &headers, &body).expect("answers").status
    };
    assert_eq!(refresh("unknown"), 404);
    assert_eq!(refresh("component:default/unknown"), 404);
    assert_eq!(refresh("component:default/a"), 200);
}
