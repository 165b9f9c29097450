//! Who asks for what: operation contexts, permissions, tenants, sessions and tokens.

mod context;
mod permission;
mod principal;
mod random;
mod refusals;
mod session;
mod store;
mod tenants;
mod throttle;
mod tokens;

pub use context::{OpContext, OpKind};
pub use permission::Permission;
pub use principal::Principal;
pub use random::{random_id, request_id};
pub use refusals::{Refusal, RefusalReason, Refusals};
pub use session::{SESSION_LIFETIME_MS, Sessions};
pub use tenants::{Tenant, TenantRule, Tenants};
pub use throttle::Throttle;
pub use tokens::{StaticToken, Tokens};

/// Milliseconds since 1970: the clock of the server.
pub fn now() -> model::time::Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    model::time::Timestamp(since.map_or(0, |since| since.as_millis() as i64))
}
