//! Counts what was refused, so that it can be recorded without a row for each attempt.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Different refusals that are told apart until they are recorded; the rest counts as one.
const MOST: usize = 200;

/// How long a name may be that somebody from outside gave.
const LONGEST_NAME: usize = 100;

/// Who stands for all that are not told apart.
const OTHERS: &str = "others";

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalReason {
    /// It is not allowed.
    Denied,
    /// There were too many attempts before it.
    Throttled,
}

impl RefusalReason {
    /// The name in events.
    pub fn name(self) -> &'static str {
        match self {
            RefusalReason::Denied => "denied",
            RefusalReason::Throttled => "throttled",
        }
    }
}

/// Something that was refused, so many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// A permission, or the door: `sign-in`, `token` or `webhook`.
    pub what: &'static str,
    /// The principal, or the address of who is not known.
    pub who: String,
    /// How many times.
    pub count: u64,
}

/// What was refused since it was taken last.
#[derive(Default)]
pub struct Refusals(Mutex<HashMap<(RefusalReason, &'static str, String), u64>>);

impl Refusals {
    /// Counts one.
    pub fn note(&self, reason: RefusalReason, what: &'static str, who: &str) {
        self.add(reason, what, who, 1);
    }

    fn add(&self, reason: RefusalReason, what: &'static str, who: &str, count: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (reason, what, who.chars().take(LONGEST_NAME).collect());
        let key = match counts.len() < MOST || counts.contains_key(&key) {
            true => key,
            false => (reason, what, OTHERS.to_owned()),
        };
        *counts.entry(key).or_default() += count;
    }

    /// Takes all of them, in order.
    pub fn take(&self) -> Vec<Refusal> {
        let counts = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut refusals: Vec<Refusal> = counts
            .into_iter()
            .map(|((reason, what, who), count)| Refusal { reason, what, who, count })
            .collect();
        refusals.sort_by(|a, b| (a.what, &a.who).cmp(&(b.what, &b.who)));
        refusals
    }

    /// What could not be recorded counts again.
    pub fn put_back(&self, refusals: Vec<Refusal>) {
        for refusal in refusals {
            self.add(refusal.reason, refusal.what, &refusal.who, refusal.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_within_bounds() {
        let refusals = Refusals::default();
        for number in 0..10_000 {
            refusals.note(RefusalReason::Denied, "token", &format!("10.0.{number}"));
        }
        refusals.note(RefusalReason::Denied, "token", &"x".repeat(100_000));
        let taken = refusals.take();
        assert!(taken.len() <= MOST + 1, "{}", taken.len());
        assert_eq!(taken.iter().map(|refusal| refusal.count).sum::<u64>(), 10_001);
        assert!(taken.iter().any(|refusal| refusal.who == OTHERS));
        assert!(refusals.take().is_empty());
        refusals.put_back(taken);
        assert_eq!(refusals.take().iter().map(|refusal| refusal.count).sum::<u64>(), 10_001);
    }
}
