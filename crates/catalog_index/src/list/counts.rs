//! How often each value of a filter occurs: in one walk, for all filters together.

use crate::index::Index;
use crate::item::Item;
use crate::kinds::KindSet;
use crate::list::filter::{KIND, LIFECYCLE, Met, OWNED, OWNER, STARRED, STATE, SYSTEM, TYPE};
use arcstr::ArcStr;
use model::catalog::{EntityFacets, EntityQuery, FacetValue};
use model::freshness::FreshnessState;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// How many values a filter offers at most.
const MAX_VALUES: usize = 200;

/// The states as addresses name them.
const STATES: [(FreshnessState, &str); 4] = [
    (FreshnessState::Fresh, "fresh"),
    (FreshnessState::Stale, "stale"),
    (FreshnessState::Broken, "broken"),
    (FreshnessState::Orphaned, "orphan"),
];

/// What was counted so far.
#[derive(Default)]
pub(super) struct Counts<'a> {
    kinds: Tally<'a>,
    types: Tally<'a>,
    owners: Tally<'a>,
    lifecycles: Tally<'a>,
    systems: Tally<'a>,
    tags: Tally<'a>,
    states: [u32; STATES.len()],
    owned: u32,
    starred: u32,
}

impl<'a> Counts<'a> {
    /// An item counts for a filter when it meets all other conditions. Tags narrow each other, so
    /// for them it has to meet those on tags too.
    pub(super) fn add(&mut self, item: &'a Item, met: &Met) {
        // Nothing is left to count for what misses two filters.
        if met.misses.count_ones() > 1 {
            return;
        }
        let facts = &item.facts;
        if met.but(KIND) {
            self.kinds.add(&facts.origin.kind);
        }
        let values = [
            (TYPE, &facts.r#type, &mut self.types),
            (OWNER, &facts.owner, &mut self.owners),
            (LIFECYCLE, &facts.lifecycle, &mut self.lifecycles),
            (SYSTEM, &facts.system, &mut self.systems),
        ];
        for (filter, value, tally) in values {
            if let Some(value) = value.as_ref().filter(|_| met.but(filter)) {
                tally.add(value);
            }
        }
        if met.misses == 0 {
            for tag in &facts.tags {
                self.tags.add(tag);
            }
        }
        if met.but(STATE) {
            // An orphan may be broken too, and either filter finds it.
            self.states[0] += u32::from(met.state == FreshnessState::Fresh);
            self.states[1] += u32::from(met.state == FreshnessState::Stale);
            self.states[2] += u32::from(!facts.errors().is_empty());
            self.states[3] += u32::from(item.flags.orphan);
        }
        self.owned += u32::from(met.owned && met.but(OWNED));
        self.starred += u32::from(met.starred && met.but(STARRED));
    }

    pub(super) fn facets(
        self,
        index: &Index,
        query: &EntityQuery,
        kinds: &KindSet,
    ) -> EntityFacets {
        let kind = |value: &str| kinds.title(value).to_owned();
        let plain = |value: &str| value.to_owned();
        let title = |value: &str| index.link(value).title;
        let kinds = values(self.kinds, &query.kind, kind);
        let kinds = kinds
            .into_iter()
            .map(|kind| FacetValue { value: kind.value.to_lowercase(), ..kind })
            .collect();
        let owner = if query.owner == "me" { "" } else { &query.owner };
        let states = STATES.iter().zip(self.states).map(|((state, value), count)| FacetValue {
            value: (*value).to_owned(),
            label: state.name().to_owned(),
            count,
        });
        let mut states: Vec<FacetValue> =
            states.filter(|found| found.count > 0 || found.value == query.state).collect();
        states.sort_by(by_count);
        EntityFacets {
            kinds,
            types: values(self.types, &query.r#type, plain),
            owners: values(self.owners, owner, title),
            lifecycles: values(self.lifecycles, &query.lifecycle, plain),
            systems: values(self.systems, &query.system, title),
            tags: values(self.tags, &query.tag, plain),
            states,
            owned: self.owned,
            starred: self.starred,
        }
    }
}

/// How often each text occurs. Texts that many entities share are kept once, so that their
/// addresses tell them apart; should one be there twice, it is put together in the end.
#[derive(Default)]
struct Tally<'a>(HashMap<usize, (&'a ArcStr, u32), BuildHasherDefault<AddressHasher>>);

impl<'a> Tally<'a> {
    fn add(&mut self, value: &'a ArcStr) {
        let address = value.as_ptr().addr();
        self.0.entry(address).or_insert((value, 0)).1 += 1;
    }
}

/// Addresses are as good as random once their bits are spread.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, address: usize) {
        let spread = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ (spread >> 32);
    }
}

/// The values of one filter, the most used first, and those that are chosen whether anything has
/// them or not.
fn values(tally: Tally<'_>, chosen: &str, label: impl Fn(&str) -> String) -> Vec<FacetValue> {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for (value, count) in tally.0.into_values() {
        *counts.entry(value).or_default() += count;
    }
    let chosen: Vec<&str> =
        chosen.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    for one in &chosen {
        if !counts.keys().any(|value| value.eq_ignore_ascii_case(one)) {
            counts.insert(one, 0);
        }
    }
    let mut counts: Vec<(&str, u32)> = counts.into_iter().collect();
    if counts.len() > MAX_VALUES {
        counts.sort_by(|(left, a), (right, b)| b.cmp(a).then_with(|| left.cmp(right)));
        let mut place = 0;
        counts.retain(|(value, _)| {
            place += 1;
            place <= MAX_VALUES || chosen.iter().any(|one| one.eq_ignore_ascii_case(value))
        });
    }
    let value = |(value, count): (&str, u32)| FacetValue {
        label: label(value),
        value: value.to_owned(),
        count,
    };
    let mut values: Vec<FacetValue> = counts.into_iter().map(value).collect();
    values.sort_by_cached_key(|value| {
        (std::cmp::Reverse(value.count), value.label.to_lowercase(), value.value.clone())
    });
    values
}

/// The most used first.
pub fn by_count(left: &FacetValue, right: &FacetValue) -> Ordering {
    let key = |value: &FacetValue| value.label.to_lowercase();
    let by_label = || key(left).cmp(&key(right)).then_with(|| left.value.cmp(&right.value));
    right.count.cmp(&left.count).then_with(by_label)
}
