//! Fields that name entities: what they offer, and which entity a written name means.

use super::text::plain;
use model::catalog::EntityLink;
use model::entity_ref::{Defaults, EntityRef};
use model::template::FieldKind;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Which entities a picker offers: any of several sets of conditions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct PickerFilter {
    /// Each: path and accepted values; no values means that it is there at all.
    pub(crate) any_of: Vec<Vec<(String, Vec<String>)>>,
}

/// What the catalog says, to one person.
pub(crate) struct Lookup<'a> {
    entities: &'a dyn Fn(&PickerFilter) -> Vec<EntityLink>,
    exists: &'a dyn Fn(&EntityRef) -> bool,
    /// The person, and the groups the person belongs to through all levels.
    own: Vec<String>,
    known: RefCell<HashMap<PickerFilter, Rc<Vec<EntityLink>>>>,
}

impl<'a> Lookup<'a> {
    /// `own` begins with the person, when there is one.
    pub(crate) fn new(
        entities: &'a dyn Fn(&PickerFilter) -> Vec<EntityLink>,
        exists: &'a dyn Fn(&EntityRef) -> bool,
        own: Vec<String>,
    ) -> Lookup<'a> {
        Lookup { entities, exists, own, known: RefCell::default() }
    }

    /// What fits, what is the person's own first.
    fn options(&self, filter: &PickerFilter) -> Rc<Vec<EntityLink>> {
        if let Some(known) = self.known.borrow().get(filter) {
            return known.clone();
        }
        let own: HashSet<&str> = self.own.iter().map(String::as_str).collect();
        let mut found = (self.entities)(filter);
        found.sort_by_key(|link| !own.contains(link.entity_ref.as_str()));
        let found = Rc::new(found);
        self.known.borrow_mut().insert(filter.clone(), found.clone());
        found
    }
}

/// A field that names entities.
#[derive(Debug)]
pub(crate) struct Picker {
    filter: PickerFilter,
    /// What belongs to the person in this way only.
    relation: Option<Relation>,
    /// The kinds a name without one may mean, the likeliest first.
    kinds: Vec<String>,
    namespace: Option<String>,
    /// Whether the template allows what is not in the catalog, when it says so.
    arbitrary: Option<bool>,
    several: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Relation {
    OwnedByOwn,
    HasMember,
}

/// A list longer than this is one to type into.
const FEW: usize = 200;

impl Picker {
    /// What a schema asks for.
    pub(crate) fn of(schema: &Value) -> Option<Picker> {
        let name = schema.get("ui:field").and_then(Value::as_str)?;
        let relation = match name {
            "EntityPicker" | "OwnerPicker" | "MultiEntityPicker" => None,
            "OwnedEntityPicker" => Some(Relation::OwnedByOwn),
            "MyGroupsPicker" => Some(Relation::HasMember),
            _ => return None,
        };
        let options = &schema["ui:options"];
        let kinds = |names: &[&str]| {
            vec![vec![("kind".to_owned(), names.iter().map(|name| (*name).to_owned()).collect())]]
        };
        let any_of = match options.get("catalogFilter") {
            Some(Value::Array(list)) => list.iter().map(conditions).collect(),
            Some(set @ Value::Object(_)) => vec![conditions(set)],
            _ => match (options.get("allowedKinds"), name) {
                (Some(kinds), _) => vec![vec![("kind".to_owned(), lower(kinds))]],
                (None, "OwnerPicker") => kinds(&["group", "user"]),
                (None, "MyGroupsPicker") => kinds(&["group"]),
                _ => Vec::new(),
            },
        };
        let default = options.get("defaultKind").and_then(Value::as_str);
        let default = default.or_else(|| (name == "OwnerPicker").then_some("group"));
        let mut kinds: Vec<String> = default.map(str::to_lowercase).into_iter().collect();
        for (_, values) in any_of.iter().flatten().filter(|(path, _)| path == "kind") {
            kinds.extend(values.iter().cloned());
        }
        // A default kind that the filter leaves out would never be found.
        let mut seen = HashSet::new();
        kinds.retain(|kind| seen.insert(kind.clone()));
        Some(Picker {
            filter: PickerFilter { any_of },
            relation,
            kinds,
            namespace: options.get("defaultNamespace").and_then(Value::as_str).map(str::to_owned),
            arbitrary: options.get("allowArbitraryValues").and_then(Value::as_bool),
            several: name == "MultiEntityPicker",
        })
    }

