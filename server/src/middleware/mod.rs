//! What happens to every request before its handler, in the order of `router.rs`.

mod context;
mod csrf;
mod headers;
mod principal;

pub use context::{InContext, RequestContext, TenantPrefix, own_hosts, strip_tenant_prefix};
pub use csrf::refuse_cross_site;
pub use headers::{SecurityHeaders, page_headers, page_policy};
pub use principal::{RestPrincipal, page_principal, peer};
