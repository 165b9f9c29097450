//! For tests of how time grows: processor time, which a busy machine does not stretch.

use std::time::{Duration, Instant};

/// What the present thread has used of the processor since it was started.
pub(crate) struct Clock {
    wall: Instant,
    used: Option<Duration>,
}

impl Clock {
    /// Starts the clock.
    pub(crate) fn start() -> Clock {
        Clock { wall: Instant::now(), used: used() }
    }

    /// The time since then; where the system does not tell it, the time on the wall.
    pub(crate) fn elapsed(&self) -> Duration {
        match (self.used, used()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.wall.elapsed(),
        }
    }
}

/// Linux counts it in nanoseconds, as the first number of this file.
fn used() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}
