//! What goes on in the background, and how often.
//!
//! A job works under its lease, so that of several processes one does it at a time.

use crate::turns::{JobName, JobStates, Watch, repeat};
use access::{OpContext, Sessions, Tenant};
use activity::Retention;
use catalog::Catalog;
use db::{Claim, Db};
use model::Result;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How long a process may be silent before another takes over what it does.
const LEASE: Duration = Duration::from_secs(30);

/// How often it is tried to take over what another process does.
const STANDBY: Duration = Duration::from_secs(5);

/// How often expired sessions are removed.
const SESSION_SWEEP: Duration = Duration::from_secs(600);

/// How many times as long as a look at the files on this machine takes is rested before the next.
const LOCAL_POLL_REST: u32 = 20;

/// The longest such rest.
const LONGEST_REST: Duration = Duration::from_secs(10);

/// How often versions of entities that are too old are removed.
const HISTORY_PRUNE: Duration = Duration::from_secs(3_600);

/// How often events that are too old are removed.
const EVENT_PRUNE: Duration = Duration::from_secs(600);

/// How often it is recorded what was refused.
const REFUSALS: Duration = Duration::from_secs(10);

/// A turn of a job: how long to rest until the next.
type Turn = Pin<Box<dyn Future<Output = Result<Duration>> + Send>>;

/// Begins a turn of a job.
type Begin = Box<dyn FnMut(Watch) -> Turn + Send>;

/// What jobs work with.
pub(crate) struct Services {
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) retention: Retention,
}

/// Starts every job of these tenants.
pub(crate) fn start<'t>(
    services: &Services,
    tenants: impl Iterator<Item = &'t Arc<Tenant>>,
    states: &Arc<JobStates>,
    stop: &watch::Sender<bool>,
) -> Vec<JoinHandle<()>> {
    let mut handles = Vec::new();
    let Services { catalog, sessions, retention } = services;
    for tenant in tenants {
        let mut job = |job: &str, begin: Begin| {
            let name = JobName { tenant: tenant.name.clone(), job: job.to_owned() };
            let watch = Watch::new(states.clone(), name, stop.subscribe());
            handles.push(tokio::spawn(repeat(watch, begin)));
        };
        job(REFRESH, refresh_catalog(catalog.clone(), tenant.clone()));
        for source_key in catalog.provider_keys() {
            let name = format!("catalog-discovery {source_key}");
            job(&name, discover(catalog.clone(), tenant.clone(), name.clone(), source_key));
        }
        job(WEBHOOK, follow_webhooks(catalog.clone(), tenant.clone()));
        job("catalog-history-prune", prune_history(catalog.clone(), tenant.clone()));
        job("session-sweep", sweep_sessions(sessions.clone(), tenant.clone()));
        job("event-prune", prune_events(*retention, tenant.clone()));
        job("refusals", record_refusals(tenant.clone()));
    }
    handles
}

/// The names of these jobs, and of their leases.
const REFRESH: &str = "catalog-refresh";
const WEBHOOK: &str = "catalog-webhook";

/// Works as the holder of a lease until something fails or the program stops. When another process
/// holds the lease, the turn is over and the next one tries again.
async fn leading<F: Future<Output = Result<Duration>>>(
    db: &Db,
    name: &str,
    watch: Watch,
    work: impl Fn(Claim) -> F,
) -> Result<Duration> {
    let in_turns = |claim: Claim| async move {
        let mut stop = watch.clone();
        loop {
            let turn = async {
                let rest = work(claim.clone()).await?;
                watch.well();
                tokio::time::sleep(rest).await;
                Ok::<(), model::Error>(())
            };
            tokio::select! {
                outcome = turn => outcome?,
                () = stop.stopped() => return Ok(STANDBY),
            }
        }
    };
    db.under_lease(name, LEASE, in_turns).await?.unwrap_or(Ok(STANDBY))
}

/// Works once, if no other process does so at the moment.
async fn once(
    db: &Db,
    name: &str,
    every: Duration,
    work: impl Future<Output = Result<u64>>,
) -> Result<Duration> {
    if let Some(outcome) = db.under_lease(name, LEASE, |_| work).await? {
        outcome?;
    }
    Ok(every)
}

