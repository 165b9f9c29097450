//! What a refresh did, as a few characters in an address: a page without script says it from there.

use model::source::RefreshOutcome;
use model::time::Timestamp;

/// What a refresh did, for an address: so many added, changed, removed and pending.
pub fn code(done: &RefreshOutcome) -> String {
    match (&done.error, done.finished_at) {
        (Some(_), _) => "failed".to_owned(),
        (None, None) => "begun".to_owned(),
        (None, Some(_)) => {
            let RefreshOutcome { added, changed, removed, pending_removals, .. } = done;
            format!("{added}.{changed}.{removed}.{pending_removals}")
        }
    }
}

/// The words for what an address says of a refresh.
pub(super) fn sentence_of(code: &str) -> Option<String> {
    let numbers: Vec<u32> = code.split('.').map_while(|text| text.parse().ok()).collect();
    match (code, &numbers[..]) {
        ("failed", _) => Some("The refresh failed.".to_owned()),
        ("begun", _) => Some(RefreshOutcome::default().sentence()),
        (_, &[added, changed, removed, pending_removals]) => {
            let finished_at = Some(Timestamp(0));
            let done = RefreshOutcome {
                added,
                changed,
                removed,
                pending_removals,
                finished_at,
                ..RefreshOutcome::default()
            };
            Some(done.sentence())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_refresh_did_is_carried_in_an_address() {
        let done = RefreshOutcome {
            added: 1,
            changed: 2,
            finished_at: Some(Timestamp(7)),
            ..RefreshOutcome::default()
        };
        assert_eq!(sentence_of(&code(&done)).as_deref(), Some(done.sentence().as_str()));
        let begun = RefreshOutcome::default();
        assert_eq!(sentence_of(&code(&begun)), Some(begun.sentence()));
        assert_eq!(sentence_of("anything else"), None);
    }
}
