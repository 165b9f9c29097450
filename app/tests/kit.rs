//! The kit and the frame as the server renders them: what must hold in every component's markup.

use app::layout::Frame;
use app::ui::gallery::GalleryPage;
use leptos::prelude::*;
use leptos_meta::{ServerMetaContext, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::location::RequestUrl;
use leptos_router::path;
use model::session::{Person, SessionInfo};
use std::collections::BTreeSet;

/// The gallery within the frame, for somebody signed in to a tenant with a path prefix.
fn page() -> String {
    let owner = Owner::new();
    owner.with(|| {
        let person = Person {
            user_ref: "user:default/jane".to_owned(),
            display_name: "Jane <b>Doe</b>".to_owned(),
            ownership_refs: Vec::new(),
        };
        provide_context(SessionInfo {
            base_path: "/t/acme".to_owned(),
            person: Some(person),
            ..SessionInfo::default()
        });
        provide_context(RequestUrl::new("/t/acme/ui"));
        let (head, _output) = ServerMetaContext::new();
        provide_context(head);
        provide_meta_context();
        let (is_routing, set_is_routing) = signal(false);
        view! {
            <Router base="/t/acme" set_is_routing>
                <Routes fallback=|| "no such page">
                    <ParentRoute path=path!("") view=move || view! { <Frame is_routing /> }>
                        <Route path=path!("/ui") view=GalleryPage />
                    </ParentRoute>
                </Routes>
            </Router>
        }
        .to_html()
    })
}

/// The values of an attribute, wherever it stands in a tag.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The opening tags of the page.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|rest| rest.split('>').next())
}

#[test]
fn nothing_needs_inline_style_or_script() {
    let html = page();
    assert!(html.contains("gallery-sheet"), "the gallery is not there: {html}");
    assert_eq!(values(&html, "style"), Vec::<&str>::new());
    for tag in tags(&html) {
        assert!(!tag.starts_with("script"), "a script: <{tag}>");
        assert!(!tag.contains(" onclick="), "a handler as an attribute: <{tag}>");
    }
}

#[test]
fn ids_are_unique_and_every_reference_leads_somewhere() {
    let html = page();
    let mut ids = BTreeSet::new();
    for id in values(&html, "id") {
        assert!(ids.insert(id), "the id \"{id}\" stands twice");
    }
    for name in
        ["for", "list", "aria-describedby", "aria-labelledby", "popovertarget", "commandfor"]
    {
        let references = values(&html, name);
        assert!(!references.is_empty(), "the gallery shows no {name}");
        for id in references.iter().flat_map(|value| value.split(' ')) {
            assert!(ids.contains(id), "{name} names \"{id}\", which is not there");
        }
    }
}

#[test]
fn every_field_says_what_it_is() {
    let html = page();
    let labelled: BTreeSet<&str> = values(&html, "for").into_iter().collect();
    let mut fields = 0;
    for tag in tags(&html)
        .filter(|tag| ["input ", "select ", "textarea "].iter().any(|name| tag.starts_with(name)))
    {
        let tag = format!("<{tag}>");
        let hidden = tag.contains("type=\"hidden\"");
        // Check boxes and radio buttons stand inside their labels.
        let inside = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
        let named = tag.contains(" aria-label=\"");
        let by_label = values(&tag, "id").iter().any(|id| labelled.contains(id));
        assert!(hidden || inside || named || by_label, "a field without a name: {tag}");
        fields += 1;
    }
    assert!(fields > 30, "only {fields} fields were found");
}

#[test]
fn text_is_escaped_and_links_stay_in_the_tenant() {
    let html = page();
    assert!(!html.contains("<b>Doe"), "a person's name is markup");
    assert!(html.contains("Jane &lt;b&gt;Doe"));
    let nav = html.split("nav-list").nth(1).and_then(|rest| rest.split("</nav>").next());
    let links = values(nav.expect("the side bar has a list"), "href");
    for path in ["/", "/catalog", "/create", "/docs", "/create/runs", "/catalog/administration"] {
        assert!(
            links.contains(&format!("/t/acme{path}").as_str()),
            "{path} is not in the side bar"
        );
    }
    for link in links {
        assert!(link.starts_with("/t/acme/"), "{link} leaves the tenant");
    }
    assert_eq!(nav.map(|nav| nav.matches("aria-current").count()), Some(0), "/ui is no entry");
}

#[test]
fn the_frame_has_its_landmarks() {
    let html = page();
    for part in ["<main", "<header", "<aside", "href=\"#main\"", "id=\"main\"", "aria-live"] {
        assert!(html.contains(part), "the frame lacks {part}");
    }
    assert_eq!(html.matches("<main").count(), 1);
    assert_eq!(html.matches("<h1").count(), 1);
    // What is chosen and sign-out are forms, so that they work without script.
    let forms = ["/t/acme/session/theme", "/t/acme/session/density", "/t/acme/session/sign-out"];
    for action in forms {
        assert!(values(&html, "action").contains(&action), "no form posts to {action}");
    }
}

#[test]
fn side_bar_and_more_hold_every_page_between_them() {
    let html = page();
    let part = |start: &str, end: &str| {
        let rest = html.split(start).nth(1).unwrap_or_default();
        values(rest.split(end).next().unwrap_or_default(), "href")
    };
    let side = part("class=\"nav-list\"", "</nav>");
    let phone = part("class=\"bottombar\"", "</nav>");
    for entry in &app::layout::NAV {
        let link = format!("/t/acme{}", entry.path);
        assert!(phone.contains(&link.as_str()), "a phone cannot reach {}", entry.label);
        if entry.place != app::layout::Place::More {
            assert!(side.contains(&link.as_str()), "the side bar lacks {}", entry.label);
        }
    }
    for label in ["Administration", "Runs", "Sources", "Kinds", "Pending removals"] {
        assert!(html.contains(label), "{label} is not in the menu");
    }
}