/// Reads every source at the start and at the configured interval, and looks at files on this
/// machine in between, so that an edited descriptor shows at once.
fn refresh_catalog(catalog: Arc<Catalog>, tenant: Arc<Tenant>) -> Begin {
    let op = OpContext::for_background(tenant, REFRESH);
    let interval = catalog.settings().processing_interval;
    Box::new(move |watch| {
        let (catalog, op) = (catalog.clone(), op.clone());
        Box::pin(async move {
            let last = Mutex::new(None::<Instant>);
            let (catalog, db, op, last) = (&catalog, op.db(), &op, &last);
            let turn = move |_| async move {
                let before = *last.lock().expect("not poisoned");
                let is_over = |at: Instant| interval.is_some_and(|it| at.elapsed() >= it);
                let due = before.is_none_or(is_over);
                let report = match due {
                    true => catalog.refresh_all(op).await?,
                    false => catalog.refresh_changed(op).await?,
                };
                if due {
                    *last.lock().expect("not poisoned") = Some(Instant::now());
                }
                // Where checking files takes long, as in a very large folder, there are fewer of
                // them.
                let found = report.added + report.changed + report.removed > 0;
                let looked = if found || due { Duration::ZERO } else { report.looked };
                Ok((looked * LOCAL_POLL_REST).clamp(catalog::LOCAL_POLL_INTERVAL, LONGEST_REST))
            };
            leading(db, REFRESH, watch, turn).await
        })
    })
}

/// Looks through an organisation whenever it is due.
fn discover(
    catalog: Arc<Catalog>,
    tenant: Arc<Tenant>,
    lease: String,
    source_key: String,
) -> Begin {
    let op = OpContext::for_background(tenant, "catalog-discovery");
    Box::new(move |watch| {
        let (catalog, op) = (catalog.clone(), op.clone());
        let (lease, source_key) = (lease.clone(), source_key.clone());
        Box::pin(async move {
            let (catalog, db, op, source_key) = (&catalog, op.db(), &op, &source_key);
            let turn = move |_| async move {
                catalog.provider_turn(op, source_key).await?;
                Ok(Duration::ZERO)
            };
            leading(db, &lease, watch, turn).await
        })
    })
}

/// Looks at what messages of hosts say has changed, one after the other.
fn follow_webhooks(catalog: Arc<Catalog>, tenant: Arc<Tenant>) -> Begin {
    let op = OpContext::for_background(tenant, WEBHOOK);
    Box::new(move |watch| {
        let (catalog, op) = (catalog.clone(), op.clone());
        Box::pin(async move {
            let (catalog, db, op) = (&catalog, op.db(), &op);
            let turn = move |claim: Claim| async move {
                catalog.webhook_turn(op, &claim).await?;
                Ok(Duration::ZERO)
            };
            leading(db, WEBHOOK, watch, turn).await
        })
    })
}

/// Removes versions of entities that are too old, and gives those an owner that have none.
fn prune_history(catalog: Arc<Catalog>, tenant: Arc<Tenant>) -> Begin {
    let op = OpContext::for_background(tenant, "catalog-history-prune");
    Box::new(move |_| {
        let (catalog, op) = (catalog.clone(), op.clone());
        Box::pin(async move {
            let work = async {
                let removed = catalog.history_prune(&op).await?;
                catalog.history_complete(&op).await?;
                Ok(removed)
            };
            once(op.db(), "catalog-history-prune", HISTORY_PRUNE, work).await
        })
    })
}

/// Removes sessions that have expired.
fn sweep_sessions(sessions: Arc<Sessions>, tenant: Arc<Tenant>) -> Begin {
    Box::new(move |_| {
        let (sessions, tenant) = (sessions.clone(), tenant.clone());
        Box::pin(async move {
            once(&tenant.db, "session-sweep", SESSION_SWEEP, sessions.sweep(&tenant)).await
        })
    })
}

/// Removes events that are too old.
fn prune_events(retention: Retention, tenant: Arc<Tenant>) -> Begin {
    Box::new(move |_| {
        let tenant = tenant.clone();
        Box::pin(async move {
            let work = activity::prune(&tenant.db, &retention);
            once(&tenant.db, "event-prune", EVENT_PRUNE, work).await
        })
    })
}

/// Each process records what it refused itself, at its end too.
fn record_refusals(tenant: Arc<Tenant>) -> Begin {
    Box::new(move |mut watch| {
        let tenant = tenant.clone();
        Box::pin(async move {
            tokio::select! {
                () = tokio::time::sleep(REFUSALS) => {}
                () = watch.stopped() => {}
            }
            activity::record_refusals(&tenant).await?;
            Ok(Duration::ZERO)
        })
    })
}
