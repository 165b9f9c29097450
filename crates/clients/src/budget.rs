//! How many requests a host is asked with, and how many it still takes.

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Requests are counted over this time.
const WINDOW: Duration = Duration::from_secs(3600);

/// Requests within this time are counted together.
const GRAIN: Duration = Duration::from_secs(10);

/// The first pause after a refusal that does not say how long; it doubles with each one after it.
const FIRST_PAUSE: Duration = Duration::from_secs(60);

/// How many requests may be made to one host. Shared by everything that asks it.
#[derive(Debug)]
pub struct Budget {
    per_hour: Option<u32>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    sent: VecDeque<(Instant, u32)>,
    remaining: Option<u64>,
    resets_at: Option<Instant>,
    paused_until: Option<Instant>,
    refusals: u32,
}

/// Where a budget stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetFigures {
    /// Requests of the last hour.
    pub used: u32,
    /// How many we allow ourselves in an hour.
    pub per_hour: Option<u32>,
    /// How many the host says it still takes.
    pub remaining: Option<u64>,
    /// In how many seconds the host counts anew.
    pub resets_in: Option<u64>,
    /// For how many seconds nothing is asked: the host wants a rest, or the hour is used up.
    pub paused_for: Option<u64>,
}

impl Budget {
    /// A budget of so many requests an hour, beside what the host itself limits.
    pub fn new(per_hour: Option<u32>) -> Budget {
        Budget { per_hour, state: Mutex::default() }
    }

    /// Takes one request, or says how long to wait for the next.
    pub fn take(&self) -> Result<(), Duration> {
        self.take_at(Instant::now())
    }

    /// Where it stands.
    pub fn figures(&self) -> BudgetFigures {
        let now = Instant::now();
        let mut state = self.state();
        let left = |at: Option<Instant>| {
            at.filter(|at| *at > now).map(|at| at.duration_since(now).as_secs() + 1)
        };
        let resets_in = left(state.resets_at);
        BudgetFigures {
            used: state.used(now),
            per_hour: self.per_hour,
            // What the host said of an hour that is over says nothing of this one.
            remaining: state.remaining.filter(|_| resets_in.is_some()),
            resets_in,
            paused_for: self.wait(&mut state, now).map(|wait| wait.as_secs() + 1),
        }
    }

    /// Hears what an answer says about limits.
    pub(crate) fn note(&self, status: StatusCode, headers: &HeaderMap) {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.note_at(status, headers, Instant::now(), since_1970.as_secs());
    }

    fn take_at(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        if let Some(wait) = self.wait(&mut state, now) {
            return Err(wait);
        }
        match state.sent.back_mut().filter(|(at, _)| now.duration_since(*at) < GRAIN) {
            Some((_, count)) => *count += 1,
            None => state.sent.push_back((now, 1)),
        }
        Ok(())
    }

    /// How long nothing may be asked.
    fn wait(&self, state: &mut State, now: Instant) -> Option<Duration> {
        if let Some(until) = state.paused_until.filter(|until| *until > now) {
            return Some(until - now);
        }
        self.per_hour.filter(|per_hour| state.used(now) >= *per_hour)?;
        let oldest = state.sent.front().map_or(now, |(at, _)| *at);
        Some((oldest + WINDOW + GRAIN).saturating_duration_since(now))
    }

    fn note_at(&self, status: StatusCode, headers: &HeaderMap, now: Instant, unix: u64) {
        let number = |names: [&str; 2]| {
            let text = names.iter().find_map(|name| headers.get(*name)?.to_str().ok());
            text.and_then(|text| text.trim().parse::<u64>().ok())
        };
        let mut state = self.state();
        if let Some(remaining) = number(["x-ratelimit-remaining", "ratelimit-remaining"]) {
            state.remaining = Some(remaining);
        }
        if let Some(at) = number(["x-ratelimit-reset", "ratelimit-reset"]) {
            // A host with another idea of the time cannot stop us for more than an hour.
            let seconds = at.saturating_sub(unix).min(WINDOW.as_secs());
            state.resets_at = Some(now + Duration::from_secs(seconds));
        }
        let used_up = state.remaining == Some(0) && state.resets_at.is_some_and(|at| at > now);
        if used_up {
            state.paused_until = state.resets_at;
        }
        if !is_refusal(status, headers) {
            state.refusals = 0;
            return;
        }
        let retry_after = number(["retry-after", "retry-after"]).map(Duration::from_secs);
        let doubled = FIRST_PAUSE * 2_u32.pow(state.refusals.min(6));
        state.refusals = state.refusals.saturating_add(1);
        if retry_after.is_some() || !used_up {
            state.paused_until = Some(now + retry_after.unwrap_or(doubled).min(WINDOW));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an answer asks for patience: 429, and 403 where a limit is the reason.
pub(crate) fn is_refusal(status: StatusCode, headers: &HeaderMap) -> bool {
    let none_left = headers.get("x-ratelimit-remaining").is_some_and(|value| value == "0");
    status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::FORBIDDEN && (none_left || headers.contains_key(RETRY_AFTER)))
}

impl State {
    fn used(&mut self, now: Instant) -> u32 {
        while self.sent.front().is_some_and(|(at, _)| now.duration_since(*at) >= WINDOW + GRAIN) {
            self.sent.pop_front();
        }
        self.sent.iter().map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn no_more_than_allowed_are_made_in_an_hour() {
        let budget = Budget::new(Some(3));
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(budget.take_at(start), Ok(()));
        }
        assert_eq!(budget.take_at(start), Err(WINDOW + GRAIN));
        assert_eq!(budget.take_at(start + WINDOW), Err(GRAIN));
        assert_eq!(budget.take_at(start + WINDOW + GRAIN), Ok(()));
        assert_eq!(Budget::new(None).take_at(start), Ok(()));
    }

    #[test]
    fn a_host_that_asks_for_patience_gets_it() {
        let (start, unix) = (Instant::now(), 1_700_000_000);
        let after = |seconds| start + Duration::from_secs(seconds);
        let limited = StatusCode::TOO_MANY_REQUESTS;
        let budget = Budget::new(None);
        budget.note_at(limited, &headers(&[("retry-after", "5")]), start, unix);
        assert_eq!(budget.take_at(start), Err(Duration::from_secs(5)));
        assert_eq!(budget.take_at(after(5)), Ok(()));
        // Without a word each pause is twice as long as the one before.
        budget.note_at(limited, &headers(&[]), after(5), unix);
        assert_eq!(budget.take_at(after(5)), Err(FIRST_PAUSE * 2));
        budget.note_at(StatusCode::OK, &headers(&[]), after(200), unix);
        budget.note_at(limited, &headers(&[]), after(200), unix);
        assert_eq!(budget.take_at(after(200)), Err(FIRST_PAUSE));
        // The last request of an hour, and a refusal that is none of a limit.
        let budget = Budget::new(None);
        budget.note_at(StatusCode::FORBIDDEN, &headers(&[]), start, unix);
        assert_eq!(budget.take_at(start), Ok(()));
        let reset = (unix + 90).to_string();
        let last = headers(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)]);
        budget.note_at(StatusCode::OK, &last, start, unix);
        assert_eq!(budget.take_at(start), Err(Duration::from_secs(90)));
        let figures = budget.figures();
        assert_eq!((figures.used, figures.remaining), (1, Some(0)));
        assert!(figures.paused_for.is_some_and(|seconds| seconds <= 90));
    }
}
