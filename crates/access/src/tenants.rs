//! The tenants of this instance, found by host name or by path prefix.

use crate::refusals::Refusals;
use db::{Databases, Db, OpenError};
use model::tenant::{Branding, TenantName};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One open tenant.
pub struct Tenant {
    /// Its short name.
    pub name: TenantName,
    /// How its portal looks.
    pub branding: Branding,
    /// Its own database.
    pub db: Db,
    /// Its own folder for checkouts, workspaces and caches.
    pub folder: PathBuf,
    /// What was refused lately.
    pub refusals: Refusals,
}

impl Tenant {
    /// A tenant over its own database and folder.
    pub fn new(name: TenantName, branding: Branding, db: Db, folder: PathBuf) -> Tenant {
        Tenant { name, branding, db, folder, refusals: Refusals::default() }
    }
}

/// How a tenant is configured.
#[derive(Debug, Clone)]
pub struct TenantRule {
    /// Its short name, which is also its path prefix `/t/<name>`.
    pub name: TenantName,
    /// Host names that lead to it.
    pub hosts: Vec<String>,
    /// How its portal looks.
    pub branding: Branding,
}

/// Every tenant of this instance.
pub struct Tenants {
    by_name: HashMap<TenantName, Arc<Tenant>>,
    by_host: HashMap<String, Arc<Tenant>>,
    /// Where requests without a host or prefix of their own go.
    default: Option<Arc<Tenant>>,
}

impl Tenants {
    /// Opens the database of every configured tenant.
    pub async fn open(
        databases: &Databases,
        data: &std::path::Path,
        rules: &[TenantRule],
    ) -> Result<Tenants, OpenError> {
        let mut tenants =
            Tenants { by_name: HashMap::new(), by_host: HashMap::new(), default: None };
        for rule in rules {
            let folder = data.join("tenants").join(rule.name.as_str());
            std::fs::create_dir_all(&folder).map_err(|error| {
                OpenError(format!(
                    "The folder {} cannot be made ({error}). Name a folder this user may write to \
                     with --data.",
                    folder.display()
                ))
            })?;
            let db = databases.tenant(&rule.name).await?;
            let tenant = Tenant::new(rule.name.clone(), rule.branding.clone(), db, folder);
            let tenant = Arc::new(tenant);
            for host in &rule.hosts {
                tenants.by_host.insert(host.to_ascii_lowercase(), tenant.clone());
            }
            if rule.hosts.is_empty() && tenants.default.is_none() {
                tenants.default = Some(tenant.clone());
            }
            tenants.by_name.insert(rule.name.clone(), tenant);
        }
        Ok(tenants)
    }

    /// The tenant of this name.
    pub fn by_name(&self, name: &str) -> Option<&Arc<Tenant>> {
        self.by_name.get(&TenantName::parse(name).ok()?)
    }

    /// The tenant of this `Host` header, or the one that configures no host.
    pub fn by_host(&self, host: &str) -> Option<&Arc<Tenant>> {
        let name = host.rsplit_once(':').map_or(host, |(name, port)| {
            if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host }
        });
        self.by_host.get(&name.to_ascii_lowercase()).or(self.default.as_ref())
    }

    /// All of them, for jobs.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.by_name.values()
    }
}
