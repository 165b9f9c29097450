//! Everything that stands at one path, over all entities: who has which value, in order.

use super::path::{Found, at_path};
use super::ranks::{Members, Ranks, any, count_both};
use crate::memory::{shared, threads};
use memchr::memmem;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// So many entities are looked at by one thread.
const FEW: usize = 10_000;

/// A bit for every entity takes no more room than a list of a 32nd of them.
const KEPT_SHARE: usize = 32;

/// One path's values. They are numbered in the order of their text in lower case; the entities
/// that have a value stand together, by rank.
#[derive(Debug, Default)]
pub struct Field {
    /// The values in lower case, each followed by a zero byte.
    texts: String,
    /// Where the text of each value ends, at its zero byte.
    text_ends: Vec<u32>,
    /// Where the entities of each value end.
    ends: Vec<u32>,
    ranks: Vec<u32>,
    spellings: Spellings,
    /// Entities with something here that has no text.
    nulls: Vec<u32>,
    /// Entities with anything here.
    present: Vec<u32>,
    /// Whether some entity has several values.
    several: bool,
    facet: OnceLock<Box<str>>,
    /// Those of values that were asked for.
    members: Mutex<Vec<(usize, Arc<Members>)>>,
}

/// How values are written: not at all where that is in lower case, once for each value where there
/// is one way, and otherwise with the number of its spelling for every entity.
#[derive(Debug, Default)]
struct Spellings {
    texts: String,
    ends: Vec<u32>,
    of: Vec<u32>,
}

/// One value of one entity.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    lower: &'a str,
    text: &'a str,
    rank: u32,
}

/// What was found in entities: their values as they are written and in lower case.
#[derive(Default)]
struct Gathered {
    texts: String,
    /// Start, end of the text, end of its lower case (behind it, unless it is the same), rank.
    entries: Vec<(u32, u32, u32, u32)>,
    nulls: Vec<u32>,
}

impl Field {
    /// A path where nothing stands.
    pub const fn nothing() -> Field {
        Field {
            texts: String::new(),
            text_ends: Vec::new(),
            ends: Vec::new(),
            ranks: Vec::new(),
            spellings: Spellings { texts: String::new(), ends: Vec::new(), of: Vec::new() },
            nulls: Vec::new(),
            present: Vec::new(),
            several: false,
            facet: OnceLock::new(),
            members: Mutex::new(Vec::new()),
        }
    }

    /// Looks at a path, in lower case, of so many entities; `json` gives each by its rank.
    pub fn build(path: &str, count: usize, json: impl Fn(u32) -> Vec<u8> + Sync) -> Field {
        let gather = |ranks: Range<u32>| {
            let mut gathered = Gathered::default();
            ranks.for_each(|rank| gathered.add(path, &json(rank), rank));
            gathered
        };
        let threads = if count < FEW { 1 } else { threads(count) };
        let part = |at: usize| (count * at / threads) as u32..(count * (at + 1) / threads) as u32;
        let parts = shared(threads, |at| gather(part(at)));
        let nulls = parts.iter().flat_map(|part| part.nulls.iter().copied()).collect();
        let mut entries: Vec<Entry<'_>> = parts.iter().flat_map(Gathered::entries).collect();
        entries.sort_unstable_by(order);
        Field::sorted(&entries, nulls)
    }

    /// The same field after some entities have changed. `moved` gives the new rank of every old
    /// one, or nothing when it is gone or different; `changed` are those to look at.
    pub fn patched(&self, path: &str, moved: &[Option<u32>], changed: &[(u32, Vec<u8>)]) -> Field {
        let mut gathered = Gathered::default();
        for (rank, json) in changed {
            gathered.add(path, json, *rank);
        }
        let mut added: Vec<Entry<'_>> = gathered.entries().collect();
        added.sort_unstable_by(order);
        let mut added = added.iter().copied().peekable();
        let mut entries = Vec::with_capacity(self.ranks.len() + added.len());
        for entry in self.entries() {
            let Some(rank) = moved[entry.rank as usize] else { continue };
            let entry = Entry { rank, ..entry };
            while let Some(new) = added.next_if(|new| order(new, &entry).is_lt()) {
                entries.push(new);
            }
            entries.push(entry);
        }
        entries.extend(added);
        let kept = self.nulls.iter().filter_map(|rank| moved[*rank as usize]);
        Field::sorted(&entries, kept.chain(gathered.nulls.iter().copied()).collect())
    }

