//! What happens to every request before its handler, in the order of `router.rs`.

mod client;
mod context;
mod csrf;
mod headers;
mod panics;
mod principal;
mod reactive;

pub use client::{TrustedProxies, peer};
pub use context::{InContext, TenantPrefix, own_hosts, strip_tenant_prefix};
pub use csrf::refuse_cross_site;
pub use headers::{SecurityHeaders, page_headers, page_policy};
pub use panics::{caught_async, log_panics};
pub use principal::{RestPrincipal, page_principal};
pub use reactive::keep_owner;
