//! What a few typed letters may mean.

use crate::index::Index;
use crate::item::Item;
use crate::list::Word;
use model::catalog::EntityLink;
use std::sync::Arc;

/// How well a tag fits, and words in description, tags, name and title; behind names and titles.
const TAG_RANK: u8 = 4;
const WORDS_RANK: u8 = 5;

/// So many words are looked for.
const MOST_WORDS: usize = 8;

/// What a few letters may mean, the best first: names and titles, then tags, then words of
/// descriptions. Without letters everything, by title. `kinds` says what is looked for; none means
/// all kinds.
pub fn find(index: &Index, text: &str, kinds: &[&str], limit: usize) -> Vec<EntityLink> {
    let text = text.trim().to_lowercase();
    // Words count when all of them are found, wherever they stand.
    let words: Vec<Word> =
        text.split_whitespace().take(MOST_WORDS).map(|word| Word::new(word, index)).collect();
    let mut found: Vec<(u8, &Arc<Item>)> = Vec::new();
    for (place, item) in index.items.iter().enumerate() {
        if !kinds.is_empty() && !kinds.iter().any(|kind| item.is_kind(kind)) {
            continue;
        }
        let by_words = || {
            let all = !words.is_empty() && words.iter().all(|word| word.is_said(place, item));
            let tag = || item.facts.tags.iter().any(|tag| tag.to_lowercase() == text);
            all.then(|| if tag() { TAG_RANK } else { WORDS_RANK })
        };
        if let Some(rank) = rank(item, &text).or_else(by_words) {
            found.push((rank, item));
        }
    }
    // Stable, so that equals stay sorted by title.
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(limit).map(|(_, item)| item.link()).collect()
}

/// How well an entity fits; lower is better.
pub fn rank(item: &Item, text: &str) -> Option<u8> {
    let (title, name) = (item.facts.sort_key(), item.name_key());
    let starts_word = |hay: &str| {
        hay.match_indices(text).any(|(at, _)| {
            hay[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric())
        })
    };
    if text.is_empty() || title == text || name == text {
        Some(0)
    } else if title.starts_with(text) || name.starts_with(text) {
        Some(1)
    } else if starts_word(title) || starts_word(name) {
        Some(2)
    } else if title.contains(text) || item.facts.entity_ref.contains(text) {
        Some(3)
    } else {
        None
    }
}
