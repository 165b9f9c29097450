//! Owners are chosen, understood and checked before a run begins.

use crate::support::{World, completed, log, template};
use model::template::FieldKind;
use serde_json::{Value, json};

fn catalog(parameters: &Value) -> String {
    let message = "owner=${{ parameters.owner }} system=${{ parameters.system }}";
    let run = template(
        "owned",
        parameters,
        &json!([{"action": "debug:log", "input": {"message": message}}]),
    );
    let mut all = run;
    for (kind, name, title, spec) in [
        (
            "Group",
            "platform",
            "The platform",
            json!({"type": "team", "children": [], "parent": "all"}),
        ),
        ("Group", "all", "All of us", json!({"type": "department", "children": []})),
        ("Group", "another", "Another team", json!({"type": "team", "children": []})),
        ("User", "ada", "Ada", json!({"memberOf": ["platform"]})),
        ("User", "bob", "Bob", json!({"memberOf": ["another"]})),
        ("System", "shop", "The shop", json!({"owner": "platform"})),
        ("System", "bank", "The bank", json!({"owner": "another"})),
    ] {
        let entity = json!({"apiVersion": "backstage.io/v1alpha1", "kind": kind,
            "metadata": {"name": name, "title": title}, "spec": spec});
        all.push_str(&format!("---\n{entity}\n"));
    }
    all
}

fn pickers() -> Value {
    json!({
        "required": ["name", "owner"],
        "properties": {
            "name": {"title": "Name", "type": "string", "pattern": "^[a-z]+$"},
            "owner": {"title": "Owner", "type": "string", "ui:field": "OwnerPicker"},
            "system": {"title": "System", "type": "string", "ui:field": "EntityPicker",
                "ui:options": {"catalogFilter": {"kind": "System"}}},
            "mine": {"title": "Mine", "type": "string", "ui:field": "OwnedEntityPicker",
                "ui:options": {"catalogFilter": {"kind": "System"}}},
            "free": {"title": "Free", "type": "string", "ui:field": "EntityPicker",
                "ui:options": {"defaultKind": "Component", "allowArbitraryValues": true}},
            "several": {"type": "array", "items": {"type": "string", "ui:field": "OwnerPicker",
                "ui:options": {"catalogFilter": {"kind": "Group"}}}}
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_receives_what_a_picker_would_give() {
    let world = World::new(&[("catalog-info.yaml", &catalog(&pickers()))]).await;
    for (typed, expected) in [
        ("platform", "group:default/platform"),
        ("Platform", "group:default/platform"),
        ("default/platform", "group:default/platform"),
        ("group:default/platform", "group:default/platform"),
        ("The platform", "group:default/platform"),
        ("ada", "user:default/ada"),
    ] {
        let view = world.run("owned", &[("name", "a"), ("owner", typed), ("system", "shop")]).await;
        completed(&view);
        let line = format!("owner={expected} system=system:default/shop");
        assert!(log(&view).contains(&line), "{typed}: {}", log(&view));
    }
    let values = json!({"name": "a", "owner": "platform", "free": "unknown", "several": ["all"]});
    let view = world.ended(&world.create("owned", values).await).await;
    assert_eq!(
        view.parameters,
        json!({"name": "a", "owner": "group:default/platform",
            "free": "component:default/unknown", "several": ["group:default/all"]})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_owner_is_an_error_at_its_field() {
    let world = World::new(&[("catalog-info.yaml", &catalog(&pickers()))]).await;
    let typed =
        [("name", "No Good"), ("owner", "nobody"), ("system", "another"), ("several", "all\nada")];
    let draft = world.refused("owned", &typed).await;
    // All at once, each at its field, and nothing is lost.
    for (field, part) in [
        ("name", "^[a-z]+$"),
        ("owner", "Owner names \"nobody\", and there is no such group or user in the catalog."),
        ("system", "System names \"another\", and there is no such system"),
        ("several", "several 2 names \"ada\", and there is no such group"),
    ] {
        let found = draft.error_of(field).unwrap_or_default();
        assert!(found.contains(part), "{field}: {draft:?}");
    }
    assert_eq!(draft.errors.len(), 4, "{draft:?}");
    for (field, text) in typed {
        assert_eq!(draft.values_of(field), [text]);
    }
    let draft = world.refused("owned", &[("name", "a"), ("owner", "")]).await;
    assert_eq!(draft.errors, [("owner".to_owned(), "Owner must be filled in.".to_owned())]);
    // What belongs to somebody else cannot be chosen as one's own.
    let typed = [("name", "a"), ("owner", "ada"), ("mine", "system:default/bank")];
    let draft = world.refused("owned", &typed).await;
    assert!(draft.error_of("mine").unwrap_or_default().contains("not one of those"), "{draft:?}");
    assert!(world.scaffolder.task_list(&world.op, false).await.unwrap().is_empty(), "no run began");
    let created = world.scaffolder.task_create(
        &world.op,
        "owned",
        json!({"name": "a", "owner": "nobody"}),
        Default::default(),
    );
    let error = created.await.unwrap_err();
    assert!(format!("{error:?}").contains("/owner"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn own_teams_are_offered_first() {
    let world = World::new(&[("catalog-info.yaml", &catalog(&pickers()))]).await;
    let offered = |person: &'static str, field: &'static str| {
        let op = world.person(person);
        let world = &world;
        async move {
            let form = world.scaffolder.template_form(&op, "owned", None).await.expect("a form");
            let field = form.pages[0].fields.iter().find(|found| found.name == field).cloned();
            let Some(FieldKind::Entity { options, own, .. }) = field.map(|field| field.kind) else {
                panic!("no picker")
            };
            let titles: Vec<String> = options.into_iter().map(|link| link.title).collect();
            (titles, own)
        }
    };
    // Through all levels: who is in the platform team is in the department above it.
    let (titles, own) = offered("user:default/ada", "owner").await;
    assert_eq!(titles, ["Ada", "All of us", "The platform", "Another team", "Bob"]);
    assert_eq!(own, 3);
    let (titles, own) = offered("user:default/bob", "owner").await;
    assert_eq!((&titles[..2], own), (&["Another team".to_owned(), "Bob".to_owned()][..], 2));
    assert_eq!(offered("user:default/ada", "mine").await.0, ["The shop"]);
    assert_eq!(offered("user:default/bob", "mine").await.0, ["The bank"]);
    assert_eq!(offered("user:default/nobody", "mine").await.0, [""; 0]);
}
