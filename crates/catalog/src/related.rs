//! The relations of entities, as they follow from what all of them say together.

use crate::edges::{Edge, Edges};
use crate::item::{Facts, push_json_text};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Somebody whose fields make relations.
pub(crate) trait Related {
    fn entity_ref(&self) -> &str;
    fn edges(&self) -> &Edges;
}

/// What all say of each.
pub(crate) struct Relations<T> {
    all: Vec<T>,
    /// Where the places of each entity begin; and where those of the last one end.
    starts: Vec<u32>,
    /// Whose edge it is, and its number.
    places: Vec<(u32, u32)>,
    marks: Vec<u64>,
}

impl Related for Arc<Facts> {
    fn entity_ref(&self) -> &str {
        &self.entity_ref
    }

    fn edges(&self) -> &Edges {
        &self.edges
    }
}

impl<T: Related> Relations<T> {
    /// Brings together what these say. `find` gives the number of a reference among them.
    pub(crate) fn new(all: Vec<T>, find: impl Fn(&str) -> Option<u32>) -> Relations<T> {
        let mut marks = vec![0_u64; all.len()];
        let mut starts = vec![0_u32; all.len() + 1];
        let mut owners = Vec::new();
        for (number, each) in all.iter().enumerate() {
            for edge in each.edges().iter() {
                let owner = match edge.out {
                    true => Some(number),
                    false => find(edge.other).map(|owner| owner as usize),
                };
                if let Some(owner) = owner {
                    let (r#type, target) = shown(each, &edge);
                    marks[owner] = marks[owner].wrapping_add(mark_of(r#type, target));
                    starts[owner + 1] += 1;
                }
                owners.push(owner);
            }
        }
        for owner in 0..all.len() {
            starts[owner + 1] += starts[owner];
        }
        let mut free = starts.clone();
        let mut places = vec![(0, 0); starts.last().map_or(0, |end| *end as usize)];
        let mut owners = owners.into_iter();
        for (number, each) in all.iter().enumerate() {
            for ((edge, _), owner) in each.edges().numbered().zip(&mut owners) {
                if let Some(owner) = owner {
                    let at = &mut free[owner];
                    places[*at as usize] = (number as u32, edge);
                    *at += 1;
                }
            }
        }
        Relations { all, starts, places, marks }
    }

    /// The number of a reference, where all stand in the order of their references.
    pub(crate) fn number(&self, entity_ref: &str) -> Option<usize> {
        self.all.binary_search_by(|each| each.entity_ref().cmp(entity_ref)).ok()
    }

    /// What tells the relations of one from others.
    pub(crate) fn mark(&self, number: usize) -> u64 {
        self.marks[number]
    }

    /// The relations of one as JSON, sorted: the inside of the list.
    pub(crate) fn text(&self, number: usize) -> String {
        let places = &self.places[self.starts[number] as usize..self.starts[number + 1] as usize];
        let mut relations: Vec<(&str, &str)> = places
            .iter()
            .filter_map(|(other, edge)| {
                let other = &self.all[*other as usize];
                other.edges().at(*edge).map(|edge| shown(other, &edge))
            })
            .collect();
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
}

/// An edge's type and where it leads, seen from the entity that shows it.
fn shown<'a>(own: &'a impl Related, edge: &Edge<'a>) -> (&'a str, &'a str) {
    (edge.r#type, if edge.out { edge.other } else { own.entity_ref() })
}

/// Added up, so that the order in which relations are found does not matter.
fn mark_of(r#type: &str, target: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (r#type, target).hash(&mut hasher);
    hasher.finish()
}
