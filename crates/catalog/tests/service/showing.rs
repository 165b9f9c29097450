//! What pages ask: lists with filters, one entity, the widget, a few typed letters.

use crate::support::{World, component, entity, parse};
use model::catalog::{EntityList, EntityQuery, FacetValue};

async fn shop() -> World {
    let world = World::new().await;
    let tagged = |name: &str,
                  r#type: &str,
                  lifecycle: &str,
                  owner: &str,
                  tags: &str,
                  title: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}, title: \
             {title}, tags: [{tags}], description: The {name} of everything}}\nspec: {{type: {type}, \
             lifecycle: {lifecycle}, owner: {owner}, system: web}}\n"
        )
    };
    let all = [
        tagged("shop", "service", "production", "team", "java, web", "Web Shop"),
        tagged("blog", "website", "production", "user:jane", "web", "Blog"),
        tagged("old", "service", "deprecated", "nobody", "java", "Old Thing"),
        entity("Group", "team", "type: team, profile: {displayName: The Team}, children: []"),
        entity("User", "jane", "memberOf: [team]"),
        entity("System", "web", "owner: team"),
    ];
    world.write("catalog-info.yaml", &all.join("---\n"));
    world.refresh().await;
    world
}

fn list(world: &World, query: EntityQuery) -> EntityList {
    world.catalog.entity_list(&world.op, &query).expect("a list")
}

fn names(list: &EntityList) -> Vec<&str> {
    list.rows.iter().map(|row| row.entity.title.as_str()).collect()
}

fn counts(values: &[FacetValue]) -> Vec<(&str, &str, u32)> {
    values.iter().map(|found| (found.value.as_str(), found.label.as_str(), found.count)).collect()
}

fn components() -> EntityQuery {
    EntityQuery { kind: "component".into(), ..EntityQuery::default() }
}

