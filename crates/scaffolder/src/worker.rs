//! Takes runs that wait and carries them out, as many at a time as there are slots.

use crate::deadline::Deadline;
use crate::redact::Redactor;
use crate::runner::{Outcome, Runner};
use crate::spec::TaskSpec;
use crate::store::{self, NewEvent};
use crate::{Shared, workspace};
use access::{OpContext, Tenant};
use model::task::TaskStatus;
use model::time::Timestamp;
use model::{Error, Result};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A worker that has been silent for this long is taken for dead.
const SILENCE_MS: i64 = 30_000;

/// How often the worker looks without being woken, for runs that another instance put down.
const LOOK: Duration = Duration::from_secs(2);

/// Drafts are kept for a day.
const DRAFT_MS: i64 = 86_400_000;

/// Works for one tenant until the program stops. With the embedded database this process is the
/// only worker, so that every run "under way" at the start is one that was interrupted.
pub(crate) async fn work(shared: Arc<Shared>, tenant: Arc<Tenant>, only_worker: bool) {
    let runner = access::random_id(8);
    let mut stopping = shared.stopping.clone();
    let mut first = true;
    let mut running = tokio::task::JoinSet::new();
    if let Err(error) = sweep(&shared, &tenant).await {
        tracing::warn!(tenant.id = tenant.name.as_str(), error = %error, "workspaces are not swept");
    }
    loop {
        let now = access::now();
        let silent_since = match first && only_worker {
            true => Timestamp(i64::MAX),
            false => Timestamp(now.0 - SILENCE_MS),
        };
        first = false;
        if let Err(error) = take_all(&shared, &tenant, &runner, silent_since, &mut running).await {
            tracing::error!(tenant.id = tenant.name.as_str(), error = %error, "runs cannot be taken");
        }
        let _ = store::draft_sweep(&tenant.db, Timestamp(now.0 - DRAFT_MS)).await;
        while running.try_join_next().is_some() {}
        tokio::select! {
            () = shared.work.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = stopping.wait_for(|stopping| *stopping) => break,
        }
    }
    // Runs under way see the signal too and park themselves.
    while running.join_next().await.is_some() {}
}

async fn take_all(
    shared: &Arc<Shared>,
    tenant: &Arc<Tenant>,
    runner: &str,
    silent_since: Timestamp,
    running: &mut tokio::task::JoinSet<()>,
) -> Result<()> {
    store::task_reopen(&tenant.db, silent_since).await?;
    loop {
        let Ok(slot) = shared.slots.clone().try_acquire_owned() else { return Ok(()) };
        let Some(id) = store::task_next(&tenant.db).await? else { return Ok(()) };
        let mut tx = tenant.db.begin().await?;
        if !store::task_claim(&mut tx, &id, runner, access::now()).await? {
            continue;
        }
        let op = OpContext::for_background(tenant.clone(), "scaffolder");
        let detail = json!({"status": TaskStatus::Processing.as_str()});
        activity::record(&op, &mut tx, "task", &id, &detail).await?;
        tx.commit().await?;
        let (shared, tenant) = (shared.clone(), tenant.clone());
        running.spawn(async move {
            if let Err(error) = run(&shared, &tenant, &id).await {
                tracing::error!(task.id = id, error = %error, "a run cannot be carried out");
            }
            drop(slot);
            // Somebody may wait for the slot.
            shared.work.notify_one();
        });
    }
}

async fn run(shared: &Arc<Shared>, tenant: &Arc<Tenant>, id: &str) -> Result<()> {
    let op = OpContext::for_background(tenant.clone(), "scaffolder");
    let Some(row) = store::task_get(&tenant.db, id).await? else { return Ok(()) };
    let spec: TaskSpec = serde_json::from_str(&row.spec).map_err(|_| {
        Error::invalid("The run was stored by another version and cannot be read. Start it again.")
    })?;
    let secrets = shared.secrets.lock().expect("not poisoned").get(id).cloned();
    if row.needs_secrets && secrets.is_none() {
        let message = "The secrets of this run went with the restart: they are never stored. Start \
                       it again.";
        return fail(shared, &op, id, message).await;
    }
    let secrets = secrets.unwrap_or_default();
    let environment = shared.settings.environment_secrets.values();
    let runner = Runner {
        shared: shared.clone(),
        op: op.clone(),
        task_id: id.to_owned(),
        spec,
        redactor: Redactor::new(secrets.values().chain(environment)),
        secrets,
        deadline: Deadline::of(shared.settings.task_timeout, row.started_at, access::now()),
        looked: Mutex::new(Instant::now()),
    };
    match runner.run().await {
        Ok(Outcome::Parked) => {
            tracing::info!(task.id = id, "parked until the next start");
            return Ok(());
        }
        Ok(Outcome::Ended(status)) => {
            tracing::info!(task.id = id, task.status = status.as_str(), "run ended");
        }
        Err(error) => fail(shared, &op, id, &error.to_string()).await?,
    }
    shared.secrets.lock().expect("not poisoned").remove(id);
    Ok(())
}

/// Removes the folders of runs that have ended, which an earlier program left behind.
async fn sweep(shared: &Shared, tenant: &Arc<Tenant>) -> Result<()> {
    let op = OpContext::for_background(tenant.clone(), "scaffolder");
    let root = shared.workspaces(&op);
    let look = root.clone();
    let runs = tokio::task::spawn_blocking(move || workspace::runs_in(&look)).await;
    for run in runs.unwrap_or_default() {
        if !store::task_is_alive(&tenant.db, &run).await? {
            let root = root.clone();
            let _ = tokio::task::spawn_blocking(move || workspace::remove_run(&root, &run)).await;
        }
    }
    Ok(())
}

/// Ends a run that cannot be carried out at all.
async fn fail(shared: &Shared, op: &OpContext, id: &str, message: &str) -> Result<()> {
    let at = access::now();
    let mut tx = op.db().begin().await?;
    store::task_finish(&mut tx, id, TaskStatus::Failed, None, Some(message), at).await?;
    for (event_type, line) in
        [("log", message), ("completion", "Run completed with status: failed")]
    {
        let event = NewEvent { event_type, step_id: None, status: Some("failed"), message: line };
        store::event_insert(&mut tx, id, &event, at).await?;
    }
    let detail = json!({"status": TaskStatus::Failed.as_str()});
    activity::record(op, &mut tx, "task", id, &detail).await?;
    tx.commit().await?;
    shared.announce();
    let (root, run) = (shared.workspaces(op), id.to_owned());
    let _ = tokio::task::spawn_blocking(move || workspace::remove_run(&root, &run)).await;
    Ok(())
}
