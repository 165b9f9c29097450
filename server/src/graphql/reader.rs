//! Whom resolvers ask, and how they pass on that something was refused.

use crate::errors::message;
use access::OpContext;
use async_graphql::{ErrorExtensionValues, Name};
use model::Error;
use portal::Portal;
use std::sync::Arc;

/// Whom resolvers ask, and for whom.
pub(super) struct Reader {
    pub(super) portal: Arc<Portal>,
    pub(super) op: OpContext,
}

/// The error of a service, in the words REST has for it.
pub(super) fn refused(error: &Error, reader: &Reader) -> async_graphql::Error {
    let mut refused = async_graphql::Error::new(message(error, &reader.op.request_id));
    let extensions = refused.extensions.get_or_insert_with(ErrorExtensionValues::default);
    extensions.set("code", error.name());
    let fields = error.fields();
    if !fields.is_empty() {
        let fields = fields.iter().map(|field| {
            let parts = [("field", &field.path), ("message", &field.message)];
            async_graphql::Value::Object(
                parts.map(|(name, text)| (Name::new(name), text.as_str().into())).into(),
            )
        });
        extensions.set("errors", async_graphql::Value::List(fields.collect()));
    }
    refused
}
