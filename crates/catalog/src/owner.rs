//! Owners as people type them: `platform` stands for a group, and what is not there comes back with
//! what may have been meant.

use catalog_index::find::rank;
use catalog_index::index::Index;
use model::catalog::EntityLink;
use model::entity_ref::{Defaults, EntityRef};

/// How many owners are suggested.
const SUGGESTED: usize = 5;

/// Names that differ by so many letters may be meant.
const MOST_EDITS: usize = 2;

/// The reference of an owner as it was typed, when it is in the catalog.
pub(crate) fn find(text: &str, namespace: &str, index: &Index) -> Option<String> {
    let text = text.trim();
    for namespace in [namespace, "default"] {
        for kind in ["group", "user"] {
            let defaults = Defaults { kind: Some(kind), namespace: Some(namespace) };
            let Ok(found) = EntityRef::parse_with(text, defaults) else { continue };
            let found = found.to_string();
            if is_owner(&found) && index.get(&found).is_some() {
                return Some(found);
            }
        }
    }
    let title = text.to_lowercase();
    let mut titled = index.items.iter().filter(|item| {
        is_owner(&item.facts.entity_ref) && !title.is_empty() && item.facts.sort_key() == title
    });
    match (titled.next(), titled.next()) {
        // Of two with the same title nobody knows which is meant.
        (Some(found), None) => Some(found.facts.entity_ref.to_string()),
        _ => None,
    }
}

/// What may have been meant, the most likely first.
pub(crate) fn suggestions(text: &str, index: &Index) -> Vec<EntityLink> {
    let text = text.trim().to_lowercase();
    let name = text.rsplit(['/', ':']).next().unwrap_or_default();
    if name.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(usize, EntityLink)> = index
        .items
        .iter()
        .filter(|item| is_owner(&item.facts.entity_ref))
        .filter_map(|item| {
            let near = || {
                let names = [item.name_key(), item.facts.sort_key()];
                let edits = names.into_iter().filter_map(|known| edits(name, known)).min()?;
                Some(4 + edits)
            };
            let place = rank(item, name).map(usize::from).or_else(near)?;
            Some((place, item.link()))
        })
        .collect();
    found.sort_by(|(left, one), (right, other)| {
        (left, &one.entity_ref).cmp(&(right, &other.entity_ref))
    });
    found.into_iter().take(SUGGESTED).map(|(_, link)| link).collect()
}

/// The sentence for an owner that is not there.
pub(crate) fn unknown(text: &str, suggestions: &[EntityLink]) -> String {
    let meant: Vec<&str> = suggestions.iter().map(|link| link.entity_ref.as_str()).collect();
    let hint = match meant.as_slice() {
        [] => {
            "Choose a group or a person that is there, such as group:default/platform.".to_owned()
        }
        [one] => format!("Did you mean {one}?"),
        several => format!("Did you mean one of {}?", several.join(", ")),
    };
    format!("There is no group or person \"{}\" in the catalog. {hint}", text.trim())
}

pub(crate) fn is_owner(entity_ref: &str) -> bool {
    entity_ref.starts_with("group:") || entity_ref.starts_with("user:")
}

/// How many letters have to change to get from one text to the other; nothing when too many.
fn edits(from: &str, to: &str) -> Option<usize> {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if from.len().abs_diff(to.len()) > MOST_EDITS || from.len() > 64 || from.len() <= MOST_EDITS {
        return None;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (place, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().filter(|edits| *edits <= MOST_EDITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_by_few_letters_are_near() {
        assert_eq!(edits("platfrom", "platform"), Some(2));
        assert_eq!(edits("platform", "platform"), Some(0));
        assert_eq!(edits("shop", "platform"), None);
        assert_eq!(edits("ab", "ac"), None);
    }
}
