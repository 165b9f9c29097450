//! Who somebody counts as when it is asked what is theirs.

use crate::index::Index;
use model::session::Person;

/// More groups than this nobody is a member of.
const MAX_GROUPS: usize = 1_000;

/// The person, what the person counts as by signing in, the groups the catalog names these as
/// members of, and the groups above those.
pub fn owners(person: &Person, index: &Index) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for own in std::iter::once(&person.user_ref).chain(&person.ownership_refs) {
        let own = own.to_lowercase();
        if !found.contains(&own) {
            found.push(own);
        }
    }
    let mut at = 0;
    while let Some(next) = found.get(at).filter(|_| found.len() < MAX_GROUPS) {
        let relations = index.get(next).map(|item| item.relations()).unwrap_or_default();
        for (r#type, group) in relations {
            let upwards = r#type == "memberOf" || r#type == "childOf";
            if upwards && group.starts_with("group:") && !found.contains(&group) {
                found.push(group);
            }
        }
        at += 1;
    }
    found
}
