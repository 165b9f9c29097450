//! The first argument of every service method.

use crate::principal::Principal;
use crate::tenants::Tenant;
use std::sync::Arc;

/// Who asks, for which tenant, in which request.
#[derive(Clone)]
pub struct OpContext {
    /// The tenant whose data this operation may touch: no other is in reach.
    pub tenant: Arc<Tenant>,
    /// Who is behind it.
    pub principal: Principal,
    /// Connects what a person sees with the log.
    pub request_id: Arc<str>,
    /// What stands before every path of this tenant: empty, or `/t/<name>`.
    pub base_path: String,
    /// What kind of work it is.
    pub kind: OpKind,
}

/// What kind of work an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpKind {
    /// Somebody waits for the answer.
    Request,
    /// A job or a task run.
    Background,
}

impl OpContext {
    /// For work nobody waits for.
    pub fn for_background(tenant: Arc<Tenant>, job: &'static str) -> OpContext {
        OpContext {
            tenant,
            principal: Principal::System { job },
            request_id: crate::random::request_id(),
            base_path: String::new(),
            kind: OpKind::Background,
        }
    }

    /// For a request.
    pub fn for_request(
        tenant: Arc<Tenant>,
        principal: Principal,
        request_id: Arc<str>,
    ) -> OpContext {
        OpContext { tenant, principal, request_id, base_path: String::new(), kind: OpKind::Request }
    }

    /// With what stands before every path in addresses this operation writes.
    pub fn with_base_path(mut self, base_path: String) -> OpContext {
        self.base_path = base_path;
        self
    }

    /// The tenant's database.
    pub fn db(&self) -> &db::Db {
        &self.tenant.db
    }
}
