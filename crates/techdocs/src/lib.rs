//! Documentation sites of entities, rendered by the program itself.
//!
//! [`Site`] opens a folder with Markdown (and, when there is one, a `mkdocs.yml`) and hands out
//! pages as sanitised HTML, files with a safe content type and words for the search. It knows
//! nothing of entities, permissions or storage: it is given a folder on disk and where pages and
//! files are served. Everything in that folder is hostile until shown otherwise: [`folder`] keeps
//! reading inside it, [`markdown`] ends with an allow-list of elements, attributes and classes.

pub mod content_type;
mod exclude;
pub mod folder;
mod highlight;
mod images;
pub mod markdown;
pub mod mkdocs;
mod monorepo;
pub mod nav;
pub mod paths;
mod service;
pub mod site;
#[cfg(test)]
mod testing;

pub use images::ImageHosts;
pub use paths::Links;
pub use service::{Settings, TechDocs, markdown_to_html};
pub use site::Site;
