//! Who somebody counts as when it is asked what is theirs.

use crate::Catalog;
use crate::index::Index;
use access::{OpContext, Permission};
use model::Result;
use model::session::Person;

/// More groups than this nobody is a member of.
const MAX_GROUPS: usize = 1_000;

impl Catalog {
    /// Who the person that asks counts as: the person first, then the groups the person belongs to,
    /// through all levels. Nobody, for a program.
    pub fn owner_refs(&self, op: &OpContext) -> Result<Vec<String>> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        Ok(op.principal.person().map_or_else(Vec::new, |person| owners(person, &index)))
    }
}

/// The person, what the person counts as by signing in, the groups the catalog names these as
/// members of, and the groups above those.
pub(crate) fn owners(person: &Person, index: &Index) -> Vec<String> {
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
