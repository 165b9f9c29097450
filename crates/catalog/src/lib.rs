//! The software catalog: what is there, who owns it, and where it is described.
//!
//! Descriptors are read from sources (files, git repositories, addresses), checked, and kept as
//! rows. The database is the truth, but no read asks it: every tenant has a read model in memory
//! that is made anew after each change, so readers never wait for writers. Only what people keep
//! for themselves, stars and views, is read from rows.

mod administration;
mod analysis;
mod ancestry;
mod apply;
mod attention;
mod changes;
mod diff;
mod discovery;
mod editing;
mod entities;
mod folder;
mod graphs;
mod held;
mod history;
mod kinds;
mod listing;
mod live;
mod locations;
mod overlay_check;
mod owner;
mod pick;
mod push;
mod queries;
mod refresh;
mod registered;
mod registration;
mod relations;
mod removed;
mod settings;
mod sources;
mod stars;
mod state;
mod store;
mod summary;
mod validation;
mod view;
mod views;
mod webhook;
mod write;

pub use analysis::{Analysis, Described};
pub use ancestry::Ancestry;
pub use catalog_index::facets::FacetRequest;
pub use catalog_index::kinds::KindSet;
pub use catalog_index::memory::set_allocator_trim;
pub use catalog_index::query::{
    Entities, EntityPage, FullText, ListRequest, Order, PageRequest, RefsRequest,
};
pub use catalog_ingest::descriptor;
pub use catalog_ingest::integration::{Forge, Integration};
pub use catalog_ingest::provider::{NamePattern, ProviderSetting, RepositoryFilters, Schedule};
pub use catalog_ingest::rules::{
    AllowedKind, LocationType, RuleLocation, RuleSetting, TargetPattern,
};
pub use catalog_ingest::webhook::Delivery;
pub use folder::SourceFolder;
pub use held::HoldSettings;
pub use history::{HistorySettings, MAX_VERSIONS};
pub use kinds::KindSubmitted;
pub use live::{MAX_SUBSCRIPTIONS, Subscription};
pub use locations::{Checked, Registered};
pub use push::{Mutation, PushError, PushReport};
pub use refresh::{LOCAL_POLL_INTERVAL, RefreshReport};
pub use registered::{LocationPage, LocationsRequest};
pub use relations::{RelationPage, RelationsRequest};
pub use settings::{LocationSetting, OnConflict, Settings};

use access::{OpContext, Tenant};
use catalog_ingest::source::web::Web;
use live::Subscriptions;
use model::tenant::TenantName;
use model::{Error, Result};
use state::State;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The catalogs of all tenants.
pub struct Catalog {
    settings: Settings,
    web: Web,
    tenants: RwLock<HashMap<TenantName, Arc<State>>>,
    subscriptions: Subscriptions,
}

impl Catalog {
    /// A catalog that holds nothing until its tenants are opened. The hosts of configured places
    /// are allowed without being listed.
    pub fn new(settings: Settings) -> Catalog {
        let remote =
            settings.locations.iter().filter(|location| location.r#type != LocationType::File);
        let named =
            remote.filter_map(|location| catalog_ingest::address::host_of(&location.target));
        let hosts: Vec<String> = settings.allowed_hosts.iter().cloned().chain(named).collect();
        let web = Web::new(hosts, &settings.integrations, settings.max_file_size);
        Catalog {
            settings,
            web,
            tenants: RwLock::default(),
            subscriptions: Subscriptions::default(),
        }
    }

    /// Loads a tenant's catalog from its rows; sources are read by [`Catalog::refresh_all`].
    pub async fn open(&self, tenant: &Arc<Tenant>) -> Result<()> {
        let state = Arc::new(State::open(&tenant.db).await?);
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        tenants.insert(tenant.name.clone(), state);
        Ok(())
    }

    /// What an administrator decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn state(&self, op: &OpContext) -> Result<Arc<State>> {
        let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
        tenants.get(&op.tenant.name).cloned().ok_or_else(|| {
            Error::unavailable("The catalog is being opened. Try again in a moment.")
        })
    }
}