#[tokio::test]
async fn filters_narrow_the_list_and_say_what_else_there_is() {
    let world = shop().await;
    let all = list(&world, EntityQuery::default());
    // The Location is how the others came in: it is listed when its kind is asked for.
    assert_eq!((all.total, all.total_in_catalog, all.page, all.pages), (6, 7, 1, 1));
    assert_eq!(
        counts(&all.facets.kinds),
        [
            ("component", "Component", 3),
            ("group", "Group", 1),
            ("location", "Location", 1),
            ("system", "System", 1),
            ("user", "User", 1)
        ]
    );
    assert_eq!(names(&list(&world, components())), ["Blog", "Old Thing", "Web Shop"]);

    let services = list(&world, EntityQuery { r#type: "Service".into(), ..components() });
    assert_eq!(names(&services), ["Old Thing", "Web Shop"]);
    // Its own filter does not narrow what it offers; the others do.
    assert_eq!(
        counts(&services.facets.types),
        [("service", "service", 2), ("website", "website", 1)]
    );
    assert_eq!(
        counts(&services.facets.lifecycles),
        [("deprecated", "deprecated", 1), ("production", "production", 1)]
    );
    assert_eq!(
        counts(&services.facets.owners),
        [("group:default/nobody", "nobody", 1), ("group:default/team", "The Team", 1)]
    );

    let owned = EntityQuery { owner: "group:default/team".into(), ..EntityQuery::default() };
    assert_eq!(names(&list(&world, owned)), ["web", "Web Shop"]);
    let both = list(&world, EntityQuery { tag: "java,WEB".into(), ..EntityQuery::default() });
    assert_eq!(names(&both), ["Web Shop"]);
    assert_eq!(counts(&both.facets.tags), [("java", "java", 1), ("web", "web", 1)]);
    let words = EntityQuery { q: "  EVERYTHING old ".into(), ..EntityQuery::default() };
    assert_eq!(names(&list(&world, words)), ["Old Thing"]);
    let nothing = EntityQuery { q: "zebra".into(), ..EntityQuery::default() };
    assert_eq!(list(&world, nothing).total, 0);
}

#[tokio::test]
async fn me_means_what_the_person_owns() {
    let world = shop().await;
    let jane = world.person("user:default/jane", &["user:default/jane", "group:default/team"]);
    let mine = EntityQuery { owner: "me".into(), ..components() };
    let found = world.catalog.entity_list(&jane, &mine).expect("a list");
    assert_eq!(names(&found), ["Blog", "Web Shop"]);
    let john = world.person("user:default/john", &[]);
    assert_eq!(world.catalog.entity_list(&john, &mine).expect("a list").total, 0);
}

#[tokio::test]
async fn lists_are_sorted_and_paged() {
    let world = shop().await;
    let sorted = |sort: &str| {
        let found = list(&world, EntityQuery { sort: sort.into(), ..components() });
        names(&found).iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sorted("-name"), ["Web Shop", "Old Thing", "Blog"]);
    assert_eq!(sorted("type"), ["Old Thing", "Web Shop", "Blog"]);
    assert_eq!(sorted("-type"), ["Blog", "Old Thing", "Web Shop"]);
    assert_eq!(sorted("owner"), ["Blog", "Old Thing", "Web Shop"]);
    let many: Vec<String> =
        (0..120).map(|n| entity("System", &format!("s{n:03}"), "owner: team")).collect();
    world.write("many/catalog-info.yaml", &many.join("---\n"));
    world.refresh().await;
    let page = |page: u32| {
        let kind = "system".to_owned();
        list(&world, EntityQuery { kind, page, ..EntityQuery::default() })
    };
    assert_eq!((page(1).rows.len(), page(1).pages, page(1).total), (50, 3, 121));
    assert_eq!(page(2).rows[0].entity.title, "s050");
    assert_eq!((page(3).rows.len(), page(3).page), (21, 3));
    assert_eq!(page(99).page, 3);
}

#[tokio::test]
async fn the_page_of_an_entity_shows_everything() {
    let world = shop().await;
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: page\n  \
                annotations: {backstage.io/techdocs-ref: \"dir:.\", backstage.io/view-url: \
                \"https://h/x\"}\n  labels: {tier: one}\n  links:\n  - {url: \"https://a.b\", title: \
                Home}\n  - {url: \"javascript:alert(1)\"}\n  - {url: \"mailto:a@b.c\"}\nspec: {type: x, \
                lifecycle: y, owner: team, system: missing, dependsOn: [\"component:shop\"]}\n";
    world.write("page/catalog-info.yaml", text);
    world.refresh().await;
    let view = world.catalog.entity_view(&world.op, &parse("component:page")).expect("a view");
    assert!(view.has_docs);
    assert_eq!(view.view_url.as_deref(), Some("https://h/x"));
    assert!(view.source.ends_with("page/catalog-info.yaml") && view.source.starts_with('/'));
    assert_eq!(view.labels, [("tier".to_owned(), "one".to_owned())]);
    let links: Vec<_> = view.links.iter().map(|link| (link.title.as_str(), link.safe)).collect();
    assert_eq!(links, [("Home", true), ("javascript:alert(1)", false), ("mailto:a@b.c", true)]);
    let relations: Vec<_> = view
        .relations
        .iter()
        .flat_map(|found| {
            found.targets.iter().map(|to| (found.label.as_str(), to.title.as_str(), to.exists))
        })
        .collect();
    assert_eq!(
        relations,
        [
            ("Depends on", "Web Shop", true),
            ("Owned by", "The Team", true),
            ("Part of", "missing", false)
        ]
    );
    assert_eq!(
        view.row.owner.as_ref().map(|owner| owner.path()).as_deref(),
        Some("/catalog/default/group/team")
    );
    assert_eq!(view.row.system.as_ref().map(|system| system.exists), Some(false));
    let yaml = world.catalog.entity_yaml(&world.op, &parse("component:page")).expect("YAML");
    let again = yaml::parse_one(&yaml).expect("YAML").to_json();
    assert_eq!(again["metadata"]["name"], "page");
    assert_eq!(again["relations"][0]["type"], "dependsOn");
    let error = world.catalog.entity_view(&world.op, &parse("component:nope")).expect_err("none");
    assert_eq!(
        error.to_string(),
        "No entity named 'nope' found, with kind 'component' in namespace 'default'"
    );
}

#[tokio::test]
async fn the_widget_counts_what_is_there() {
    let world = shop().await;
    let summary = world.catalog.summary(&world.op).expect("a summary");
    assert_eq!(summary.total, 7);
    assert_eq!(counts(&summary.kinds)[0], ("component", "Component", 3));
    assert_eq!(
        counts(&summary.lifecycles),
        [("production", "production", 2), ("deprecated", "deprecated", 1)]
    );
    assert_eq!(counts(&summary.owners)[0], ("group:default/team", "The Team", 2));
    assert_eq!((summary.dangling_owners, summary.broken, summary.orphans), (1, 0, 0));
}

#[tokio::test]
async fn a_few_letters_find_the_best_first() {
    let world = shop().await;
    let find = |text: &str, kinds: &[&str]| {
        let found = world.catalog.entity_find(&world.op, text, kinds, 10).expect("a list");
        found.into_iter().map(|link| link.title).collect::<Vec<_>>()
    };
    // The last one has it as a tag.
    assert_eq!(find("web", &[]), ["web", "Web Shop", "Blog"]);
    assert_eq!(find("SHOP", &[]), ["Web Shop"]);
    assert_eq!(find("t", &["group"]), ["The Team"]);
    assert_eq!(find("", &["user", "group"]), ["jane", "The Team"]);
    assert_eq!(world.catalog.entity_find(&world.op, "", &[], 2).expect("a list").len(), 2);
    let groups = world.catalog.entity_refs_of_kind(&world.op, "Group").expect("a list");
    assert_eq!(groups[0].entity_ref, "group:default/team");
}

#[tokio::test]
async fn tags_and_words_of_descriptions_are_found_behind_names() {
    let world = World::new().await;
    let with = |name: &str, more: &str| {
        component(name).replace(&format!("  name: {name}\n"), &format!("  name: {name}\n{more}"))
    };
    let all = [
        with("payments", ""),
        with("b", "  tags: [payments]\n"),
        with("c", "  description: Takes payments from shops\n"),
        with("d", "  description: Nothing of that\n"),
    ];
    world.write("catalog-info.yaml", &all.join("---\n"));
    world.refresh().await;
    let find = |text: &str| {
        let found = world.catalog.entity_find(&world.op, text, &["component"], 10).expect("a list");
        found.into_iter().map(|link| link.title).collect::<Vec<_>>()
    };
    assert_eq!(find("Payments"), ["payments", "b", "c"]);
    assert_eq!(find("shops takes"), ["c"]);
    assert!(find("takes nothing").is_empty());
}

#[tokio::test]
async fn the_repository_and_the_template_of_an_entity_are_links() {
    let world = World::new().await;
    let text = component("a").replace(
        "  name: a\n",
        "  name: a\n  annotations:\n    backstage.io/source-location: \
         url:https://github.com/acme/shop/tree/main/services/a/\n    \
         backstage.io/source-template: template:default/service\n",
    );
    let unsafe_one = component("b").replace(
        "  name: b\n",
        "  name: b\n  annotations: {backstage.io/source-location: \"url:javascript:alert(1)\"}\n",
    );
    world.write("catalog-info.yaml", &format!("{text}---\n{unsafe_one}"));
    world.refresh().await;
    let view = |name: &str| world.catalog.entity_view(&world.op, &parse(name)).expect("a view");
    let a = view("component:a");
    let repository = a.repository.expect("a repository");
    assert_eq!(repository.label, "acme/shop/services/a");
    assert!(repository.url.starts_with("https://github.com/acme/shop/tree/main/"));
    assert_eq!(a.template.expect("a template").entity_ref, "template:default/service");
    assert_eq!(view("component:b").repository, None);
}

#[tokio::test]
async fn templates_come_whole() {
    let world = World::new().await;
    world.write(
        "catalog-info.yaml",
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\nspec: \
         {type: service, steps: [{id: a, action: \"debug:log\"}]}\n",
    );
    world.refresh().await;
    let templates = world.catalog.templates(&world.op).expect("templates");
    assert_eq!(templates.len(), 1);
    assert_eq!(
        templates[0].spec_value("steps").and_then(|steps| steps[0]["id"].as_str()),
        Some("a")
    );
}