    fn sorted(entries: &[Entry<'_>], nulls: Vec<u32>) -> Field {
        let mut field = Field { nulls: sorted_once(nulls), ..Field::default() };
        let mut known: HashMap<&str, u32> = HashMap::new();
        for group in entries.chunk_by(|left, right| left.lower == right.lower) {
            field.texts.push_str(group[0].lower);
            field.text_ends.push(field.texts.len() as u32);
            field.texts.push('\0');
            let start = field.ranks.len();
            known.clear();
            for entry in group {
                // An entity that has a value twice has it once.
                if field.ranks[start..].last() == Some(&entry.rank) {
                    continue;
                }
                let spellings = &mut field.spellings;
                let spelling =
                    *known.entry(entry.text).or_insert_with(|| spellings.push(entry.text));
                spellings.of.push(spelling);
                field.ranks.push(entry.rank);
            }
            field.ends.push(field.ranks.len() as u32);
        }
        field.spellings.shorten(&field.texts, field.ends.len());
        let with_value = sorted_once(field.ranks.clone());
        field.several = with_value.len() < field.ranks.len();
        field.present = match field.nulls.is_empty() {
            true => with_value,
            false => sorted_once([with_value.as_slice(), &field.nulls].concat()),
        };
        field.texts.shrink_to_fit();
        for list in [&mut field.ranks, &mut field.ends, &mut field.text_ends] {
            list.shrink_to_fit();
        }
        field
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        (0..self.ends.len()).flat_map(move |value| {
            self.places(value).map(move |at| Entry {
                lower: self.text(value),
                text: self.spellings.text(value, at).unwrap_or_else(|| self.text(value)),
                rank: self.ranks[at],
            })
        })
    }

    /// A value in lower case.
    fn text(&self, value: usize) -> &str {
        let start = value.checked_sub(1).map_or(0, |before| self.text_ends[before] as usize + 1);
        &self.texts[start..self.text_ends[value] as usize]
    }

    /// Where the entities of a value stand.
    fn places(&self, value: usize) -> Range<usize> {
        let start = value.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        start..self.ends[value] as usize
    }

    /// The entities that have the value of this number.
    pub fn ranks_of(&self, value: usize) -> &[u32] {
        &self.ranks[self.places(value)]
    }

    /// The same among `count` for questions about single ones. What takes no more room than the
    /// list itself is kept.
    pub fn members_of(&self, value: usize, count: usize) -> Arc<Members> {
        let list = self.ranks_of(value);
        if list.len() < count / KEPT_SHARE {
            return Arc::new(Members::of(list, count));
        }
        let mut known = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, members)) = known.iter().find(|(other, _)| *other == value) {
            return members.clone();
        }
        let members = Arc::new(Members::of(list, count));
        known.push((value, members.clone()));
        members
    }

    /// The number of a value, which is in lower case.
    pub fn number(&self, text: &str) -> Option<usize> {
        self.find(text).ok()
    }

    /// The number of a value, or of the first one behind it.
    fn find(&self, text: &str) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.text(middle).cmp(text) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Ok(middle),
            }
        }
        Err(low)
    }

    /// The entities that have this value, which is in lower case.
    pub fn equal(&self, text: &str) -> &[u32] {
        self.find(text).map_or(&[], |value| self.ranks_of(value))
    }

    /// The entities with a value that begins so, in lower case.
    pub fn prefixed(&self, start: &str) -> Ranks<'_> {
        let from = self.find(start).unwrap_or_else(|at| at);
        let fits = |value: &usize| self.text(*value).starts_with(start);
        let values = (from..self.ends.len()).take_while(fits);
        any(values.map(|value| Cow::Borrowed(self.ranks_of(value))).collect())
    }

    /// The entities that have something here, `null` included.
    pub fn present(&self) -> &[u32] {
        &self.present
    }

    /// The entities that have a value here.
    pub fn with_value(&self) -> Ranks<'_> {
        match self.nulls.is_empty() {
            true => Cow::Borrowed(&self.present),
            false => Cow::Owned(sorted_once(self.ranks.clone())),
        }
    }

    /// The entities with a value that contains this term, which is in lower case. As in SQL, `%`
    /// stands for anything and `_` for any one character.
    pub fn containing(&self, term: &str) -> Ranks<'_> {
        let mut found: Vec<Ranks<'_>> = Vec::new();
        if term.contains(['%', '_']) {
            let pattern: Vec<char> = format!("%{term}%").chars().collect();
            let fits = |value: &usize| like(&pattern, self.text(*value));
            let values = (0..self.ends.len()).filter(fits);
            found.extend(values.map(|value| Cow::Borrowed(self.ranks_of(value))));
            return any(found);
        }
        self.holding(term)
    }

    /// The entities with a value that contains this text, which is in lower case.
    pub fn holding(&self, text: &str) -> Ranks<'_> {
        let mut found: Vec<Ranks<'_>> = Vec::new();
        if !text.contains('\0') {
            let finder = memmem::Finder::new(text);
            let mut from = 0;
            while let Some(at) = finder.find(&self.texts.as_bytes()[from..]) {
                let at = (from + at) as u32;
                let value = self.text_ends.partition_point(|end| *end < at);
                found.push(Cow::Borrowed(self.ranks_of(value)));
                from = self.text_ends[value] as usize + 1;
            }
        }
        any(found)
    }

    /// The entities with something here that has no text.
    pub fn without_text(&self) -> &[u32] {
        &self.nulls
    }

    /// All values with their entities in order; an entity with several values comes several times.
    pub fn ranks(&self) -> &[u32] {
        &self.ranks
    }

    /// Whether no entity has several values.
    pub fn is_single(&self) -> bool {
        !self.several
    }

    /// The value at a place of [`Field::ranks`], in lower case.
    pub fn text_at(&self, place: usize) -> &str {
        self.text(self.ends.partition_point(|end| *end as usize <= place))
    }

    /// The places of [`Field::ranks`] where an entity with this value stands or would stand. `rank`
    /// is its rank, or that of the next one when it is not there.
    pub fn split(&self, text: &str, rank: Result<u32, u32>) -> Range<usize> {
        let (Ok(rank_or_next) | Err(rank_or_next)) = rank;
        match self.find(text) {
            Err(next) => {
                let start = next.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
                start..start
            }
            Ok(value) => {
                let places = self.places(value);
                let before = self.ranks[places.clone()].partition_point(|r| *r < rank_or_next);
                let start = places.start + before;
                let there = start < places.end && rank == Ok(self.ranks[start]);
                start..start + usize::from(there)
            }
        }
    }

    /// How often each spelling occurs, as JSON.
    pub fn facet(&self) -> &str {
        self.facet.get_or_init(|| self.counts_json(None).into())
    }

    /// The same among some of all the entities.
    pub fn facet_among(&self, list: &[u32], all: usize) -> String {
        self.counts_json(Some((list, all)))
    }

    fn counts_json(&self, among: Option<(&[u32], usize)>) -> String {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        if self.spellings.of.is_empty() {
            for value in 0..self.ends.len() {
                let ranks = self.ranks_of(value);
                let count = among.map_or(ranks.len(), |(list, _)| count_both(ranks, list));
                let text = self.spellings.text(value, 0);
                counts.push((text.unwrap_or_else(|| self.text(value)), count));
            }
        } else {
            let members = among.map_or(Members::All, |(list, all)| Members::of(list, all));
            let mut of_spelling = vec![0_usize; self.spellings.ends.len()];
            for (rank, spelling) in self.ranks.iter().zip(&self.spellings.of) {
                of_spelling[*spelling as usize] += usize::from(members.has(*rank));
            }
            let texts = (0..of_spelling.len()).map(|spelling| self.spellings.get(spelling));
            counts.extend(texts.zip(of_spelling));
        }
        counts.retain(|(_, count)| *count > 0);
        counts.sort_unstable();
        let mut json = String::from("[");
        for (value, count) in counts {
            json.push_str(if json.len() > 1 { ",{\"value\":" } else { "{\"value\":" });
            crate::item::push_json_text(&mut json, value);
            json.push_str(",\"count\":");
            json.push_str(&count.to_string());
            json.push('}');
        }
        json.push(']');
        json
    }
}

