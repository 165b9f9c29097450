//! Editing in the portal: laid over the descriptor, named, removable, offered back.

use crate::support::{World, component, entity, everything, on_each_engine, parse};
use catalog::{LocationSetting, LocationType};
use model::Error;
use model::history::Change;
use model::overlay::OverlayField::{self, Description, Lifecycle, Links, Owner, Tags};
use serde_json::json;

const SHOP: &str = "component:default/shop";

fn groups() -> String {
    let group = |name: &str| entity("Group", name, "type: team, children: []");
    format!("{}---\n{}", group("team"), group("others"))
}

async fn shop() -> World {
    let world = World::new().await;
    start(&world).await;
    world
}

async fn start(world: &World) {
    world.write("catalog-info.yaml", &component("shop"));
    world.write("groups/catalog-info.yaml", &groups());
    world.refresh().await;
}

async fn save(world: &World, typed: &[(OverlayField, &str)]) -> model::Result<()> {
    let op = world.person("user:default/jane", &[]);
    let typed: Vec<_> = typed.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    world.catalog.overlay_save(&op, &parse(SHOP), &typed).await
}

#[tokio::test]
async fn what_is_edited_is_shown_everywhere_named_and_removable() {
    on_each_engine(async |world| {
        start(&world).await;
        let form = world.catalog.overlay_form(&world.op, &parse(SHOP)).expect("a form");
        let names: Vec<_> = form.fields.iter().map(|field| field.field).collect();
        assert_eq!(names, [Description, Owner, Lifecycle, Tags, Links]);
        assert!(form.fields.iter().all(|field| field.edited.is_none()));

        let links = "https://run.example/book  The runbook\nhttps://b.example";
        save(
            &world,
            &[
                (Description, "Sells things.\r\nMany of them."),
                (Owner, "others"),
                (Lifecycle, "production"),
                (Tags, "web, java\nfast,"),
                (Links, links),
            ],
        )
        .await
        .expect("saved");
        let shop = world.get(SHOP).expect("there").to_json();
        assert_eq!(shop["metadata"]["description"], "Sells things.\nMany of them.");
        assert_eq!(shop["metadata"]["tags"], json!(["web", "java", "fast"]));
        assert_eq!(
            shop["metadata"]["links"],
            json!([{"url": "https://run.example/book", "title": "The runbook"}, {"url": "https://b.example"}])
        );
        assert_eq!(shop["spec"]["owner"], "others");
        assert_eq!(
            shop["relations"],
            json!([{"type": "ownedBy", "targetRef": "group:default/others"}])
        );
        let annotation = &shop["metadata"]["annotations"]["callboard.dev/edited-fields"];
        assert_eq!(annotation, "description,links,owner,tags", "the lifecycle was not touched");
        let owners = world.get("group:default/others").expect("there").relations;
        assert_eq!(owners[0].target_ref, SHOP);
        assert!(world.get("group:default/team").expect("there").relations.is_empty());

        let view = world.catalog.entity_view(&world.op, &parse(SHOP)).expect("a view");
        let edits: Vec<_> = view.edits.iter().map(|edit| edit.field).collect();
        assert_eq!(edits, [Description, Owner, Tags, Links]);
        assert_eq!(view.edits[1].edited.as_ref().expect("edited").0.principal, "user:default/jane");
        assert_eq!((view.edits[1].text.as_str(), view.edits[1].descriptor.as_str()), ("others", "team"));

        // Readings and restarts leave it; a changed descriptor shines through where it may.
        assert_eq!(world.refresh().await.changed, 0);
        world.write("catalog-info.yaml", &component("shop").replace("service", "website"));
        assert_eq!(world.refresh().await.changed, 1);
        let restarted = world.restarted(|_| {}).await;
        assert_eq!(restarted.refresh_all(&world.op).await.expect("reads").changed, 0);
        let shop = restarted.entity_get(&world.op, &parse(SHOP)).expect("there");
        assert_eq!((shop.spec_str("type"), shop.spec_str("owner")), (Some("website"), Some("others")));
        assert_eq!(world.get(SHOP).expect("there"), shop);

        // Its history knows who edited what.
        let history = world.catalog.entity_history(&world.op, &parse(SHOP)).await.expect("a history");
        let edited = &history.versions[1];
        assert_eq!((edited.change, edited.author.principal.as_str()), (Change::Edited, "user:default/jane"));
        assert!(edited.fields.contains(&"spec.owner".to_owned()), "{edited:?}");

        let (catalog, op) = (&world.catalog, &world.op);
        catalog.overlay_remove(op, &parse(SHOP), Some(Owner)).await.expect("removed");
        assert_eq!(world.get(SHOP).expect("there").spec_str("owner"), Some("team"));
        catalog.overlay_remove(op, &parse(SHOP), None).await.expect("removed");
        let shop = world.get(SHOP).expect("there");
        assert_eq!(shop.metadata.description, None);
        assert_eq!(shop.annotation("callboard.dev/edited-fields"), None);
        assert!(catalog.entity_view(op, &parse(SHOP)).expect("a view").edits.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_breaks_a_rule_is_refused_with_its_field() {
    let world = shop().await;
    for (typed, path, text) in [
        ((Tags, "a/b"), "/tags", "Tag \"a/b\": expected lower case letters, digits"),
        ((Tags, "Bad Tag, ok"), "/tags", "Tag \"Bad Tag\": expected lower case letters"),
        ((Links, "no address"), "/links", "Link 1, URL: expected an address such as https://"),
        ((Owner, "nobody"), "/owner", "There is no group or person \"nobody\""),
        ((Owner, ""), "/owner", "Owner must be filled in."),
        ((Lifecycle, " "), "/lifecycle", "Lifecycle must be filled in."),
    ] {
        match save(&world, &[typed]).await {
            Err(Error::Invalid { message, fields }) => {
                assert_eq!(message, "Fix 1 error to continue.");
                assert_eq!(fields[0].path, path, "{fields:?}");
                assert!(fields[0].message.contains(text), "{fields:?}");
            }
            other => panic!("{typed:?}: {other:?}"),
        }
    }
    assert!(world.catalog.entity_view(&world.op, &parse(SHOP)).expect("a view").edits.is_empty());
    let op = &world.op;
    let typed = [(Lifecycle, "x".to_owned())];
    let refused = world.catalog.overlay_save(op, &parse("group:team"), &typed).await;
    assert!(refused.expect_err("no such field").to_string().contains("A Group has no lifecycle"));
    let source: Vec<model::entity::Entity> = everything(&world.catalog, op)
        .iter()
        .map(|json| serde_json::from_slice(json).expect("an entity"))
        .collect();
    let source = source.iter().find(|entity| entity.kind == "Location").expect("a source");
    let refused = world.catalog.overlay_save(op, &source.entity_ref(), &[]).await;
    assert!(matches!(refused, Err(Error::Conflict { .. })), "{refused:?}");
    let other = world.other_tenant("other").await;
    assert!(world.catalog.overlay_form(&other, &parse(SHOP)).is_err());
    assert!(world.catalog.overlay_save(&other, &parse(SHOP), &typed).await.is_err());
}

#[tokio::test]
async fn edits_are_offered_back_and_go_when_the_descriptor_says_the_same() {
    on_each_engine(async |world| {
        let text = "# The shop.\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  \
                    name: shop # short\nspec:\n  type: service\n  lifecycle: production\n  owner: \
                    team # for now\n";
        world.write("catalog-info.yaml", &format!("{}---\n{text}", component("first")));
        world.write("groups/catalog-info.yaml", &groups());
        world.refresh().await;
        save(&world, &[(Owner, "others"), (Description, "Sells.")]).await.expect("saved");
        let (catalog, op) = (&world.catalog, &world.op);
        let change = catalog.overlay_descriptor(op, &parse(SHOP)).await.expect("a change");
        assert_eq!(change.file, "catalog-info.yaml");
        assert!(!change.reformatted && !change.same);
        let expected = text
            .replace("owner: team #", "owner: others #")
            .replace("short\n", "short\n  description: Sells.\n");
        assert_eq!(change.text, format!("{}---\n{expected}", component("first")));

        // Somebody takes it over into the file, one field differently.
        let taken = change.text.replace("Sells.", "Sells a lot.");
        world.write("catalog-info.yaml", &taken);
        world.refresh().await;
        let view = catalog.entity_view(op, &parse(SHOP)).expect("a view");
        let left: Vec<_> = view.edits.iter().map(|edit| edit.field).collect();
        assert_eq!(left, [Description], "the owner is the descriptor's own now");
        let restarted = world.restarted(|_| {}).await;
        assert_eq!(restarted.entity_view(op, &parse(SHOP)).expect("a view").edits.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn edits_are_offered_back_to_a_repository_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("repository");
    crate::support::repository(&repository, &[("deep/catalog-info.yaml", &component("shop"))]);
    let target = repository.to_string_lossy().into_owned();
    let world = World::with(|settings, _| {
        settings.locations = vec![LocationSetting::new(LocationType::Git, target)];
    })
    .await;
    world.refresh().await;
    save(&world, &[(Tags, "a")]).await.expect("saved");
    let change = world.catalog.overlay_descriptor(&world.op, &parse(SHOP)).await.expect("a change");
    assert!(change.text.contains("  tags:\n    - a\n"), "{}", change.text);
    assert!(change.source.ends_with("//deep/catalog-info.yaml"), "{}", change.source);
}

#[tokio::test]
async fn edits_outlive_errors_orphans_and_removal() {
    let world = shop().await;
    save(&world, &[(Description, "Edited.")]).await.expect("saved");
    world.write("catalog-info.yaml", "kind: [");
    world.refresh().await;
    let shop = world.get(SHOP).expect("kept");
    assert!(shop.status.is_some());
    assert_eq!(shop.metadata.description.as_deref(), Some("Edited."));
    world.remove("catalog-info.yaml");
    world.refresh().await;
    assert!(world.get(SHOP).is_none());
    world.catalog.entity_restore(&world.op, &parse(SHOP)).await.expect("comes back");
    world.catalog.history_prune(&world.op).await.expect("prunes");
    assert_eq!(world.get(SHOP).expect("there").metadata.description.as_deref(), Some("Edited."));
    world.catalog.overlay_remove(&world.op, &parse(SHOP), None).await.expect("removed");
    assert_eq!(world.get(SHOP).expect("there").metadata.description, None);
}

#[tokio::test]
async fn an_owner_is_understood_as_people_type_it() {
    let world = shop().await;
    // Names, titles and references; of what is in the catalog only.
    for (typed, stored) in [("others", "others"), ("group:default/others", "group:default/others")]
    {
        save(&world, &[(Owner, typed)]).await.expect("saved");
        let shop = world.get(SHOP).expect("there");
        assert_eq!(shop.spec_str("owner"), Some(stored));
    }
    let titled = entity("Group", "sre", "type: team, children: []")
        .replace("{name: sre}", "{name: sre, title: Site Reliability}");
    let elsewhere = component("far").replace("  name: far", "  name: far\n  namespace: away");
    world.write("more/catalog-info.yaml", &format!("{titled}---\n{elsewhere}"));
    world.refresh().await;
    save(&world, &[(Owner, "site reliability")]).await.expect("saved");
    assert_eq!(world.get(SHOP).expect("there").spec_str("owner"), Some("group:default/sre"));
    // From another namespace a plain name means the group of the default one.
    let op = world.person("user:default/jane", &[]);
    let typed = [(Owner, "others".to_owned())];
    let far = parse("component:away/far");
    world.catalog.overlay_save(&op, &far, &typed).await.expect("saved");
    let far = world.catalog.entity_get(&world.op, &far).expect("there");
    assert_eq!(far.spec_str("owner"), Some("group:default/others"));

    // A component owns nothing.
    assert!(save(&world, &[(Owner, "component:default/shop")]).await.is_err());
}

#[tokio::test]
async fn everything_that_keeps_an_edit_from_being_saved_is_said_at_once() {
    let world = shop().await;
    let op = world.person("user:default/jane", &[]);
    let typed = [
        (Description, "Typed with care"),
        (Owner, "othres"),
        (Lifecycle, "production"),
        (Tags, "fine, not_fine"),
        (Links, "no address"),
    ];
    let typed: Vec<_> = typed.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    let refused = world.catalog.overlay_save(&op, &parse(SHOP), &typed).await.unwrap_err();
    let model::Error::Invalid { message, fields } = refused else { panic!("{refused:?}") };
    assert_eq!(message, "Fix 3 errors to continue.");
    let paths: Vec<&str> = fields.iter().map(|field| &*field.path).collect();
    assert_eq!(paths, ["/links", "/owner", "/tags"]);
    let owner = &fields[1].message;
    assert!(owner.contains("Did you mean group:default/others"), "{owner}");
    assert!(world.get(SHOP).expect("there").metadata.description.is_none());
    let good = [(Description, "Typed with care".to_owned()), (Owner, "others".to_owned())];
    world.catalog.overlay_save(&op, &parse(SHOP), &good).await.expect("saved");
}
