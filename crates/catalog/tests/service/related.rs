//! Relations while entities come, change and go, in any order.

use crate::support::{World, entity, everything, on_each_engine, parse};
use catalog::Catalog;
use model::overlay::OverlayField;

/// The same numbers on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn some_of<'a>(&mut self, all: &[&'a str]) -> Vec<&'a str> {
        all.iter().filter(|_| self.roll(3) == 0).copied().collect()
    }
}

const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
const TEAMS: [&str; 3] = ["one", "two", "three"];

fn component(dice: &mut Dice, name: &str) -> String {
    let (on, of, apis) = (dice.some_of(&NAMES), dice.some_of(&NAMES), dice.some_of(&["x", "y"]));
    let owner = TEAMS[dice.roll(3) as usize];
    let refs = |names: &[&str]| {
        names.iter().map(|name| format!("component:{name}")).collect::<Vec<_>>().join(", ")
    };
    let spec = format!(
        "type: service, lifecycle: production, owner: {owner}, dependsOn: [{}], dependencyOf: \
         [{}], providesApis: [{}]",
        refs(&on),
        refs(&of),
        apis.join(", ")
    );
    entity("Component", name, &spec)
}

fn group(dice: &mut Dice, name: &str) -> String {
    let children = dice.some_of(&TEAMS).join(", ");
    entity("Group", name, &format!("type: team, children: [{children}]"))
}

/// What a change shows is what a start from the rows shows, where nothing is left from before.
async fn check(world: &World, round: u64) {
    let fresh: Catalog = world.restarted(|_| {}).await;
    let (shown, anew) = (everything(&world.catalog, &world.op), everything(&fresh, &world.op));
    for (shown, anew) in shown.iter().zip(&anew) {
        assert_eq!(
            String::from_utf8_lossy(shown),
            String::from_utf8_lossy(anew),
            "after change {round}"
        );
    }
    assert_eq!(shown.len(), anew.len(), "after change {round}");
}

#[tokio::test]
async fn every_change_leaves_the_relations_that_all_say_together() {
    on_each_engine(async |world| {
        let mut dice = Dice(7);
        for name in NAMES {
            world.write(&format!("{name}/catalog-info.yaml"), &component(&mut dice, name));
        }
        world.write("one/catalog-info.yaml", &group(&mut dice, "one"));
        world.refresh().await;
        let jane = world.person("user:default/jane", &[]);
        let owner = [(OverlayField::Owner, "one".to_owned())];
        let edited = parse("component:default/a");
        world.catalog.overlay_save(&jane, &edited, &owner).await.expect("saved");
        check(&world, 0).await;
        for round in 1..40 {
            // One to three at once, so that they also name each other.
            for _ in 0..=dice.roll(3) {
                let names = [NAMES.as_slice(), &TEAMS].concat();
                let name = names[dice.roll(names.len() as u64) as usize];
                let file = format!("{name}/catalog-info.yaml");
                let text = match TEAMS.contains(&name) {
                    true => group(&mut dice, name),
                    false => component(&mut dice, name),
                };
                if dice.roll(4) > 0 {
                    world.write(&file, &text);
                } else if world.path(&file).exists() {
                    world.remove(&file);
                }
            }
            world.refresh().await;
            check(&world, round).await;
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_was_named_before_it_came_knows_it_at_once() {
    let world = World::new().await;
    world.write(
        "shop/catalog-info.yaml",
        &entity(
            "Component",
            "shop",
            "type: service, lifecycle: production, owner: team, dependsOn: ['resource:db']",
        ),
    );
    world.refresh().await;
    world.write("db/catalog-info.yaml", &entity("Resource", "db", "type: database, owner: team"));
    world.refresh().await;
    let db = world.get("resource:default/db").expect("there").to_json();
    let named = db["relations"].as_array().expect("relations");
    let of_shop = |relation: &&serde_json::Value| {
        relation["type"] == "dependencyOf" && relation["targetRef"] == "component:default/shop"
    };
    assert_eq!(named.iter().filter(of_shop).count(), 1, "{named:?}");
    world.remove("shop/catalog-info.yaml");
    world.refresh().await;
    let db = world.get("resource:default/db").expect("there").to_json();
    let named = db["relations"].as_array().expect("relations");
    assert_eq!(named.iter().filter(of_shop).count(), 0, "{named:?}");
}
