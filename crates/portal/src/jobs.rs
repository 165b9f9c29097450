//! What goes on in the background, and how often.

use crate::Portal;
use access::{OpContext, Tenant};
use catalog::RefreshReport;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How often expired sessions are removed.
const SESSION_SWEEP: Duration = Duration::from_secs(600);

/// How long a job rests whose work could not be written down.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// How many times as long as a look at the files on this machine takes is rested before the next.
const LOCAL_POLL_REST: u32 = 20;

/// The longest such rest.
const LONGEST_REST: Duration = Duration::from_secs(10);

/// How often versions of entities that are too old are removed.
const HISTORY_PRUNE: Duration = Duration::from_secs(3_600);

/// Starts every job of every tenant.
pub(crate) fn start(
    portal: &Arc<Portal>,
    stop: &watch::Sender<bool>,
) -> Vec<tokio::task::JoinHandle<()>> {
    let mut handles = Vec::new();
    for tenant in portal.tenants.all() {
        let interval = portal.catalog.settings().processing_interval;
        let refresh = refresh_catalog(portal.clone(), tenant.clone(), interval, stop.subscribe());
        handles.push(tokio::spawn(refresh));
        for source_key in portal.catalog.provider_keys() {
            let discover = discover(portal.clone(), tenant.clone(), source_key, stop.subscribe());
            handles.push(tokio::spawn(discover));
        }
        let follow = follow_webhooks(portal.clone(), tenant.clone(), stop.subscribe());
        handles.push(tokio::spawn(follow));
        let prune = prune_history(portal.clone(), tenant.clone(), stop.subscribe());
        handles.push(tokio::spawn(prune));
        let sweep = sweep_sessions(portal.clone(), tenant.clone(), stop.subscribe());
        handles.push(tokio::spawn(sweep));
    }
    handles
}

/// Reads every source at the start and at the configured interval, and looks at files on this
/// machine in between, so that an edited descriptor shows at once.
async fn refresh_catalog(
    portal: Arc<Portal>,
    tenant: Arc<Tenant>,
    interval: Option<Duration>,
    mut stop: watch::Receiver<bool>,
) {
    let op = OpContext::for_background(tenant, "catalog-refresh");
    let mut last = tokio::time::Instant::now();
    let mut first = true;
    loop {
        let due = first || interval.is_some_and(|interval| last.elapsed() >= interval);
        let work = async {
            match due {
                true => portal.catalog.refresh_all(&op).await,
                false => portal.catalog.refresh_changed(&op).await,
            }
        };
        let outcome = tokio::select! {
            outcome = work => outcome,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let report = match outcome {
            Ok(report) => report,
            Err(error) => {
                let tenant = op.tenant.name.as_str();
                tracing::error!(tenant.id = tenant, error = %error, "refresh failed");
                RefreshReport::default()
            }
        };
        if due {
            last = tokio::time::Instant::now();
        }
        first = false;
        // Where checking files takes long, as in a very large folder, there are fewer of them.
        let found = report.added + report.changed + report.removed > 0;
        let looked = if found || due { Duration::ZERO } else { report.looked };
        let rest = (looked * LOCAL_POLL_REST).clamp(catalog::LOCAL_POLL_INTERVAL, LONGEST_REST);
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Looks through an organisation whenever it is due.
async fn discover(
    portal: Arc<Portal>,
    tenant: Arc<Tenant>,
    source_key: String,
    mut stop: watch::Receiver<bool>,
) {
    let op = OpContext::for_background(tenant, "catalog-discovery");
    loop {
        let outcome = tokio::select! {
            outcome = portal.catalog.provider_turn(&op, &source_key) => outcome,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        if let Err(error) = outcome {
            tracing::error!(
                tenant.id = op.tenant.name.as_str(),
                catalog.source = source_key,
                error = %error,
                "discovery failed"
            );
            tokio::select! {
                () = tokio::time::sleep(AFTER_FAILURE) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }
}

/// Looks at what messages of hosts say has changed, one after the other.
async fn follow_webhooks(
    portal: Arc<Portal>,
    tenant: Arc<Tenant>,
    mut stop: watch::Receiver<bool>,
) {
    let op = OpContext::for_background(tenant, "catalog-webhook");
    loop {
        let outcome = tokio::select! {
            outcome = portal.catalog.webhook_turn(&op) => outcome,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        if let Err(error) = outcome {
            tracing::error!(tenant.id = op.tenant.name.as_str(), error = %error, "not followed");
        }
    }
}

async fn prune_history(portal: Arc<Portal>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    let op = OpContext::for_background(tenant, "catalog-history-prune");
    loop {
        if let Err(error) = portal.catalog.history_prune(&op).await {
            tracing::warn!(
                tenant.id = op.tenant.name.as_str(),
                error = %error,
                "old versions cannot be removed"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(HISTORY_PRUNE) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn sweep_sessions(portal: Arc<Portal>, tenant: Arc<Tenant>, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = portal.sessions.sweep(&tenant).await {
            tracing::warn!(error = %error, "expired sessions cannot be removed");
        }
        tokio::select! {
            () = tokio::time::sleep(SESSION_SWEEP) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
