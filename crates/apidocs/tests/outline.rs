//! Definitions of every language as pages get them, and definitions that nobody should trust.

use apidocs::outline;
use model::api_definition::{ApiDefinition, ApiDetail, ApiFields, ApiItem, ApiQuery};

const OPENAPI: &str = include_str!("documents/kennel.openapi.yaml");
const SWAGGER: &str = include_str!("documents/kennel.swagger.json");
const ASYNCAPI_2: &str = include_str!("documents/walks.asyncapi2.yaml");
const ASYNCAPI_3: &str = include_str!("documents/walks.asyncapi3.yaml");
const GRAPHQL: &str = include_str!("documents/kennel.graphql");
const PROTO: &str = include_str!("documents/kennel.proto");

fn shown(r#type: &str, text: &str) -> ApiDefinition {
    let found = outline(r#type, text, &ApiQuery::default());
    assert_eq!(found.problem, None);
    found
}

fn items(definition: &ApiDefinition, group: &str) -> Vec<ApiItem> {
    let group = definition.groups.iter().find(|found| found.title == group);
    let names: Vec<_> = definition.groups.iter().map(|found| found.title.as_str()).collect();
    group.unwrap_or_else(|| panic!("only {names:?}")).items.clone()
}

fn item(definition: &ApiDefinition, id: &str) -> ApiItem {
    let all: Vec<_> = definition.groups.iter().flat_map(|group| &group.items).collect();
    let ids: Vec<_> = all.iter().map(|item| item.id.as_str()).collect();
    let found = all.iter().find(|item| item.id == id);
    (*found.unwrap_or_else(|| panic!("only {ids:?}"))).clone()
}

fn table(item: &ApiItem, title: &str) -> ApiFields {
    let details = item.details.as_ref().expect("details");
    let found = details.iter().find_map(|detail| match detail {
        ApiDetail::Fields(table) if table.title.starts_with(title) => Some(table.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no {title} in {details:#?}"))
}

/// `name: type [marks] limits` of each row.
fn rows(table: &ApiFields) -> Vec<String> {
    let row = |field: &model::api_definition::ApiField| {
        let indent = "  ".repeat(usize::from(field.depth));
        let text =
            format!("{indent}{}: {} {:?} {}", field.name, field.r#type, field.marks, field.limits);
        text.replace(" []", "").trim_end().to_owned()
    };
    table.fields.iter().map(row).collect()
}

#[test]
fn openapi_3_is_shown_by_tag_with_types_unfolded() {
    let found = shown("openapi", OPENAPI);
    assert_eq!((found.format.as_str(), found.title.as_str()), ("OpenAPI 3.1.0", "Kennel"));
    assert!(found.description.contains("<strong>kennel</strong>"), "{}", found.description);
    let titles: Vec<_> = found.groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(titles, ["dogs", "Operations", "Webhooks", "Schemas"]);
    let listed: Vec<_> =
        items(&found, "dogs").iter().map(|it| format!("{} {}", it.badge, it.title)).collect();
    assert_eq!(listed, ["GET /dogs", "POST /dogs", "GET /dogs/{dogId}", "DELETE /dogs/{dogId}"]);

    let list = item(&found, "api-listDogs");
    assert_eq!(
        rows(&table(&list, "Parameters")),
        [
            "limit: integer (int32) [\"in query\"] at least 1 · at most 100 · default 20",
            "breed: string [\"in query\", \"deprecated\"]",
        ]
    );
    assert_eq!(table(&list, "Response 200, application/json").r#type, "array of Dog");
    let add = item(&found, "api-addDog");
    assert_eq!(
        rows(&table(&add, "Request body, required, application/json")),
        [
            "name: string [\"required\"] min. length 1",
            "born: string (date)",
            "size: string one of small, middle, large",
            "parents: array of Dog",
            "  id: integer (int64) [\"required\", \"read only\"]",
            "  owner: Person",
            "    name: string",
            "    contact: https://elsewhere.example/contact.yaml#/Contact (elsewhere, not fetched)",
        ]
    );
    let details = add.details.expect("details");
    let code = details.iter().find_map(|detail| match detail {
        ApiDetail::Code { title, text } => Some((title.as_str(), text.as_str())),
        _ => None,
    });
    assert_eq!(code, Some(("Example: A puppy", "{\n  \"name\": \"Bello\"\n}")));
    assert!(item(&found, "api-delete-dogs-dogId").deprecated);
    let ids: Vec<_> = details.iter().collect();
    assert!(format!("{ids:?}").contains("signIn"), "what has to be there to call it");
    assert!(format!("{:?}", found.about).contains("https://kennel.example/v1"));
}

#[test]
fn swagger_2_is_shown_alike() {
    let found = shown("openapi", SWAGGER);
    assert_eq!(found.format, "Swagger 2.0");
    let add = item(&found, "api-post-dogs");
    assert_eq!(
        rows(&table(&add, "Request body, application/json")),
        ["name: string [\"required\"]"]
    );
    assert_eq!(
        rows(&table(&add, "Parameters")),
        ["X-Trace: string [\"in header\", \"required\"] pattern ^[a-f0-9]+$"]
    );
    assert_eq!(table(&add, "Response 201").r#type, "Dog");
    assert!(format!("{:?}", found.about).contains("https://kennel.example/v0"));
}

#[test]
fn asyncapi_2_and_3_are_shown_by_channel() {
    let found = shown("asyncapi", ASYNCAPI_2);
    assert_eq!(found.format, "AsyncAPI 2.6.0");
    let walks = items(&found, "walks/{dogId}");
    assert_eq!(
        walks.iter().map(|it| it.badge.as_str()).collect::<Vec<_>>(),
        ["publish", "subscribe"]
    );
    let finished = table(&walks[1], "Message walkFinished, application/json");
    assert_eq!(
        rows(&finished),
        [
            "metres: integer [\"required\"] at least 0",
            "route: array of Point",
            "  lat: number",
            "  lon: number"
        ]
    );
    assert_eq!(rows(&table(&walks[1], "Parameters of the channel")), ["dogId: string"]);

    let found = shown("asyncapi", ASYNCAPI_3);
    assert_eq!(found.format, "AsyncAPI 3.0.0");
    let walks = items(&found, "walks.{dogId}");
    assert_eq!((walks[0].badge.as_str(), walks[0].id.as_str()), ("send", "api-tellWalk"));
    assert_eq!(rows(&table(&walks[0], "Message walkFinished")), ["metres: integer"]);
    assert_eq!(rows(&table(&walks[0], "Reply")), ["thanks: boolean"]);
}

/// `badge title: summary` of every item by group.
fn listing(definition: &ApiDefinition) -> Vec<String> {
    let line = |group: &str, it: &ApiItem| {
        format!("{group} > {} {}: {}", it.badge, it.title, it.summary)
            .trim_end_matches(": ")
            .to_owned()
    };
    let groups = definition.groups.iter();
    groups.flat_map(|group| group.items.iter().map(|it| line(&group.title, it))).collect()
}

#[test]
fn paths_that_stand_elsewhere_are_listed_with_where() {
    let found = shown(
        "openapi",
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /users: {$ref: './users.yaml'}\n  /dogs: {$ref: '#/components/pathItems/dogs'}\n  /lost: {$ref: '#/components/pathItems/lost'}\nwebhooks: {$ref: hooks.yaml}\ncomponents:\n  pathItems:\n    dogs:\n      get:\n        summary: All dogs\n        requestBody: {$ref: 'bodies.yaml#/Dog'}\n        responses: {}\n        callbacks: {done: {$ref: 'callbacks.yaml'}}\n  securitySchemes:\n    key: {$ref: 'security.yaml'}\n",
    );
    assert_eq!(
        listing(&found),
        [
            "Operations > $ref /users: ./users.yaml (elsewhere, not fetched)",
            "Operations > GET /dogs: All dogs",
            "Operations > $ref /lost: #/components/pathItems/lost (not in the definition)",
            "Webhooks > $ref webhooks: hooks.yaml (elsewhere, not fetched)",
        ]
    );
    let details = format!("{:?}", item(&found, "api-get-dogs").details);
    assert!(
        details.contains("bodies.yaml#/Dog") && details.contains("callbacks.yaml"),
        "{details}"
    );
    assert!(format!("{:?}", found.about).contains("security.yaml"), "{:?}", found.about);
    let whole =
        shown("openapi", "openapi: 3.0.0\ninfo: {title: T}\npaths: {$ref: './paths.yaml'}\n");
    assert_eq!(listing(&whole), ["Operations > $ref paths: ./paths.yaml (elsewhere, not fetched)"]);
}

#[test]
fn traits_are_applied_in_both_versions() {
    let found = shown(
        "asyncapi",
        "asyncapi: 2.6.0\ninfo: {title: T, version: '1'}\nchannels:\n  walks:\n    publish:\n      traits: [{$ref: '#/components/operationTraits/kafka'}]\n      message:\n        payload: {properties: {metres: {type: integer}}}\n        traits:\n          - {$ref: '#/components/messageTraits/common'}\n          - contentType: application/avro\ncomponents:\n  operationTraits:\n    kafka: {summary: Of the trait, bindings: {kafka: {clientId: walker}}}\n  messageTraits:\n    common: {headers: {properties: {id: {type: string}}}, name: walkFinished}\n",
    );
    let publish = item(&found, "api-publish-walks");
    assert_eq!(publish.summary, "Of the trait");
    assert_eq!(
        rows(&table(&publish, "Message walkFinished, application/avro")),
        ["metres: integer"]
    );
    assert_eq!(rows(&table(&publish, "Headers of Message walkFinished")), ["id: string"]);
    assert!(format!("{:?}", publish.details).contains("clientId"), "{publish:?}");

    let found = shown(
        "asyncapi",
        "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels:\n  walks:\n    messages:\n      done:\n        contentType: application/json\n        payload: {properties: {metres: {type: integer}}}\n        traits:\n          - contentType: application/avro\n            headers: {properties: {id: {type: string}}}\noperations:\n  tell:\n    action: send\n    channel: {$ref: '#/channels/walks'}\n    traits: [{summary: Of the trait, deprecated: true}]\n",
    );
    let tell = item(&found, "api-tell");
    assert_eq!((tell.summary.as_str(), tell.deprecated), ("Of the trait", true));
    assert_eq!(rows(&table(&tell, "Message done:, application/json")), ["metres: integer"]);
    assert_eq!(rows(&table(&tell, "Headers of Message done:")), ["id: string"]);
}

#[test]
fn channels_and_messages_without_an_operation_are_listed() {
    let found = shown(
        "asyncapi",
        "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels:\n  alone:\n    address: a.b\n    messages:\n      hello: {summary: Hello, payload: {properties: {name: {type: string}}}}\n  half:\n    messages:\n      used: {payload: {type: string}}\n      unused: {title: Unused, payload: {type: string}}\n  bare: {address: c.d}\n  away: {$ref: './away.yaml'}\noperations:\n  take:\n    action: receive\n    channel: {$ref: '#/channels/half'}\n    messages: [{$ref: '#/channels/half/messages/used'}]\n  lost:\n    action: send\n    channel: {$ref: './away.yaml'}\n    summary: To elsewhere\n  outside: {$ref: './operations.yaml'}\n",
    );
    assert_eq!(
        listing(&found),
        [
            "a.b > message hello: Hello",
            "half > receive take",
            "half > message unused: Unused",
            "c.d > channel c.d",
            "away > send lost: To elsewhere",
            "Operations > operation outside: ./operations.yaml (elsewhere, not fetched)",
        ]
    );
    assert_eq!(rows(&table(&item(&found, "api-message-alone-hello"), "Message")), ["name: string"]);
    let found = shown(
        "asyncapi",
        "asyncapi: 2.6.0\ninfo: {title: T}\nchannels:\n  silent: {description: Nobody yet}\n  away: {$ref: './away.yaml'}\n",
    );
    assert_eq!(
        listing(&found),
        [
            "silent > channel silent: Nobody yet",
            "away > channel away: ./away.yaml (elsewhere, not fetched)",
        ]
    );
}

#[test]
fn brackets_in_words_are_no_nesting() {
    let many = "[({".repeat(40);
    let graphql = format!(
        "# {many}\n\"\"\"\nWords {many}\n\"\"\"\ntype Query {{\n  \"{many}\"\n  dog(a: String = \"{many}\"): String # {many}\n}}\n"
    );
    let found = shown("graphql", &graphql);
    assert_eq!(items(&found, "Queries")[0].title, "dog(a): String");
    let proto = format!(
        "// {many}\nsyntax = \"proto3\";\n/* {many}\n {many} */\nmessage A {{\n  // it's {many}\n  string a = 1 [json_name = \"{many}\"];\n}}\n"
    );
    let found = shown("grpc", &proto);
    assert_eq!(items(&found, "Messages")[0].title, "A");
}

#[test]
fn files_by_edition_are_read() {
    let found = shown(
        "grpc",
        "edition = \"2023\";\npackage k;\n// Somebody.\nmessage Dog {\n  reserved tail, ears;\n  string name = 1 [features.field_presence = LEGACY_REQUIRED];\n  int32 legs = 2 [default = 4, deprecated = true];\n  repeated Dog pups = 3;\n}\nservice Kennel {\n  rpc Get(Dog) returns (Dog) { option deprecated = true; }\n}\n",
    );
    assert_eq!(found.format, "Protocol Buffers (edition 2023)");
    let get = item(&found, "api-Kennel-Get");
    assert!(get.deprecated);
    assert_eq!(
        rows(&table(&get, "Request")),
        [
            "name: string [\"required\"] = 1",
            "legs: int32 [\"deprecated\"] = 2 · default 4",
            "pups: repeated Dog [\"recursive\"] = 3",
        ]
    );
    let problem =
        outline("grpc", "edition = \"2023\";\nmessage A {\n", &ApiQuery::default()).problem;
    assert_eq!(problem.and_then(|problem| problem.line), Some(2));
}

#[test]
fn graphql_is_shown_by_kind_of_operation() {
    let found = shown("graphql", GRAPHQL);
    let titles: Vec<_> = found.groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(
        titles,
        [
            "Queries",
            "Mutations",
            "Types",
            "Inputs",
            "Enumerations",
            "Unions",
            "Scalars",
            "Directives"
        ]
    );
    let queries = items(&found, "Queries");
    assert_eq!(queries[0].title, "dog(id): Dog");
    assert_eq!(queries[0].summary, "One dog.");
    assert_eq!(queries[1].title, "dogs(size): [Dog!]!", "from an extension");
    let mutation = item(&found, "api-mutation-addDog");
    assert_eq!(
        rows(&table(&mutation, "Arguments")),
        [
            "dog: NewDog! [\"required\"]",
            "  name: String! [\"required\"]",
            "  size: Size default MIDDLE",
            "    SMALL:",
            "    MIDDLE:",
            "    LARGE:"
        ]
    );
    assert_eq!(
        rows(&table(&mutation, "Returns")),
        [
            "id: ID!",
            "name: String",
            "parents: [Dog!]! [\"recursive\"]",
            "breed: String [\"deprecated\"]"
        ]
    );
}

#[test]
fn services_of_protocol_buffers_are_shown_with_their_comments() {
    let found = shown("grpc", PROTO);
    assert_eq!(found.format, "Protocol Buffers (proto3)");
    let rpcs = items(&found, "kennel.v1.Kennel");
    let listed: Vec<_> = rpcs.iter().map(|it| format!("{} {}", it.badge, it.title)).collect();
    assert_eq!(
        listed,
        ["rpc GetDog(GetDogRequest) → Dog", "stream WatchDogs(WatchDogsRequest) → stream Dog"]
    );
    assert_eq!(rpcs[0].summary, "One dog by its number.");
    let dog = table(&rpcs[0], "Response");
    assert!(dog.description.contains("Somebody on four legs."), "{}", dog.description);
    assert_eq!(
        rows(&dog),
        [
            "id: int64 = 1",
            "size: Dog.Size = 2 · one of SIZE_UNSPECIFIED, SIZE_SMALL",
            "parents: repeated Dog [\"recursive\"] = 3",
            "names: map of string to Dog.Name = 4",
            "  text: string = 1",
            "chip: string [\"one of mark\"] = 5",
            "tattoo: string [\"one of mark\"] = 6",
            "born: google.protobuf.Timestamp (of another file) = 7",
        ]
    );
    assert!(format!("{:?}", found.about).contains("google/protobuf/timestamp.proto"));
}

#[test]
fn items_are_filtered_by_words() {
    let query = ApiQuery { q: "DELETE dog".to_owned(), item: String::new() };
    let found = outline("openapi", OPENAPI, &query);
    assert_eq!((found.total, found.found, found.listed), (9, 1, 1));
    assert_eq!(found.groups[0].items[0].title, "/dogs/{dogId}");
}

#[test]
fn what_cannot_be_read_is_text_with_a_reason_and_a_line() {
    for (r#type, text, words, line) in [
        ("openapi", "openapi: 3.0.0\ninfo: ]", "no valid YAML", Some(2)),
        ("openapi", "{\n \"openapi\": \"3.0.0\",\n oops }", "no valid JSON", Some(3)),
        ("openapi", "openapi: 9.0.0", "found 9.0.0", None),
        ("openapi", "just words", "found no such key", None),
        ("openapi", "asyncapi: 2.0.0", "Expected `openapi: 3.x`", None),
        ("asyncapi", "asyncapi: 1.2.0", "found 1.2.0", None),
        ("graphql", "type Query {\n  dog: \n}", "no valid GraphQL schema", Some(3)),
        ("grpc", "syntax = \"proto3\";\nservice X {", "no valid Protocol Buffers", Some(2)),
        ("wsdl", "<a/>", "type \"wsdl\" are shown as text", None),
    ] {
        let found = outline(r#type, text, &ApiQuery::default());
        let problem = found.problem.unwrap_or_else(|| panic!("{type} {text} was read"));
        assert!(problem.message.contains(words), "{}", problem.message);
        assert_eq!(problem.line, line, "{}", problem.message);
        assert_eq!(found.text.as_deref(), Some(text));
    }
}

#[test]
fn nesting_without_end_is_refused() {
    let open = "[".repeat(100_000);
    for (r#type, text) in [
        ("openapi", format!("openapi: 3.0.0\nx: {open}")),
        ("openapi", format!("{{\"openapi\": \"3.0.0\", \"x\": {open}")),
        ("graphql", format!("type Query {{ a: {open}Int }}")),
        ("grpc", format!("syntax = \"proto3\"; {}", "message A {".repeat(100_000))),
    ] {
        let found = outline(r#type, &text, &ApiQuery::default());
        assert!(found.problem.is_some(), "{type} was read");
    }
}

#[test]
fn a_definition_of_a_megabyte_costs_a_page_little() {
    let mut text = "openapi: 3.0.3\ninfo: {title: Large, version: '1'}\npaths:\n".to_owned();
    let mut number = 0;
    while text.len() < 1024 * 1024 {
        text.push_str(&format!(
            "  /things/{number}:\n    get:\n      operationId: get{number}\n      tags: [t{}]\n      \
             description: {}\n      responses:\n        '200':\n          description: Good\n          \
             content:\n            application/json:\n              schema: {{$ref: \
             '#/components/schemas/Thing'}}\n",
            number % 10,
            "words ".repeat(20),
        ));
        number += 1;
    }
    text.push_str(
        "components:\n  schemas:\n    Thing:\n      properties:\n        id: {type: string}\n",
    );
    let last = format!("api-get{}", number - 1);
    let found = outline("openapi", &text, &ApiQuery { item: last.clone(), q: String::new() });
    assert_eq!(found.problem, None);
    assert_eq!(found.text, None, "it is to be downloaded");
    assert_eq!(found.total, number + 1);
    assert!(found.listed < found.total);
    let asked = item(&found, &last);
    assert_eq!(rows(&table(&asked, "Response 200")), ["id: string"]);
    let size = serde_json::to_string(&found).expect("JSON").len();
    assert!(size < 400 * 1024, "{size} bytes for a page");
}