impl Spellings {
    /// Adds a spelling and gives its number.
    fn push(&mut self, text: &str) -> u32 {
        self.texts.push_str(text);
        self.ends.push(self.texts.len() as u32);
        self.ends.len() as u32 - 1
    }

    fn get(&self, spelling: usize) -> &str {
        let start = spelling.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.texts[start..self.ends[spelling] as usize]
    }

    /// How the value at a place is written, unless it is in lower case.
    fn text(&self, value: usize, place: usize) -> Option<&str> {
        match (self.ends.is_empty(), self.of.is_empty()) {
            (true, _) => None,
            (false, true) => Some(self.get(value)),
            (false, false) => Some(self.get(self.of[place] as usize)),
        }
    }

    /// Keeps no more than is needed.
    fn shorten(&mut self, lower: &str, values: usize) {
        if self.ends.len() == values {
            self.of = Vec::new();
            if self.texts.bytes().eq(lower.bytes().filter(|byte| *byte != 0)) {
                *self = Spellings::default();
            }
        }
        self.texts.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.of.shrink_to_fit();
    }
}

impl Gathered {
    fn add(&mut self, path: &str, json: &[u8], rank: u32) {
        at_path(json, path, &mut |found| match found {
            // A zero byte is what keeps values apart; no descriptor has one in good faith.
            Found::Text(text) if !text.contains('\0') => {
                let start = self.texts.len() as u32;
                self.texts.push_str(&text);
                let end = self.texts.len() as u32;
                let lower = text.to_lowercase();
                if lower != text {
                    self.texts.push_str(&lower);
                }
                self.entries.push((start, end, self.texts.len() as u32, rank));
            }
            _ => self.nulls.push(rank),
        });
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let text = |from: u32, to: u32| &self.texts[from as usize..to as usize];
        self.entries.iter().map(move |&(start, end, lower_end, rank)| {
            let written = text(start, end);
            let lower = if lower_end == end { written } else { text(end, lower_end) };
            Entry { lower, text: written, rank }
        })
    }
}

