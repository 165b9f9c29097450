//! Entities that a program gives by itself.

use crate::descriptor::{Options, read};
use crate::document::{Failed, Outcome, process};
use crate::place::Place;
use crate::rules::RuleSetting;
use crate::source::Source;
use catalog_index::complaint::Complaint;
use catalog_index::kinds::KindSet;
use model::validation::Strictness;
use serde_json::Value;

/// An entity goes the way of every descriptor.
pub fn outcome(
    entity: &Value,
    location: &str,
    source: &Source,
    rules: &[RuleSetting],
    kinds: &KindSet,
) -> Outcome {
    let options = Options {
        location: Some(location),
        fetch: Some(&|_| Err("an entity that is given by a program has no files".to_owned())),
        strictness: Strictness::Liberal,
        all_errors: false,
        kinds: kinds.kinds(),
    };
    let mut documents = read(&yaml::to_string(entity), &options);
    let place = Place { location: location.to_owned(), ..Place::default() };
    match documents.len() {
        1 => process(documents.remove(0), &place, source, rules, options.kinds),
        _ => Outcome::Bad(Failed {
            entity_ref: None,
            complaints: vec![Complaint::plain(location, "expected an entity, found nothing")],
            keeps: false,
        }),
    }
}
