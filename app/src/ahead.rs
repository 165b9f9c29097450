//! Answers fetched when somebody is about to follow a link, and used once when they do.
//!
//! Only what reads and costs little is fetched ahead. An answer that nobody used is forgotten.

use crate::error::AppError;
use std::future::Future;

mod kept {
    use std::any::Any;
    use std::cell::{Cell, RefCell};

    /// How long an answer is as good as a new one, in milliseconds.
    const LIFE: f64 = 10_000.0;
    /// More links than this nobody is about to follow.
    const MOST: usize = 8;

    struct Kept {
        about: String,
        at: f64,
        answer: Box<dyn Any>,
    }

    impl Kept {
        fn is_fresh(&self) -> bool {
            self.at + LIFE > js_sys::Date::now()
        }
    }

    thread_local! {
        static ANSWERS: RefCell<Vec<Kept>> = const { RefCell::new(Vec::new()) };
        static WRITES: Cell<u32> = const { Cell::new(0) };
    }

    /// How often something was written so far.
    pub(super) fn writes() -> u32 {
        WRITES.get()
    }

    pub(super) fn forget() {
        WRITES.set(WRITES.get() + 1);
        ANSWERS.with_borrow_mut(Vec::clear);
    }

    /// Keeps what was asked after so many writes, unless there was one since.
    pub(super) fn keep(about: String, asked_after: u32, answer: Box<dyn Any>) {
        if asked_after != writes() {
            return;
        }
        ANSWERS.with_borrow_mut(|all| {
            all.retain(|kept| kept.is_fresh() && kept.about != about);
            if all.len() == MOST {
                all.remove(0);
            }
            all.push(Kept { about, at: js_sys::Date::now(), answer });
        });
    }

    pub(super) fn take(about: &str) -> Option<Box<dyn Any>> {
        ANSWERS.with_borrow_mut(|all| {
            let kept = all.remove(all.iter().position(|kept| kept.about == about)?);
            kept.is_fresh().then_some(kept.answer)
        })
    }

    pub(super) fn has(about: &str) -> bool {
        ANSWERS.with_borrow(|all| all.iter().any(|kept| kept.about == about && kept.is_fresh()))
    }
}

/// The answer that was fetched ahead about this, or the one that is asked for now.
pub async fn answer<T: 'static, F: Future<Output = Result<T, AppError>>>(
    about: &str,
    ask: impl FnOnce() -> F,
) -> Result<T, AppError> {
    // On the server nothing is ever kept.
    if let Some(answer) = kept::take(about).and_then(|answer| answer.downcast::<T>().ok()) {
        return Ok(*answer);
    }
    ask().await
}

/// Asks now, for whoever calls [`answer`] about the same in the next seconds. Only pages in a
/// browser call it.
pub fn fetch<T: 'static>(about: String, ask: impl Future<Output = Result<T, AppError>> + 'static) {
    if kept::has(&about) {
        return;
    }
    let asked_after = kept::writes();
    leptos::task::spawn_local(async move {
        // What went wrong is asked for again and shown by the page itself.
        if let Ok(answer) = ask.await {
            kept::keep(about, asked_after, Box::new(answer));
        }
    });
}

/// Forgets what was fetched: something is being written, and may change any of it.
pub fn forget() {
    kept::forget();
}