fn order(left: &Entry<'_>, right: &Entry<'_>) -> Ordering {
    left.lower.cmp(right.lower).then_with(|| left.rank.cmp(&right.rank))
}

fn sorted_once(mut list: Vec<u32>) -> Vec<u32> {
    list.sort_unstable();
    list.dedup();
    list.shrink_to_fit();
    list
}

/// SQL's `like`.
fn like(pattern: &[char], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('%') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == '_' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(values: &[serde_json::Value]) -> Field {
        let json = |rank: u32| json!({"kind": values[rank as usize]}).to_string().into_bytes();
        Field::build("kind", values.len(), json)
    }

    #[test]
    fn values_are_found_ordered_and_counted_whatever_their_letter_case() {
        let found =
            field(&[json!("B"), json!("a"), json!(null), json!("b"), json!(["b", "c"]), json!({})]);
        assert_eq!(found.equal("b"), [0, 3, 4]);
        assert_eq!(found.equal("d"), [0_u32; 0]);
        assert_eq!(*found.prefixed(""), [0, 1, 3, 4]);
        assert_eq!(found.present(), [0, 1, 2, 3, 4]);
        assert_eq!(*found.with_value(), [0, 1, 3, 4]);
        assert_eq!(found.ranks(), [1, 0, 3, 4, 4]);
        assert!(!found.is_single());
        assert_eq!(
            found.facet(),
            r#"[{"value":"B","count":1},{"value":"a","count":1},{"value":"b","count":2},{"value":"c","count":1}]"#
        );
        assert_eq!(
            found.facet_among(&[0, 1], 6),
            r#"[{"value":"B","count":1},{"value":"a","count":1}]"#
        );
        assert_eq!((found.split("b", Ok(3)), found.split("b", Err(1))), (2..3, 2..2));
        assert_eq!((found.split("bb", Ok(0)), found.split("z", Ok(0))), (4..4, 5..5));
        assert_eq!((found.text_at(0), found.text_at(3), found.text_at(4)), ("a", "b", "c"));
    }

    #[test]
    fn terms_are_found_within_one_value() {
        let found = field(&[json!("Crane one"), json!("two"), json!("on"), json!("e o%")]);
        assert_eq!(*found.containing("on"), [0, 2]);
        assert_eq!(*found.containing("one"), [0]);
        assert_eq!(*found.containing("ee"), [0_u32; 0]);
        assert_eq!(*found.containing("_"), [0, 1, 2, 3]);
        assert_eq!(*found.containing("c%e"), [0]);
        assert_eq!(*found.containing("o_e"), [0]);
        assert_eq!(*found.containing("e"), [0, 3]);
    }

    #[test]
    fn a_patched_field_is_the_field_built_anew() {
        let before = field(&[json!("B"), json!("a"), json!(null), json!("b"), json!(["b", "c"])]);
        // The second one is gone, the fourth is different, one is new in front.
        let moved = [Some(1), None, Some(2), None, Some(4)];
        let text = |value: serde_json::Value| json!({"kind": value}).to_string().into_bytes();
        let changed = [(0, text(json!("C"))), (3, text(json!(null)))];
        let patched = before.patched("kind", &moved, &changed);
        let anew = field(&[json!("C"), json!("B"), json!(null), json!(null), json!(["b", "c"])]);
        let shown = |field: &Field| {
            (
                field.texts.clone(),
                field.ranks.clone(),
                field.nulls.clone(),
                field.facet().to_owned(),
            )
        };
        assert_eq!(shown(&patched), shown(&anew));
    }
}
