//! Templates and their runs.

pub mod api;
mod condition;
mod field;
mod live;
mod picker;
mod rows;
mod run_list_page;
mod run_page;
mod steps;
mod template_list_page;
mod template_page;
mod typed;
mod wizard;

pub use run_list_page::RunListPage;
pub use run_page::RunPage;
pub use template_list_page::TemplateListPage;
pub use template_page::TemplatePage;

use model::entity_ref::EntityRef;

/// Fetches what the page at this address (below `/create`) shows; runs change, so they are not.
pub(crate) fn fetch_ahead(below: &str) {
    use crate::ahead::fetch;
    match below.split('/').collect::<Vec<_>>()[..] {
        [""] => fetch("templates".to_owned(), api::template_list()),
        ["templates", namespace, name] => {
            let template_ref = EntityRef::new("template", namespace, name);
            fetch(format!("form {template_ref}"), api::form_get(template_ref, None, None));
        }
        _ => {}
    }
}
