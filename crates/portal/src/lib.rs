//! Composition: every service of the portal, built in one place.

mod home;
mod jobs;
mod sign_in;
mod turns;

pub use turns::{JobName, JobState};

use access::{Sessions, Tenants, Tokens};
use activity::EventBus;
use apidocs::ApiDocs;
use catalog::Catalog;
use db::Databases;
use insights::service::Insights;
use jobs::Services;
use model::Result;
use scaffolder::Scaffolder;
use std::sync::{Arc, Mutex};
use techdocs::TechDocs;
use tokio::sync::watch;
use turns::JobStates;

/// Every service of the portal.
pub struct Portal {
    /// All databases, for health and shutdown.
    pub databases: Databases,
    /// The tenants of this instance.
    pub tenants: Tenants,
    /// Who is signed in.
    pub sessions: Arc<Sessions>,
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
    /// What happens, for whoever follows it.
    pub events: Arc<dyn EventBus>,
    retention: activity::Retention,
    stop: watch::Sender<bool>,
    jobs: Mutex<Vec<tokio::task::JoinHandle<()>>>,
    job_states: Arc<JobStates>,
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
    /// How long events are kept.
    pub events: activity::Retention,
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
            // The program that held them has ended: one at a time uses a database.
            tenant.db.lease_free_all().await?;
            catalog.open(tenant).await?;
        }
        Ok(Arc::new(Portal {
            databases,
            tenants,
            sessions: Arc::default(),
            tokens,
            techdocs: TechDocs::new(catalog.clone(), settings.techdocs),
            apidocs: ApiDocs::new(catalog.clone()),
            scaffolder: Scaffolder::new(settings.scaffolder, catalog.clone()),
            insights: Insights::new(settings.insights),
            events: Arc::new(activity::Tail),
            retention: settings.events,
            catalog,
            stop: watch::channel(false).0,
            jobs: Mutex::default(),
            job_states: Arc::default(),
        }))
    }

    /// Begins everything that goes on in the background.
    pub fn start(&self) {
        let services = Services {
            catalog: self.catalog.clone(),
            sessions: self.sessions.clone(),
            retention: self.retention,
        };
        let handles = jobs::start(&services, self.tenants.all(), &self.job_states, &self.stop);
        self.jobs.lock().expect("not poisoned").extend(handles);
        for tenant in self.tenants.all() {
            self.scaffolder.start(tenant);
        }
    }

    /// What became of the jobs that go on in the background.
    pub fn job_states(&self) -> Vec<(JobName, JobState)> {
        self.job_states.all()
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
