//! Markup in what other people write is text on every page: no element, no handler, no address that
//! runs something.

use crate::program::{Server, World};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use serde_json::{Value, json};
use std::cell::RefCell;

/// Each ends something that text may stand in, and begins an element that must not be there.
const PAYLOAD: &str = "</title><meta http-equiv=\"refresh\" content=\"0;url=/payload\">\
    <script>payload()</script>\"><img src=payload onerror=payload()>'><svg onload=payload()>\
    </script><script>payload()</script></textarea></style></noscript><x-payload>\
    --><x-payload>]]><x-payload>&lt;x-payload&gt;";

/// What a browser's tokenizer finds in a page.
#[derive(Default)]
struct Found {
    faults: RefCell<Vec<String>>,
    title: RefCell<String>,
    in_title: RefCell<bool>,
    elements: RefCell<usize>,
}

impl TokenSink for Found {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.tag(&tag),
            Token::CharacterTokens(text) => {
                if *self.in_title.borrow() {
                    self.title.borrow_mut().push_str(&text);
                }
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Found {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if name == "title" {
            *self.in_title.borrow_mut() = tag.kind == TagKind::StartTag;
        }
        if tag.kind == TagKind::EndTag {
            return TokenSinkResult::Continue;
        }
        *self.elements.borrow_mut() += 1;
        let attribute = |wanted: &str| {
            let found = tag.attrs.iter().find(|attribute| &*attribute.name.local == wanted);
            found.map(|attribute| attribute.value.to_string())
        };
        let fault = |text: String| self.faults.borrow_mut().push(text);
        if name == "x-payload" || name == "base" || attribute("http-equiv").is_some() {
            fault(format!("the element {name}: {:?}", tag.attrs));
        }
        if name == "script" && attribute("nonce").is_none() {
            fault("a script without a nonce".to_owned());
        }
        for attribute in &tag.attrs {
            let (key, value) = (&*attribute.name.local, attribute.value.trim());
            // A description in Markdown may show a picture, but nothing may run.
            let runs = matches!(key, "href" | "src" | "action" | "formaction" | "data")
                && value.to_ascii_lowercase().starts_with("javascript:");
            if key.starts_with("on") || key == "srcdoc" || runs {
                fault(format!("the attribute {key}={value:?} of {name}"));
            }
        }
        match name {
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            _ => TokenSinkResult::Continue,
        }
    }
}

fn read(html: &str) -> Found {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Found::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink
}

#[test]
fn the_check_finds_each_way_out_of_text() {
    for html in [
        "<title></title><meta http-equiv=refresh>",
        "<p><script>payload()</script>",
        "<img src=x onerror=payload()>",
        "<p onclick=payload()>",
        "<a href=' JavaScript:payload()'>",
        "<textarea></textarea><x-payload>",
    ] {
        assert!(!read(html).faults.borrow().is_empty(), "{html}");
    }
    let good = read("<title>&lt;/title></title><textarea><x-payload></textarea><p title='<i>'>");
    assert!(good.faults.borrow().is_empty());
    assert_eq!(*good.title.borrow(), "</title>");
}

fn entity(kind: &str, name: &str, spec: Value) -> Value {
    json!({
        "apiVersion": match kind {
            "Template" => "scaffolder.backstage.io/v1beta3",
            _ => "backstage.io/v1alpha1",
        },
        "kind": kind,
        "metadata": {
            "name": name,
            "title": PAYLOAD,
            "description": PAYLOAD,
            "annotations": {
                "example.com/note": PAYLOAD,
                "backstage.io/techdocs-ref": "dir:./docs",
                "backstage.io/view-url": PAYLOAD,
                "backstage.io/edit-url": format!("javascript:{PAYLOAD}"),
                "backstage.io/source-location": format!("url:javascript:{PAYLOAD}"),
            },
            "links": [
                {"url": "https://example.com/x", "title": PAYLOAD, "icon": PAYLOAD, "type": PAYLOAD},
                {"url": format!("https://example.com/{PAYLOAD}"), "title": PAYLOAD},
            ],
        },
        "spec": spec,
    })
}

const OPENAPI: &str = "openapi: 3.0.3\ninfo: {title: PAYLOAD, version: PAYLOAD, description: PAYLOAD}\n\
    servers: [{url: PAYLOAD, description: PAYLOAD}]\ntags: [{name: PAYLOAD, description: PAYLOAD}]\n\
    paths:\n  /a:\n    get:\n      operationId: PAYLOAD\n      summary: PAYLOAD\n      description: PAYLOAD\n      \
    tags: [PAYLOAD]\n      parameters: [{name: PAYLOAD, in: query, description: PAYLOAD, schema: \
    {type: string, enum: [PAYLOAD], default: PAYLOAD, example: PAYLOAD}}]\n      responses: {'200': \
    {description: PAYLOAD}}\n";

/// Every kind with markup wherever it takes text, and the same once more where it does not.
fn entities() -> Vec<Value> {
    let quoted = serde_json::to_string(PAYLOAD).expect("JSON");
    let profile =
        json!({"displayName": PAYLOAD, "email": format!("a@b{PAYLOAD}"), "picture": PAYLOAD});
    let openapi = OPENAPI.replace("PAYLOAD", &quoted);
    let asyncapi = format!(
        "asyncapi: 2.6.0\ninfo: {{title: {quoted}, version: {quoted}, description: {quoted}}}\n\
         channels:\n  {quoted}: {{description: {quoted}, subscribe: {{summary: {quoted}}}}}\n"
    );
    let graphql =
        format!("\"\"\"{}\"\"\"\ntype Query {{ a(b: String = {quoted}): String }}", PAYLOAD);
    let api = |kind: &str, definition: &str| {
        json!({"type": kind, "lifecycle": PAYLOAD, "owner": "team", "system": "all",
               "definition": definition})
    };
    let step = json!({"id": "one", "name": PAYLOAD, "action": "debug:log",
                      "input": {"message": PAYLOAD}});
    let template = json!({
        "type": PAYLOAD, "owner": "team",
        "parameters": [{
            "title": PAYLOAD, "description": PAYLOAD,
            "properties": {
                "name": {"type": "string", "title": PAYLOAD, "description": PAYLOAD,
                         "default": PAYLOAD, "ui:help": PAYLOAD, "ui:placeholder": PAYLOAD},
                "choice": {"type": "string", "enum": [PAYLOAD], "enumNames": [PAYLOAD]},
                "many": {"type": "array", "items": {"type": "string", "enum": [PAYLOAD]}},
            },
        }],
        "steps": [step],
        "output": {"links": [{"title": PAYLOAD, "url": "https://example.com/x"}],
                   "text": [{"title": PAYLOAD, "content": PAYLOAD}]},
    });
    let mut all = vec![
        entity(
            "Component",
            "shop",
            json!({
                "type": PAYLOAD, "lifecycle": PAYLOAD, "owner": "team", "system": "all",
                "dependsOn": ["resource:store"], "providesApis": ["open"], "consumesApis": ["events"],
            }),
        ),
        entity("API", "open", api("openapi", &openapi)),
        entity("API", "events", api("asyncapi", &asyncapi)),
        entity("API", "graph", api("graphql", &graphql)),
        entity("API", "plain", api(PAYLOAD, PAYLOAD)),
        entity("API", "wrong", api("openapi", &format!("openapi: {quoted}\npaths: {quoted}"))),
        entity("Resource", "store", json!({"type": PAYLOAD, "owner": "jane"})),
        entity("System", "all", json!({"owner": "team", "domain": "everything", "type": PAYLOAD})),
        entity("Domain", "everything", json!({"owner": "team", "type": PAYLOAD})),
        entity(
            "Group",
            "team",
            json!({
                "type": PAYLOAD, "profile": profile, "children": [], "members": ["jane"],
            }),
        ),
        entity("User", "jane", json!({"profile": profile, "memberOf": ["team"]})),
        entity("Location", "place", json!({"type": "url", "targets": [PAYLOAD]})),
        entity("Template", "make", template),
    ];
    // What is refused is shown with what is wrong with it.
    for (name, path) in [("tags", "/metadata/tags"), ("labels", "/metadata/labels")] {
        let mut broken = all[0].clone();
        broken["metadata"]["name"] = json!(format!("broken-{name}"));
        let wrong =
            if path.ends_with("tags") { json!([PAYLOAD]) } else { json!({PAYLOAD: PAYLOAD}) };
        broken["metadata"][name] = wrong;
        all.push(broken);
    }
    for (field, value) in [
        ("kind", json!(PAYLOAD)),
        ("apiVersion", json!(PAYLOAD)),
        ("spec", json!({"type": PAYLOAD, "lifecycle": "a", "owner": PAYLOAD, "system": PAYLOAD})),
    ] {
        let mut broken = all[0].clone();
        broken["metadata"]["name"] = json!(format!("broken-{}", field.to_lowercase()));
        broken[field] = value;
        all.push(broken);
    }
    let mut unnamed = all[0].clone();
    unnamed["metadata"]["name"] = json!(PAYLOAD);
    all.push(unnamed);
    all
}

/// The page, checked; whether it answered as a page at all.
fn check(server: &Server, cookie: &str, path: &str, faults: &mut Vec<String>) -> usize {
    let answer = server.page(path, cookie);
    assert!(answer.status < 500, "{path}: {}", answer.head);
    if !answer.header("location").is_empty() || !answer.header("content-type").contains("html") {
        return 0;
    }
    let found = read(&answer.body);
    let title = found.title.borrow();
    assert!(!title.is_empty(), "{path} has no title");
    faults.extend(found.faults.borrow().iter().map(|fault| format!("{path}: {fault}")));
    let elements = *found.elements.borrow();
    assert!(elements > 20, "{path} is no whole page: {}", answer.body);
    elements
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn markup_in_any_field_is_text_on_every_page() {
    let world = World::new();
    let quoted = serde_json::to_string(PAYLOAD).expect("JSON");
    world.catalog_config(&format!(
        "app:\n  title: {quoted}\norganization:\n  name: {quoted}\ndashboard:\n  clock:\n    zones:\n      \
         - label: {quoted}\n        zone: UTC\n"
    ));
    for (at, entity) in entities().iter().enumerate() {
        world.write(&format!("catalog/{at}.yaml"), entity.to_string());
    }
    let words =
        format!("# {PAYLOAD}\n\n{PAYLOAD}\n\n[link](<javascript:payload()>) ![{PAYLOAD}](x.png)\n");
    world.write("catalog/docs/docs/index.md", &words);
    world.write("catalog/docs/docs/second.md", &words);
    world.write(
        "catalog/docs/mkdocs.yml",
        format!("site_name: {quoted}\nnav:\n  - {quoted}: index.md\n  - {quoted}: second.md\n"),
    );
    let server = world.serve(&[]);
    let all = [
        "component/default/shop",
        "api/default/open",
        "api/default/events",
        "api/default/graph",
        "api/default/plain",
        "api/default/wrong",
        "resource/default/store",
        "system/default/all",
        "domain/default/everything",
        "group/default/team",
        "user/default/jane",
        "template/default/make",
    ];
    for name in all {
        server.entity(name);
    }
    let cookie = server.sign_in("");
    // What people say about an entity, and a run with its log.
    let overlay = [
        ("entity_ref", "component:default/shop"),
        ("fields", "description,lifecycle"),
        ("description", PAYLOAD),
        ("lifecycle", PAYLOAD),
    ];
    server.form("/fn/catalog/overlay_save", &cookie, &overlay);
    let fields =
        [("template_ref", "template:default/make"), ("f.name", PAYLOAD), ("f.choice", PAYLOAD)];
    let run = server.form("/create/start", &cookie, &fields);
    let run = run.header("location").to_owned();
    assert!(run.starts_with("/create/"), "{run}");

    let mut paths: Vec<String> = [
        "/",
        "/insights/delivery",
        "/catalog",
        "/catalog?state=broken",
        "/catalog/sources",
        "/catalog/administration",
        "/catalog/administration/removals",
        "/nowhere",
        "/catalog/administration/kinds",
        "/catalog/organisation",
        "/catalog/administration/kinds/new",
        "/catalog/administration/kinds/Component",
        "/catalog/register",
        "/create",
        "/create/templates/default/make",
        "/create/tasks",
        "/docs",
        "/docs/default/component/shop/",
        "/docs/default/component/shop/second",
        "/ui",
        "/sign-in",
    ]
    .map(str::to_owned)
    .into();
    paths.push(run);
    for name in all {
        let mut parts = name.split('/');
        let (kind, namespace, name) = (parts.next(), parts.next(), parts.next());
        let path = [namespace, kind, name].map(Option::unwrap_or_default).join("/");
        for tab in
            ["", "?tab=relations", "?tab=impact", "?tab=history", "?tab=yaml", "?tab=api", "/edit"]
        {
            paths.push(format!("/catalog/{path}{tab}"));
        }
    }
    let text = encoded(PAYLOAD);
    for asked in [
        "/catalog?q=",
        "/catalog?owner=",
        "/catalog?kind=",
        "/catalog?view=",
        "/catalog?sort=",
        "/catalog/register?address=",
        "/catalog/register?address=https://example.com/",
        "/catalog/default/component/shop?tab=",
        "/catalog/default/component/shop?tab=history&to=",
        "/catalog/default/api/open?tab=api&item=",
        "/catalog/default/api/open?tab=api&q=",
        "/catalog/organisation?group=",
        "/create?q=",
        "/create/templates/default/make?draft=",
        "/create/tasks/",
        "/docs/default/component/shop/",
        "/sign-in?return_to=",
        "/",
        "/catalog/",
        "/catalog/default/component/",
        "/catalog/default/component/shop/",
        "/create/templates/default/",
        "/catalog/administration/kinds/",
        "/catalog/default/component/shop?tab=relations&kind=",
    ] {
        paths.push(format!("{asked}{text}"));
    }
    let mut faults = Vec::new();
    let mut pages = 0;
    for path in &paths {
        pages += usize::from(check(&server, &cookie, path, &mut faults) > 0);
    }
    // Who is not signed in sees the sign-in page, with markup in its address too.
    check(&server, "", "/sign-in", &mut faults);
    check(&server, "", &format!("/sign-in?return_to={text}"), &mut faults);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(pages > 100, "only {pages} pages were looked at");

    // It was there to be found: as text.
    let shop = read(&server.page("/catalog/default/component/shop", &cookie).body);
    let title = shop.title.borrow();
    assert!(title.contains("</title><meta http-equiv=\"refresh\""), "{title}");
}

#[test]
fn a_form_that_comes_back_keeps_markup_as_text() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", entities()[0].to_string());
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    let page = format!("http://{}/catalog/default/component/shop/edit?x={PAYLOAD}", server.address);
    let page = page.replace([' ', '<', '>', '"'], "%20");
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("referer", page.as_str()),
        ("cookie", cookie.as_str()),
    ];
    let text = encoded(PAYLOAD);
    for (action, body) in [
        ("/fn/catalog/overlay_save", format!("entity_ref={text}&fields=owner&owner={text}")),
        ("/fn/catalog/overlay_save", format!("{text}={text}")),
        ("/create/start", format!("template_ref={text}&f.a={text}")),
        ("/session/sign-in", format!("provider={text}&user_ref={text}")),
        ("/catalog/administration/kinds/new", format!("name={text}&schema={text}&title={text}")),
    ] {
        let answer = server.ask("POST", action, &headers, &body).expect("answers");
        assert!((400..500).contains(&answer.status), "{action}: {}", answer.head);
        let found = read(&answer.body);
        assert!(found.faults.borrow().is_empty(), "{action}: {:?}", found.faults.borrow());
        assert!(*found.elements.borrow() > 20, "{action}: {}", answer.body);
    }
}