    /// How the field is filled in.
    pub(crate) fn kind(&self, lookup: &Lookup<'_>) -> FieldKind {
        let options = self.options(lookup).as_ref().clone();
        let own = options.iter().take_while(|link| lookup.own.contains(&link.entity_ref)).count();
        match self.several {
            true => FieldKind::Entities { options, own },
            false => {
                let many = options.len() > FEW && self.arbitrary.is_none();
                let arbitrary = self.arbitrary == Some(true) || many;
                FieldKind::Entity { options, own, arbitrary }
            }
        }
    }

    fn options(&self, lookup: &Lookup<'_>) -> Rc<Vec<EntityLink>> {
        let Some(relation) = self.relation else { return lookup.options(&self.filter) };
        let (path, whose) = match relation {
            Relation::OwnedByOwn => ("relations.ownedby", lookup.own.clone()),
            Relation::HasMember => {
                ("relations.hasmember", lookup.own.first().cloned().into_iter().collect())
            }
        };
        if whose.is_empty() {
            // Nobody owns nothing; without values the condition would mean anything.
            return Rc::default();
        }
        let mut filter = self.filter.clone();
        if filter.any_of.is_empty() {
            filter.any_of.push(Vec::new());
        }
        for set in &mut filter.any_of {
            set.push((path.to_owned(), whose.clone()));
        }
        lookup.options(&filter)
    }

    /// The full reference of what a written name means, or why it means nothing.
    pub(crate) fn resolve(&self, written: &str, lookup: &Lookup<'_>) -> Result<String, String> {
        let written = written.trim();
        let options = self.options(lookup);
        let offered = |wanted: &str| options.iter().any(|link| link.entity_ref == wanted);
        let named = self.candidates(written);
        if let Some(found) = named.iter().map(EntityRef::to_string).find(|name| offered(name)) {
            return Ok(found);
        }
        // A name without a kind, where the template names none either; or a title.
        let by_name = |link: &&EntityLink| {
            let name = link.entity_ref.split_once(':').map_or("", |(_, rest)| rest);
            let bare = name.strip_prefix("default/").unwrap_or(name);
            let wanted = written.to_lowercase();
            (self.kinds.is_empty() && (name == wanted || bare == wanted))
                || link.title.to_lowercase() == wanted
        };
        let mut alike = options.iter().filter(by_name);
        match (alike.next(), alike.next()) {
            (Some(only), None) => return Ok(only.entity_ref.clone()),
            (Some(first), Some(second)) => {
                return Err(format!(
                    "names \"{written}\", which may be {} or {}. Write which one.",
                    first.entity_ref, second.entity_ref
                ));
            }
            (None, _) => {}
        }
        if self.arbitrary == Some(true) {
            return Ok(named.first().map_or_else(|| written.to_owned(), EntityRef::to_string));
        }
        match named.iter().find(|name| (lookup.exists)(name)) {
            Some(there) => Err(format!(
                "names {there}, which is in the catalog but is not one of those that fit here."
            )),
            None => Err(format!(
                "names \"{written}\", and there is no such {} in the catalog.",
                match self.kinds.is_empty() {
                    true => "entity".to_owned(),
                    false => self.kinds.join(" or "),
                }
            )),
        }
    }

