//! How long events are kept.

use crate::store;
use db::Db;
use model::Result;
use model::time::Timestamp;
use std::time::Duration;

/// How long events are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Older ones are removed.
    pub keep_for: Duration,
    /// The oldest of more than so many are removed.
    pub max_events: u64,
}

impl Default for Retention {
    fn default() -> Retention {
        Retention { keep_for: Duration::from_secs(30 * 86_400), max_events: 1_000_000 }
    }
}

/// So many are removed at once, so that others get to write in between.
const CHUNK: i64 = 2_000;

/// Removes what is no longer kept; how many there were.
pub async fn prune(db: &Db, retention: &Retention) -> Result<u64> {
    let age = i64::try_from(retention.keep_for.as_millis()).unwrap_or(i64::MAX);
    let before = Timestamp(access::now().0.saturating_sub(age));
    let most = i64::try_from(retention.max_events).unwrap_or(i64::MAX);
    let surplus = store::event_last(db).await?.saturating_sub(most);
    let mut removed = 0;
    loop {
        let oldest = store::event_oldest(db, CHUNK).await?;
        let goes = |&&(number, at): &&(i64, Timestamp)| number <= surplus || at < before;
        let Some(&(last, _)) = oldest.iter().take_while(goes).last() else { return Ok(removed) };
        removed += store::event_delete_up_to(db, last).await?;
    }
}
