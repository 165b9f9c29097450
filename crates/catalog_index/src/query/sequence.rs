//! Selected entities in an order, from any place of it on, in both directions.

use super::condition::Selected;
use super::field::Field;
use super::ranks::{Members, Ranks};
use std::ops::Range;
use std::sync::Arc;

/// Selected entities in an order. A place is a position in it; not every place has an entity.
pub enum Sequence<'a> {
    /// All of them, by uid.
    All(usize),
    /// Some of them, by uid.
    Some(Ranks<'a>),
    /// Those of a list that are selected.
    Filtered {
        ranks: &'a [u32],
        members: Arc<Members>,
        /// The values the list is sorted by.
        field: Option<&'a Field>,
        backwards: bool,
        /// Places of entities that stand at an earlier place already.
        again: Option<Members>,
    },
}

impl<'a> Sequence<'a> {
    /// By uid.
    pub fn by_uid(selected: Selected<'a>) -> Sequence<'a> {
        match selected.list {
            Some(list) => Sequence::Some(list),
            None => Sequence::All(selected.count),
        }
    }

    /// The selected ones of a list, in its order.
    pub fn filtered(ranks: &'a [u32], selected: &Selected<'_>) -> Sequence<'a> {
        let members = selected.members();
        Sequence::Filtered { ranks, members, field: None, backwards: false, again: None }
    }

    /// By value and then by uid, or the other way round; those without a value are left out.
    pub fn by_field(field: &'a Field, backwards: bool, selected: &Selected<'_>) -> Sequence<'a> {
        let ranks = field.ranks();
        let again = (!field.is_single()).then(|| {
            let mut seen = vec![false; selected.count];
            let mut again = Vec::new();
            for place in 0..ranks.len() {
                let at = if backwards { ranks.len() - 1 - place } else { place };
                if std::mem::replace(&mut seen[ranks[at] as usize], true) {
                    again.push(place as u32);
                }
            }
            Members::of(&again, ranks.len())
        });
        Sequence::Filtered {
            ranks,
            members: selected.members(),
            field: Some(field),
            backwards,
            again,
        }
    }

    fn len(&self) -> usize {
        match self {
            Sequence::All(count) => *count,
            Sequence::Some(list) => list.len(),
            Sequence::Filtered { ranks, .. } => ranks.len(),
        }
    }

    fn at(&self, place: usize) -> Option<u32> {
        match self {
            Sequence::All(_) => Some(place as u32),
            Sequence::Some(list) => Some(list[place]),
            Sequence::Filtered { ranks, members, backwards, again, .. } => {
                let at = if *backwards { ranks.len() - 1 - place } else { place };
                let first = again.as_ref().is_none_or(|again| !again.has(place as u32));
                Some(ranks[at]).filter(|rank| first && members.has(*rank))
            }
        }
    }

    /// Places and entities from a place on.
    pub fn forward(&self, from: usize) -> impl Iterator<Item = (usize, u32)> {
        (from..self.len()).filter_map(|place| Some((place, self.at(place)?)))
    }

    /// Places and entities before a place, the nearest first.
    pub fn backward(&self, before: usize, limit: usize) -> Vec<(usize, u32)> {
        let places = (0..before.min(self.len())).rev();
        places.filter_map(|place| Some((place, self.at(place)?))).take(limit).collect()
    }

    /// The value at a place, in lower case.
    pub fn text(&self, place: usize) -> Option<&str> {
        match self {
            Sequence::Filtered { ranks, field: Some(field), backwards, .. } => {
                Some(field.text_at(if *backwards { ranks.len() - 1 - place } else { place }))
            }
            _ => None,
        }
    }

    /// The place where an entity with this value and rank stands, or the gap where it would.
    pub fn split(&self, text: Option<&str>, rank: Result<u32, u32>) -> Range<usize> {
        let (Ok(next) | Err(next)) = rank;
        match self {
            Sequence::All(_) => next as usize..next as usize + usize::from(rank.is_ok()),
            Sequence::Some(list) => {
                let start = list.partition_point(|other| *other < next);
                let there = rank.is_ok() && list.get(start) == Some(&next);
                start..start + usize::from(there)
            }
            Sequence::Filtered { ranks, field: Some(field), backwards, .. } => {
                let found = field.split(text.unwrap_or_default(), rank);
                match backwards {
                    true => ranks.len() - found.end..ranks.len() - found.start,
                    false => found,
                }
            }
            Sequence::Filtered { .. } => 0..0,
        }
    }
}
