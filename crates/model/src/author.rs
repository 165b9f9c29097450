//! Who did something, as pages name them.

use crate::entity_ref::EntityRef;
use serde::{Deserialize, Serialize};

/// A person, a service or a job of the portal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// A person's ref, `service:<subject>` or `system:<job>`.
    pub principal: String,
    /// What to call them: the title of the person's entity, or a name.
    pub name: String,
    /// Whether the catalog holds an entity of this person.
    pub exists: bool,
}

impl Author {
    /// From the reference alone: `user:default/jane` is `jane`, `service:ci` is `ci`.
    pub fn unknown(principal: &str) -> Author {
        let name = match principal.split_once(':') {
            Some(("system", job)) => format!("Callboard ({job})"),
            Some(("service", subject)) => subject.to_owned(),
            _ => EntityRef::parse(principal)
                .map_or_else(|_| principal.to_owned(), |found| found.name),
        };
        Author { principal: principal.to_owned(), name, exists: false }
    }

    /// The reference of an entity that may stand for them; nothing for services and jobs.
    pub fn entity_ref(&self) -> Option<EntityRef> {
        match self.principal.split_once(':') {
            None | Some(("system" | "service", _)) => None,
            Some(_) => EntityRef::parse(&self.principal).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_are_called_by_their_names() {
        let name = |principal: &str| Author::unknown(principal).name;
        assert_eq!(name("user:default/jane"), "jane");
        assert_eq!(name("group:shop/platform"), "platform");
        assert_eq!(name("service:ci"), "ci");
        assert_eq!(name("system:refresh"), "Callboard (refresh)");
        assert_eq!(name("nobody"), "nobody");
        assert_eq!(name(""), "");
    }

    #[test]
    fn people_have_an_entity_and_services_and_jobs_have_none() {
        let found = |principal: &str| Author::unknown(principal).entity_ref();
        assert_eq!(found("user:default/jane").expect("a person").to_string(), "user:default/jane");
        for principal in ["service:ci", "system:refresh", "nobody", ""] {
            assert_eq!(found(principal), None, "{principal}");
        }
    }
}
