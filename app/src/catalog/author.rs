//! The name of who did something.

use crate::session::href;
use leptos::prelude::*;
use model::author::Author;

/// The name, as a link to the person's entity where there is one. What the reference says is the
/// title.
#[component]
pub fn AuthorName(
    /// Who.
    author: Author,
) -> AnyView {
    let Author { principal, name, exists } = author.clone();
    match author.entity_ref().filter(|_| exists) {
        Some(found) => {
            let to = href(&format!("/catalog/{}/{}/{}", found.namespace, found.kind, found.name));
            view! { <a class="link" href=to title=principal>{name}</a> }.into_any()
        }
        None => view! { <span title=principal>{name}</span> }.into_any(),
    }
}
