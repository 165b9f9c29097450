//! Definitions of APIs, read into one outline: OpenAPI, AsyncAPI, GraphQL, Protocol Buffers.
//!
//! Each language has a module that knows its words and nothing else: it lists what there is, and
//! tells the details of one item when asked. [`outline`] picks what a page gets, within bounds: a
//! definition of a megabyte costs a page no more than a small one. Definitions are hostile until
//! shown otherwise: references lead in circles, text is Markdown of strangers, nesting has no end.
//! Nothing outside of the definition is ever fetched.

mod asyncapi;
mod definition;
mod editions;
mod graphql;
mod grpc;
mod lexical;
mod limits;
mod openapi;
mod outline;
mod reference;
mod schema;
mod service;
mod text;
mod traits;
mod tree;

pub use outline::outline;
pub use service::ApiDocs;