    /// What a written name may mean.
    fn candidates(&self, written: &str) -> Vec<EntityRef> {
        let namespace = self.namespace.as_deref();
        let parse =
            |kind: Option<&str>| EntityRef::parse_with(written, Defaults { kind, namespace }).ok();
        match parse(None) {
            Some(full) => vec![full],
            None => self.kinds.iter().filter_map(|kind| parse(Some(kind))).collect(),
        }
    }
}

fn conditions(set: &Value) -> Vec<(String, Vec<String>)> {
    let entries = set.as_object().into_iter().flatten();
    entries
        .map(|(path, wanted)| match wanted {
            Value::Object(test) if test.contains_key("exists") => (path.to_lowercase(), Vec::new()),
            other => (path.to_lowercase(), lower(other)),
        })
        .collect()
}

fn lower(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().map(|value| plain(value).to_lowercase()).collect(),
        other => vec![plain(other).to_lowercase()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn link(entity_ref: &str, title: &str) -> EntityLink {
        EntityLink {
            entity_ref: entity_ref.to_owned(),
            kind: entity_ref.split(':').next().unwrap_or_default().to_owned(),
            title: title.to_owned(),
            exists: true,
        }
    }

    /// What each name means to a picker, in a catalog of two groups, a user and a component.
    fn check(schema: Value, expected: &[(&str, Result<&str, &str>)]) {
        let all = [
            link("group:default/platform", "Platform team"),
            link("group:other/platform", "The other one"),
            link("user:default/ada", "Ada"),
            link("component:default/platform", "Platform"),
        ];
        let entities = |filter: &PickerFilter| {
            let fits = |link: &&EntityLink| {
                filter.any_of.is_empty()
                    || filter.any_of.iter().any(|set| {
                        set.iter().all(|(path, kinds)| path != "kind" || kinds.contains(&link.kind))
                    })
            };
            all.iter().filter(fits).cloned().collect()
        };
        let exists = |name: &EntityRef| all.iter().any(|link| link.entity_ref == name.to_string());
        let lookup = Lookup::new(&entities, &exists, Vec::new());
        let picker = Picker::of(&schema).expect("a picker");
        for (written, expected) in expected {
            match (picker.resolve(written, &lookup), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, *expected, "{written}"),
                (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
                (found, _) => panic!("{written}: {found:?}, expected {expected:?}"),
            }
        }
    }

    #[test]
    fn a_name_means_what_a_picker_would_give() {
        check(
            json!({"ui:field": "OwnerPicker"}),
            &[
                ("platform", Ok("group:default/platform")),
                (" Platform ", Ok("group:default/platform")),
                ("platform team", Ok("group:default/platform")),
                ("other/platform", Ok("group:other/platform")),
                ("group:platform", Ok("group:default/platform")),
                ("Group:default/Platform", Ok("group:default/platform")),
                ("ada", Ok("user:default/ada")),
                ("nobody", Err("no such group or user")),
                ("component:platform", Err("not one of those that fit")),
            ],
        );
        check(
            json!({"ui:field": "OwnerPicker", "ui:options": {"catalogFilter": {"kind": "Group"}}}),
            &[("user:ada", Err("not one of those that fit")), ("ada", Err("no such group"))],
        );
        check(
            json!({"ui:field": "OwnerPicker", "ui:options": {"defaultNamespace": "other"}}),
            &[("platform", Ok("group:other/platform"))],
        );
    }

    #[test]
    fn a_name_without_any_kind_is_taken_when_there_is_only_one() {
        check(
            json!({"ui:field": "EntityPicker"}),
            &[
                ("ada", Ok("user:default/ada")),
                ("platform", Err("may be group:default/platform or component:default/platform")),
                ("nobody", Err("no such entity")),
            ],
        );
        check(
            json!({"ui:field": "EntityPicker", "ui:options": {"allowArbitraryValues": true}}),
            &[("nobody", Ok("nobody")), ("group:nobody", Ok("group:default/nobody"))],
        );
        check(
            json!({"ui:field": "EntityPicker", "ui:options":
                {"allowArbitraryValues": true, "defaultKind": "Component"}}),
            &[
                ("nobody", Ok("component:default/nobody")),
                ("platform", Ok("component:default/platform")),
            ],
        );
    }
}
