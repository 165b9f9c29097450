//! Which conditions of a query an entity meets.

use crate::freshness::Staleness;
use crate::index::Index;
use crate::item::Item;
use crate::list::personal::{Personal, Stars};
use model::catalog::EntityQuery;
use model::freshness::FreshnessState;

pub(super) const KIND: u16 = 1;
pub(super) const TYPE: u16 = 2;
pub(super) const OWNER: u16 = 4;
pub(super) const LIFECYCLE: u16 = 8;
pub(super) const TAG: u16 = 16;
pub(super) const SYSTEM: u16 = 32;
pub(super) const STATE: u16 = 64;
pub(super) const OWNED: u16 = 128;
pub(super) const STARRED: u16 = 256;
const WORDS: u16 = 512;

/// What was found of one entity.
pub(super) struct Met {
    /// The conditions it does not meet.
    pub(super) misses: u16,
    pub(super) owned: bool,
    pub(super) starred: bool,
    pub(super) state: FreshnessState,
}

impl Met {
    /// Whether it meets all conditions but those of one filter.
    pub(super) fn but(&self, filter: u16) -> bool {
        self.misses & !filter == 0
    }
}

/// What is asked for, in the form in which it is compared.
pub(super) struct Filter<'a> {
    kind: String,
    r#type: String,
    owner: String,
    lifecycle: String,
    system: String,
    tags: Vec<String>,
    words: Vec<Word>,
    state: String,
    /// Who the person counts as.
    own: Vec<String>,
    only_owned: bool,
    stars: &'a Stars,
    only_starred: bool,
    staleness: Staleness<'a>,
}

impl<'a> Filter<'a> {
    pub(super) fn new(
        query: &EntityQuery,
        index: &'a Index,
        personal: &Personal<'a>,
    ) -> Filter<'a> {
        let plain = |text: &str| text.trim().to_lowercase();
        let owner = plain(&query.owner);
        let mine = owner == "me";
        let tags = query.tag.split(',').map(plain).filter(|tag| !tag.is_empty());
        Filter {
            kind: plain(&query.kind),
            r#type: plain(&query.r#type),
            owner: if mine { String::new() } else { owner },
            lifecycle: plain(&query.lifecycle),
            system: plain(&query.system),
            tags: tags.collect(),
            words: query.q.split_whitespace().map(|word| Word::new(word, index)).collect(),
            state: plain(&query.state),
            own: personal.owners.clone(),
            only_owned: mine || !query.owned.is_empty(),
            stars: personal.stars,
            only_starred: !query.starred.is_empty(),
            staleness: Staleness::of(index),
        }
    }

    pub(super) fn staleness(&self) -> &Staleness<'a> {
        &self.staleness
    }

    /// Looks at an entity by its place in the index.
    pub(super) fn look(&self, place: usize, item: &Item) -> Met {
        let facts = &item.facts;
        let is = |wanted: &str, found: Option<&str>| {
            wanted.is_empty() || found.is_some_and(|found| same(wanted, found))
        };
        let owned =
            facts.owner.as_deref().is_some_and(|found| self.own.iter().any(|own| own == found));
        let starred = !self.stars.is_empty() && self.stars.contains(&*facts.entity_ref);
        let state = self.staleness.state(item);
        let mut misses = 0;
        let mut miss = |flag: u16, met: bool| {
            if !met {
                misses |= flag;
            }
        };
        miss(
            KIND,
            (!self.kind.is_empty() || is_listed(item)) && is(&self.kind, Some(&facts.origin.kind)),
        );
        miss(TYPE, is(&self.r#type, facts.r#type.as_deref()));
        miss(OWNER, is(&self.owner, facts.owner.as_deref()));
        miss(LIFECYCLE, is(&self.lifecycle, facts.lifecycle.as_deref()));
        miss(SYSTEM, is(&self.system, facts.system.as_deref()));
        let tagged = |wanted: &String| facts.tags.iter().any(|tag| same(wanted, tag));
        miss(TAG, self.tags.iter().all(tagged));
        let in_state = match self.state.as_str() {
            "broken" => !facts.errors().is_empty(),
            "orphan" => item.flags.orphan,
            "stale" => state == FreshnessState::Stale,
            "fresh" => state == FreshnessState::Fresh,
            _ => true,
        };
        miss(STATE, in_state);
        miss(OWNED, !self.only_owned || owned);
        miss(STARRED, !self.only_starred || starred);
        if !self.words.iter().all(|word| word.is_said(place, item)) {
            misses |= WORDS;
        }
        Met { misses, owned, starred, state }
    }
}

/// A word that is looked for.
pub struct Word {
    /// In lower case.
    text: String,
    /// Whether it stands in the description, by place in the index.
    described: Vec<bool>,
}

impl Word {
    /// Looks the word up in all descriptions.
    pub fn new(text: &str, index: &Index) -> Word {
        let text = text.to_lowercase();
        let mut described = vec![false; index.items.len()];
        let descriptions = index.field("metadata.description");
        for place in index.places(&descriptions.holding(&text)) {
            described[place] = true;
        }
        // Long ones are not among the texts.
        for place in index.places(descriptions.without_text()) {
            described[place] = index.items[place].description().to_lowercase().contains(&text);
        }
        Word { text, described }
    }

    /// Whether an entity says it; by its place in the index.
    pub fn is_said(&self, place: usize, item: &Item) -> bool {
        let text = &self.text;
        self.described[place]
            || item.facts.sort_key().contains(text)
            || item.name_key().contains(text)
            || item.facts.tags.iter().any(|tag| tag.to_lowercase().contains(text))
    }
}

/// Locations are how entities came in: they are listed when somebody asks for them, and counted
/// among entities nowhere.
pub fn is_listed(item: &Item) -> bool {
    !same("location", &item.facts.origin.kind)
}

/// Whether a text is the wanted one, which is in lower case.
fn same(wanted: &str, found: &str) -> bool {
    wanted == found
        || if found.is_ascii() {
            wanted.eq_ignore_ascii_case(found)
        } else {
            wanted == found.to_lowercase()
        }
}
