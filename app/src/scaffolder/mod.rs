//! Templates and their runs.

pub mod api;
mod field;
mod live;
mod task_list_page;
mod task_page;
mod template_list_page;
mod template_page;

pub use task_list_page::TaskListPage;
pub use task_page::TaskPage;
pub use template_list_page::TemplateListPage;
pub use template_page::TemplatePage;

/// Fetches what the page at this address (below `/create`) shows; runs change, so they are not.
pub(crate) fn fetch_ahead(below: &str) {
    use crate::ahead::fetch;
    match below.split('/').collect::<Vec<_>>()[..] {
        [""] => fetch("templates".to_owned(), api::template_list()),
        ["templates", namespace, name] => {
            let template_ref = format!("template:{namespace}/{name}");
            fetch(format!("form {template_ref}"), api::form_get(template_ref, None));
        }
        _ => {}
    }
}
