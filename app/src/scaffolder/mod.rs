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
