//! Keeps what pages are rendered with together while their request moves between threads.
//!
//! The framework finds a page's values by what the thread had last. A request that waits may go on
//! upon another thread, where that was another request's: values of the page would be gone, which is
//! a panic, or a server fn would belong to somebody else's page and end with it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use leptos::prelude::Owner;
use std::pin::pin;
use std::task::Poll;

/// For pages and server fns: each step of a request finds what the one before left, and leaves
/// nothing behind for others.
pub async fn keep_owner(request: Request, next: Next) -> Response {
    kept(next.run(request)).await
}

async fn kept<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut owner: Option<Owner> = None;
    std::future::poll_fn(move |context| {
        leave();
        if let Some(owner) = &owner {
            owner.set();
        }
        let polled = future.as_mut().poll(context);
        owner = match &polled {
            Poll::Pending => Owner::current(),
            Poll::Ready(_) => None,
        };
        leave();
        polled
    })
    .await
}

/// The thread forgets whose values it had.
fn leave() {
    if let Some(owner) = Owner::current() {
        owner.unset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{GetUntracked, RwSignal, Signal};

    /// A page as the framework makes it: what it holds is asked for after it has waited.
    async fn page(text: &str) -> String {
        let owner = Owner::new_root(None);
        let value = owner.with(|| Signal::from(RwSignal::new(text.to_owned())));
        tokio::task::yield_now().await;
        value.get_untracked()
    }

    #[test]
    fn pages_that_take_turns_on_threads_keep_their_values() {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let (mut one, mut two) = (Box::pin(kept(page("one"))), Box::pin(kept(page("two"))));
        assert!(one.as_mut().poll(&mut context).is_pending());
        assert!(two.as_mut().poll(&mut context).is_pending());
        assert!(Owner::current().is_none(), "left behind for others");
        // The other page's values were the last of this thread; another thread has none at all.
        assert_eq!(one.as_mut().poll(&mut context), Poll::Ready("one".to_owned()));
        let elsewhere = std::thread::spawn(move || {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            two.as_mut().poll(&mut context)
        });
        assert_eq!(elsewhere.join().expect("no panic"), Poll::Ready("two".to_owned()));
    }
}
