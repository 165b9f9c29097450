//! Templates and their runs.

pub mod api;
mod template_list_page;
mod template_page;
mod field;
mod task_list_page;
mod task_page;
mod live;

pub use task_list_page::TaskListPage;
pub use task_page::TaskPage;
pub use template_list_page::TemplateListPage;
pub use template_page::TemplatePage;
