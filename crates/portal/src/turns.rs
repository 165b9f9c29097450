//! Does the work of a job again and again until the program stops: what fails is tried again, ever
//! later, and is told to whoever watches the program. A job that panics has failed like any other.

use access::now;
use model::Result;
use model::tenant::TenantName;
use model::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How long a job rests after it failed once. Each further failure doubles it.
const FIRST_REST: Duration = Duration::from_secs(1);

/// The longest such rest.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// How long a turn may take to put its things in order when the program stops.
const GRACE: Duration = Duration::from_secs(1);

/// Which job, of which tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobName {
    /// The tenant.
    pub tenant: TenantName,
    /// `catalog-refresh`; those that there are several of name their source, too.
    pub job: String,
}

/// What became of a job's work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobState {
    /// How often in a row it has failed; zero when all is well.
    pub failures: u32,
    /// Why it failed the last time, when it has not succeeded since.
    pub error: Option<String>,
    /// When it last succeeded.
    pub succeeded_at: Option<Timestamp>,
}

/// What became of every job.
#[derive(Default)]
pub(crate) struct JobStates(Mutex<BTreeMap<JobName, JobState>>);

impl JobStates {
    /// What became of each so far.
    pub(crate) fn all(&self) -> Vec<(JobName, JobState)> {
        self.lock().iter().map(|(name, state)| (name.clone(), state.clone())).collect()
    }

    fn succeeded(&self, name: &JobName) {
        let mut states = self.lock();
        let state = states.entry(name.clone()).or_default();
        *state = JobState { succeeded_at: Some(now()), ..JobState::default() };
    }

    /// Notes a failure; gives how many there were in a row.
    fn failed(&self, name: &JobName, error: String) -> u32 {
        let mut states = self.lock();
        let state = states.entry(name.clone()).or_default();
        state.failures = state.failures.saturating_add(1);
        state.error = Some(error);
        state.failures
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<JobName, JobState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a turn knows of its job.
#[derive(Clone)]
pub(crate) struct Watch {
    states: Arc<JobStates>,
    name: JobName,
    stop: watch::Receiver<bool>,
}

impl Watch {
    /// A job that has done nothing yet.
    pub(crate) fn new(states: Arc<JobStates>, name: JobName, stop: watch::Receiver<bool>) -> Watch {
        Watch { states, name, stop }
    }

    /// Notes in the midst of a turn that all is well.
    pub(crate) fn well(&self) {
        self.states.succeeded(&self.name);
    }

    /// Waits for the end of the program without holding what it borrows.
    pub(crate) async fn stopped(&mut self) {
        // Without a sender there is nobody left to work for.
        let _ = self.stop.wait_for(|stop| *stop).await;
    }
}

/// Does the work whenever it is due; each time it says how long to rest until the next.
pub(crate) async fn repeat<F>(mut watch: Watch, mut turn: impl FnMut(Watch) -> F)
where
    F: Future<Output = Result<Duration>> + Send + 'static,
{
    loop {
        // On a task of its own, so that a panic ends this turn and nothing else.
        let mut work = tokio::spawn(turn(watch.clone()));
        let outcome = tokio::select! {
            outcome = &mut work => outcome,
            () = watch.stopped() => {
                // What knows of the end puts its things in order; the rest is dropped, before the
                // databases close.
                if tokio::time::timeout(GRACE, &mut work).await.is_err() {
                    work.abort();
                    let _ = work.await;
                }
                return;
            }
        };
        let rest = match outcome {
            Ok(Ok(rest)) => {
                watch.well();
                rest
            }
            Ok(Err(error)) => failed(&watch, error.to_string()),
            Err(_) => failed(&watch, "It panicked; the log says where.".to_owned()),
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = watch.stopped() => return,
        }
    }
}

fn failed(watch: &Watch, error: String) -> Duration {
    let (tenant, job) = (watch.name.tenant.as_str(), watch.name.job.as_str());
    let failures = watch.states.failed(&watch.name, error.clone());
    let rest = rest_after(failures);
    tracing::error!(
        tenant.id = tenant,
        job.name = job,
        job.failures = failures,
        job.rest_s = rest.as_secs(),
        error,
        "a job failed and is tried again"
    );
    rest
}

fn rest_after(failures: u32) -> Duration {
    let doubled = 2_u32.checked_pow(failures.saturating_sub(1));
    doubled
        .and_then(|times| FIRST_REST.checked_mul(times))
        .map_or(LONGEST_REST, |rest| rest.min(LONGEST_REST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Error;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn name(job: &str) -> JobName {
        JobName { tenant: TenantName::parse("default").expect("a name"), job: job.to_owned() }
    }

    #[test]
    fn rests_double_up_to_a_bound() {
        let seconds = [1, 2, 3, 9, 10, 40, u32::MAX].map(|failures| rest_after(failures).as_secs());
        assert_eq!(seconds, [1, 2, 4, 256, 300, 300, 300]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_fails_is_tried_again_ever_later_and_a_panic_stops_no_other_job() {
        let states = Arc::new(JobStates::default());
        let (stop, stopping) = watch::channel(false);
        let turns = Arc::new(AtomicU32::new(0));
        let counted = turns.clone();
        let failing = move |_| {
            let turn = counted.fetch_add(1, Ordering::Relaxed);
            async move {
                match turn {
                    0 => Err(Error::unavailable("The disk is full.")),
                    1 => panic!("as a fault of the program would"),
                    _ => Ok(Duration::from_secs(3_600)),
                }
            }
        };
        let other = |_| async { Ok(Duration::from_secs(1)) };
        let watch = |job: &str| Watch::new(states.clone(), name(job), stopping.clone());
        let first = tokio::spawn(repeat(watch("a"), failing));
        let second = tokio::spawn(repeat(watch("b"), other));
        let state = |job: &str| {
            let all = states.all();
            all.into_iter().find(|(found, _)| found.job == job).map(|(_, state)| state)
        };
        // Half a second in: once failed, and not tried again yet.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let failed = state("a").expect("a state");
        assert_eq!((failed.failures, turns.load(Ordering::Relaxed)), (1, 1));
        assert_eq!(failed.error.as_deref(), Some("The disk is full."));
        tokio::time::sleep(Duration::from_secs(1)).await;
        let failed = state("a").expect("a state");
        assert_eq!((failed.failures, turns.load(Ordering::Relaxed)), (2, 2));
        assert!(failed.error.is_some_and(|error| error.contains("panicked")));
        // Two seconds later, not one.
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(turns.load(Ordering::Relaxed), 2);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let well = state("a").expect("a state");
        assert_eq!((well.failures, well.error, turns.load(Ordering::Relaxed)), (0, None, 3));
        assert!(well.succeeded_at.is_some());
        assert_eq!(state("b").expect("a state").failures, 0);
        stop.send_replace(true);
        first.await.expect("ends");
        second.await.expect("ends");
    }
}
