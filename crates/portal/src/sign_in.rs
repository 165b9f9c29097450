//! Signing in: the session, its line in the audit log and its event, all of it or nothing.

use crate::Portal;
use access::{OpContext, Principal, Tenant};
use model::Result;
use model::session::Person;
use serde_json::json;
use std::sync::Arc;

impl Portal {
    /// Signs a person in; the answer is the value of the cookie.
    pub async fn sign_in(
        &self,
        tenant: &Arc<Tenant>,
        request_id: Arc<str>,
        person: &Person,
        provider: &str,
    ) -> Result<String> {
        let principal = Principal::Person(person.clone());
        let op = OpContext::for_request(tenant.clone(), principal, request_id);
        let mut tx = tenant.db.begin().await?;
        let cookie = self.sessions.open(&mut tx, person, provider).await?;
        let detail = json!({"action": "opened", "provider": provider});
        activity::record(&op, &mut tx, "session", &person.user_ref, &detail).await?;
        tx.commit().await?;
        Ok(cookie)
    }
}
