//! Composition: every service of the portal, built in one place.

mod home;
mod jobs;

use access::{Sessions, Tenants, Tokens};
use apidocs::ApiDocs;
use catalog::Catalog;
use db::Databases;
use insights::service::Insights;
use model::Result;
use scaffolder::Scaffolder;
use std::sync::{Arc, Mutex};
use techdocs::TechDocs;
use tokio::sync::watch;

/// Every service of the portal.
pub struct Portal {
    /// All databases, for health and shutdown.
    pub databases: Databases,
    /// The tenants of this instance.
    pub tenants: Tenants,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Tokens of programs.
    pub tokens: Tokens,
    /// What there is, and who looks after it.
    pub catalog: Arc<Catalog>,
    /// Documentation sites.
    pub techdocs: TechDocs,
    /// Definitions of APIs.
    pub apidocs: ApiDocs,
    /// Templates and their runs.
    pub scaffolder: Scaffolder,
    /// Numbers for the dashboard.
    pub insights: Arc<Insights>,
    stop: watch::Sender<bool>,
    jobs: Mutex<Vec<tokio::task::JoinHandle<()>>>,
}

/// How the services are set up.
pub struct Settings {
    /// Of the catalog.
    pub catalog: catalog::Settings,
    /// Of templates and runs.
    pub scaffolder: scaffolder::Settings,
    /// Of the dashboard.
    pub insights: insights::service::Settings,
    /// Of documentation sites.
    pub techdocs: techdocs::Settings,
}

impl Portal {
    /// Builds every service and opens every tenant.
    pub async fn open(
        databases: Databases,
        tenants: Tenants,
        tokens: Tokens,
        settings: Settings,
    ) -> Result<Arc<Portal>> {
        let catalog = Arc::new(Catalog::new(settings.catalog));
        for tenant in tenants.all() {
            catalog.open(tenant).await?;
        }
        Ok(Arc::new(Portal {
            databases,
            tenants,
            sessions: Sessions::default(),
            tokens,
            techdocs: TechDocs::new(catalog.clone(), settings.techdocs),
            apidocs: ApiDocs::new(catalog.clone()),
            scaffolder: Scaffolder::new(settings.scaffolder, catalog.clone()),
            insights: Insights::new(settings.insights),
            catalog,
            stop: watch::channel(false).0,
            jobs: Mutex::default(),
        }))
    }

    /// Begins everything that goes on in the background.
    pub fn start(self: &Arc<Self>) {
        let handles = jobs::start(self, &self.stop);
        self.jobs.lock().expect("not poisoned").extend(handles);
        for tenant in self.tenants.all() {
            self.scaffolder.start(tenant);
        }
    }

    /// Ends jobs, parks runs and closes the databases.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        self.scaffolder.stop().await;
        let jobs = std::mem::take(&mut *self.jobs.lock().expect("not poisoned"));
        for job in jobs {
            // A job that panicked has ended too.
            let _ = job.await;
        }
        self.databases.close().await;
    }
}
