//! Forms that a browser sends by itself: an error comes back as the page, with what was typed.

use crate::program::{Answer, Server, World, component, words};

/// As a browser without script posts a form that stands on `page`.
fn post(server: &Server, page: &str, action: &str, cookie: &str, body: &str) -> Answer {
    let referer = format!("http://{}{page}", server.address);
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
        ("sec-fetch-site", "same-origin"),
        ("referer", &referer),
        ("cookie", cookie),
    ];
    server.ask("POST", action, &headers, body).expect("answers")
}

fn is_page(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("text/html") && answer.body.contains("</html>")
}

#[test]
fn a_form_that_is_not_accepted_comes_back_as_its_page() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");

    let page = "/catalog/default/component/shop/edit";
    let action = "/fn/catalog/overlay_save";
    let body = "entity_ref=component%3Adefault%2Fshop&fields=owner,links&owner=not%20an%20owner%21\
                &links=javascript%3Aalert%281%29";
    let answer = post(&server, page, action, &cookie, body);
    assert_eq!(answer.status, 400, "{}", answer.head);
    assert!(is_page(&answer), "{answer:?}");
    assert!(!answer.head.to_ascii_lowercase().contains("\nlocation:"), "{}", answer.head);
    assert!(words(&answer.body).contains("Fix 1 error to continue"), "{}", words(&answer.body));
    assert!(words(&answer.body).contains("Edit shop"), "it is the page of the form");
    // What was typed is there for the page and for the browser, which gives the page its address.
    assert!(answer.body.contains("not an owner!"), "what was typed is lost");
    assert!(answer.body.contains("history.replaceState"), "the page keeps the form's address");
    assert!(answer.body.contains(&format!("&quot;page&quot;:&quot;{page}&quot;")), "no address");

    // With script the answer is data, as it was.
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("cookie", cookie.as_str()),
    ];
    let data = server.ask("POST", action, &headers, body).expect("answers");
    assert_eq!((data.status, data.body.contains("</html>")), (400, false));

    // What is accepted leads back to the page.
    let good = "entity_ref=component%3Adefault%2Fshop&fields=lifecycle&lifecycle=experimental";
    let answer = post(&server, page, action, &cookie, good);
    let saved = format!("{page}?saved=1");
    assert_eq!((answer.status, answer.header("location")), (303, &*saved), "{answer:?}");
}

#[test]
fn every_form_answers_errors_with_a_page_of_the_portal() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    for (page, action, body) in [
        ("/catalog", "/fn/catalog/star_set", "entity_ref=nonsense&starred=true"),
        ("/catalog", "/fn/catalog/star_set", "nothing=at+all"),
        ("/catalog/register", "/fn/catalog/registration_create", "address=ftp%3A%2F%2Fx"),
        ("/catalog/administration/removals", "/fn/catalog/held_accept", "source_key=none"),
        (
            "/catalog/administration/removals",
            "/fn/catalog/entity_restore",
            "entity_ref=component:a/b",
        ),
        ("/catalog/sources", "/fn/catalog/source_refresh", "source_key=none"),
        ("/", "/fn/dashboard/layout_change", "change=nonsense"),
        ("/create", "/create/start", "f.name=x"),
        ("/create", "/create/start", "template_ref=template:default/none"),
        ("/catalog/administration/kinds", "/catalog/administration/kinds/Gone", "action=remove"),
    ] {
        let answer = post(&server, page, action, &cookie, body);
        assert!((400..500).contains(&answer.status), "{action} {body}: {}", answer.head);
        assert!(is_page(&answer), "{action} {body}: {answer:?}");
        assert!(words(&answer.body).contains("This was not accepted"), "{action} {body}");
    }
    let fields = "provider=nobody&user_ref=user:default/x";
    let answer = post(&server, "/sign-in", "/session/sign-in", "", fields);
    assert!(answer.status == 403 && is_page(&answer), "{answer:?}");
    assert!(words(&answer.body).contains("Choose another"), "{}", words(&answer.body));
}

#[test]
fn a_form_leads_to_pages_of_this_portal_only_and_to_sign_in_when_the_session_has_ended() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    let action = "/fn/catalog/star_set";
    let body = "entity_ref=component%3Adefault%2Fshop&starred=true";
    for referer in ["http://evil.example/catalog", "nonsense", "javascript:alert(1)", ""] {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "text/html"),
            ("sec-fetch-site", "same-origin"),
            ("referer", referer),
            ("cookie", cookie.as_str()),
        ];
        let answer = server.ask("POST", action, &headers, body).expect("answers");
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{referer}");
    }
    for page in ["//evil.example/", "/fn/catalog/star_set", "/t/other/catalog"] {
        let answer = post(&server, page, action, &cookie, body);
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{page}");
    }
    let answer = post(&server, "/catalog?q=a", action, "", body);
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.header("location"), "/sign-in?return_to=/catalog%3Fq%3Da");
}

#[test]
fn pages_that_are_made_at_the_same_time_are_all_answered_as_themselves() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    let pages = [
        ("/catalog", "<title>Catalog"),
        ("/catalog/default/component/shop", "<title>shop"),
        ("/create", "<title>Create"),
        ("/catalog/changes", "<title>What changed"),
    ];
    let form = || {
        let body = "entity_ref=nonsense&starred=true";
        let answer = post(&server, "/catalog", "/fn/catalog/star_set", &cookie, body);
        assert!((400..500).contains(&answer.status) && is_page(&answer), "{}", answer.head);
        assert!(answer.body.contains("<title>Catalog"), "another page's title");
    };
    std::thread::scope(|scope| {
        for first in 0..8 {
            let (server, cookie, form) = (&server, &cookie, &form);
            scope.spawn(move || {
                for number in 0..20 {
                    let (path, title) = pages[(first + number) % pages.len()];
                    let answer = server.page(path, cookie);
                    assert!(answer.status == 200 && is_page(&answer), "{path}: {}", answer.head);
                    assert!(answer.body.contains(title), "{path}: another page's title");
                    form();
                }
            });
        }
    });
    assert!(!server.log().contains("a panic"), "{}", server.log());
}

#[test]
fn what_is_expected_stands_in_the_summary_and_at_the_field() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    let page = "/catalog/default/component/shop/edit";
    let body = "entity_ref=component%3Adefault%2Fshop&fields=tags,links&tags=Bad%20Tag%2C+ok\
                &links=https%3A%2F%2Fa.example%0Afoo";
    let answer = post(&server, page, "/fn/catalog/overlay_save", &cookie, body);
    let said = words(&answer.body);
    assert!(said.contains("Fix 2 errors to continue"), "{said}");
    for (message, link) in [
        ("Bad Tag\": expected lower case letters, digits", "href=\"#field-tags\""),
        ("Link 2, URL: expected an address such as", "href=\"#field-links\""),
    ] {
        // In the summary, and at the field.
        assert_eq!(said.matches(message).count(), 2, "{message}: {said}");
        assert!(answer.body.contains(link), "{link}");
    }
    let kept = server.rest("/api/catalog/entities/by-name/component/default/shop").json();
    assert!(kept["metadata"]["tags"].is_null(), "{kept}");

    // The address of Register is checked by the server, not by the browser.
    let blank = server.page("/catalog/register?address=", &cookie);
    assert!(blank.body.contains("novalidate"), "{}", blank.body);
    let said = words(&blank.body);
    assert_eq!(said.matches("Enter the URL of a repository").count(), 2, "{said}");
    let fresh = server.page("/catalog/register", &cookie);
    assert!(!words(&fresh.body).contains("Enter the URL"), "nothing was sent yet");
}
