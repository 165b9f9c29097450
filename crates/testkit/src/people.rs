//! Tenants and the people of them.

use access::{OpContext, Principal, Tenant};
use db::Databases;
use model::session::Person;
use model::tenant::{Branding, TenantName};
use std::path::Path;
use std::sync::Arc;

/// A tenant with a folder below `data`.
pub async fn open_tenant(databases: &Databases, data: &Path, name: &str) -> Arc<Tenant> {
    let name = TenantName::parse(name).expect("a name");
    let folder = data.join("tenants").join(name.as_str());
    std::fs::create_dir_all(&folder).expect("makes the folder");
    let db = databases.tenant(&name).await.expect("the tenant's database opens");
    Arc::new(Tenant::new(name, Branding::default(), db, folder))
}

/// A person who belongs to these groups.
pub fn guest(user_ref: &str, ownership_refs: &[&str]) -> Person {
    Person {
        user_ref: user_ref.to_owned(),
        display_name: user_ref.to_owned(),
        ownership_refs: ownership_refs.iter().map(|found| (*found).to_owned()).collect(),
    }
}

/// What a person of a tenant asks with.
pub fn person(tenant: &Arc<Tenant>, user_ref: &str, ownership_refs: &[&str]) -> OpContext {
    let principal = Principal::Person(guest(user_ref, ownership_refs));
    OpContext::for_request(tenant.clone(), principal, "test".into())
}
