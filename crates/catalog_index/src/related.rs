//! The relations of entities, as they follow from the edges of all of them.

use crate::edges::edges;
use crate::index::Index;
use crate::item::{Item, push_json_text};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::ops::Deref;
use std::sync::Arc;

/// Relations that entities declare and that show at others: the target, the type, the source. Sorted
/// once all is there.
pub struct IncomingRelations<T>(Vec<(T, T, T)>);

impl<T: Deref<Target = str> + Ord> IncomingRelations<T> {
    /// Sorts what was gathered.
    pub fn new(mut incoming: Vec<(T, T, T)>) -> IncomingRelations<T> {
        incoming.sort_unstable();
        IncomingRelations(incoming)
    }

    /// The incoming relations of an entity, each with its source.
    pub fn of(&self, entity_ref: &str) -> impl Iterator<Item = (&str, &str)> {
        let start = self.0.partition_point(|(about, ..)| **about < *entity_ref);
        let about = self.0[start..].iter().take_while(move |(about, ..)| **about == *entity_ref);
        about.map(|(_, r#type, by)| (&**r#type, &**by))
    }

    /// The inside of an entity's list of relations, from its own edges, as in a row, and
    /// its incoming relations.
    pub fn list(&self, entity_ref: &str, own: &str) -> String {
        let own = edges(own).filter(|edge| edge.out).map(|edge| (edge.r#type, edge.other));
        list(own.chain(self.of(entity_ref)).collect())
    }
}

/// Relations as JSON, sorted and each once: the inside of the list.
fn list(mut relations: Vec<(&str, &str)>) -> String {
    relations.sort_unstable();
    relations.dedup();
    let mut text = String::new();
    for (r#type, target) in relations {
        text.push_str(if text.is_empty() { "{\"type\":" } else { ",{\"type\":" });
        push_json_text(&mut text, r#type);
        text.push_str(",\"targetRef\":");
        push_json_text(&mut text, target);
        text.push('}');
    }
    text
}

/// Entities that are replaced or go, and what follows for the others.
pub struct Replaced<'a> {
    refs: HashSet<&'a str>,
    /// The incoming relations of the replaced entities, and those they declare of others.
    incoming: IncomingRelations<Cow<'a, str>>,
    /// Targets of their edges, now or before.
    touched: HashSet<Cow<'a, str>>,
}

impl<'a> Replaced<'a> {
    /// `rows` are references with their present edges, as in a row.
    pub fn new(index: &Index, rows: &[(&'a str, &'a str)], deletes: &'a [String]) -> Replaced<'a> {
        let mut refs: HashSet<&str> = rows.iter().map(|(entity_ref, _)| *entity_ref).collect();
        refs.extend(deletes.iter().map(String::as_str));
        let mut incoming: Vec<(Cow<'_, str>, Cow<'_, str>, Cow<'_, str>)> = Vec::new();
        let mut touched: HashSet<Cow<'_, str>> = HashSet::new();
        for (entity_ref, own) in rows {
            for edge in edges(own).filter(|edge| !edge.out) {
                incoming.push((edge.other.into(), edge.r#type.into(), (*entity_ref).into()));
                touched.insert(edge.other.into());
            }
        }
        let mut neighbours: BTreeSet<String> = BTreeSet::new();
        for item in refs.iter().filter_map(|entity_ref| index.get(entity_ref)) {
            let own = item.edges();
            let others = edges(&own).filter(|edge| !edge.out).map(|edge| edge.other);
            touched.extend(others.map(|other| Cow::Owned(other.to_owned())));
            neighbours.extend(item.relations().into_iter().map(|(_, target)| target));
        }
        let mut collect = |item: &Item, about: &HashSet<&'a str>| {
            let by = &item.facts.entity_ref;
            let own = item.edges();
            for edge in edges(&own).filter(|edge| !edge.out) {
                if let Some(about) = about.get(edge.other) {
                    let r#type = Cow::Owned(edge.r#type.to_owned());
                    incoming.push(((*about).into(), r#type, Cow::Owned(by.to_string())));
                }
            }
        };
        // The sources of incoming relations of a known entity are among its relations; of a new one, any
        // entity may have declared some before it came.
        let (old, new): (HashSet<&str>, HashSet<&str>) =
            refs.iter().partition(|entity_ref| index.get(entity_ref).is_some());
        for other in neighbours.iter().filter(|other| !refs.contains(other.as_str())) {
            if let Some(item) = index.get(other) {
                collect(item, &old);
            }
        }
        if !new.is_empty() {
            let others = index.items.iter().filter(|item| !refs.contains(&*item.facts.entity_ref));
            others.for_each(|item| collect(item, &new));
        }
        Replaced { refs, incoming: IncomingRelations::new(incoming), touched }
    }

    /// Whether an entity is one of them.
    pub fn has(&self, item: &Item) -> bool {
        self.refs.contains(&*item.facts.entity_ref)
    }

    /// The inside of the list of relations of one of them, from its own edges.
    pub fn list(&self, entity_ref: &str, own: &str) -> String {
        self.incoming.list(entity_ref, own)
    }

    /// An entity that stayed, with other relations where they are others now.
    pub fn seen_by(&self, item: &Arc<Item>) -> Arc<Item> {
        let entity_ref = &*item.facts.entity_ref;
        if !self.touched.contains(entity_ref) {
            return item.clone();
        }
        let (before, own) = (item.relations(), item.edges());
        let kept = before.iter().map(|(r#type, target)| (r#type.as_str(), target.as_str()));
        let kept = kept.filter(|(_, target)| !self.refs.contains(target));
        let own = edges(&own).filter(|edge| edge.out && self.refs.contains(edge.other));
        let own = own.map(|edge| (edge.r#type, edge.other));
        let mut now: Vec<(&str, &str)> =
            kept.chain(own).chain(self.incoming.of(entity_ref)).collect();
        now.sort_unstable();
        now.dedup();
        let same =
            |(one, other): (&(String, String), &(&str, &str))| one.0 == other.0 && one.1 == other.1;
        match before.len() == now.len() && before.iter().zip(&now).all(same) {
            true => item.clone(),
            false => Arc::new(item.related(&list(now))),
        }
    }
}
