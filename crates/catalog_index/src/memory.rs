//! Large pieces of work, and the memory they need for a moment: it would otherwise stay with the
//! threads that did them.

use model::{Error, Result};
use std::sync::OnceLock;
use tokio::sync::oneshot;

static TRIM_ALLOCATOR: OnceLock<fn()> = OnceLock::new();

/// Says how the program's allocator returns unused memory to the system, called after each change of
/// a read model. The first one counts.
pub fn set_allocator_trim(trim: fn()) {
    let _ = TRIM_ALLOCATOR.set(trim);
}

/// Returns unused memory to the system.
pub fn trim_allocator() {
    if let Some(trim) = TRIM_ALLOCATOR.get() {
        trim();
    }
}

/// Does blocking work on a thread of its own, from now on; the memory it kept goes with the
/// thread.
pub fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> impl Future<Output = Result<T>> {
    let (sender, done) = oneshot::channel();
    let thread = std::thread::Builder::new().name("catalog".to_owned());
    // Whoever waited may have gone.
    let started = thread.spawn(move || drop(sender.send(work())));
    async move {
        let interrupted = |error: &dyn std::fmt::Display| {
            tracing::error!(error = %error, "catalog work was interrupted");
            Error::internal("")
        };
        started.map_err(|error| interrupted(&error))?;
        done.await.map_err(|error| interrupted(&error))
    }
}

/// How many threads share work in so many pieces.
pub fn threads(pieces: usize) -> usize {
    // In a container the limit stands in files, so it is read once.
    static PROCESSORS: OnceLock<usize> = OnceLock::new();
    let processors = PROCESSORS
        .get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(4));
    pieces.min(*processors)
}

/// Shares work among this thread and helpers; each gets its number.
pub fn shared<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let work = &work;
        let helpers: Vec<_> = (1..threads).map(|at| scope.spawn(move || work(at))).collect();
        let mut done = vec![work(0)];
        for helper in helpers {
            match helper.join() {
                Ok(found) => done.push(found),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}
