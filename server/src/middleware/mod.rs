//! What happens to every request before its handler, in the order of `router.rs`.

mod context;
mod csrf;
mod headers;
mod principal;

pub use context::{RequestContext, TenantPrefix, context, strip_tenant_prefix};
pub use csrf::refuse_cross_site;
pub use headers::{page_headers, page_policy, security_headers};
pub use principal::{page_principal, rest_principal};
