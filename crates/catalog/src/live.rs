//! Following what a page shows: somebody waits until it is not what it was.
//!
//! A follower knows what its page shows by a mark, as the page does. So a page that comes back
//! after any pause, to any instance, learns at once whether it missed something.

use crate::Catalog;
use crate::list::listed;
use crate::stars::{stars, view_mark};
use access::{OpContext, Permission};
use model::catalog::EntityQuery;
use model::entity_ref::EntityRef;
use model::tenant::TenantName;
use model::{Error, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How many pages one person can follow at a time.
pub const MAX_FOLLOWED: usize = 24;

/// Changes that come closer together than this are told together.
const PAUSE: Duration = Duration::from_millis(500);

/// After so long a follower has to come again, so that whoever signed out learns nothing more.
const LIFE: Duration = Duration::from_secs(600);

/// The mark of what is not there.
const GONE: &str = "gone";

/// How many pages each person follows.
type Seats = Arc<Mutex<HashMap<(TenantName, String), usize>>>;

/// Everybody who follows something.
pub(crate) struct Followers {
    seats: Seats,
    stopping: watch::Sender<bool>,
}

impl Default for Followers {
    fn default() -> Followers {
        Followers { seats: Seats::default(), stopping: watch::channel(false).0 }
    }
}

/// What a page shows.
enum Shown {
    List(Box<EntityQuery>),
    Entity(EntityRef),
}

/// Somebody who waits for changes of what one page shows.
pub struct Follower {
    catalog: Arc<Catalog>,
    op: OpContext,
    shown: Shown,
    /// What the page shows, as far as it is known.
    mark: String,
    published: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    looked: Option<Instant>,
    until: Instant,
    _seat: Seat,
}

impl Catalog {
    /// Follows a list. `mark` is that of the list the page shows.
    pub fn list_follow(
        self: &Arc<Self>,
        op: &OpContext,
        query: EntityQuery,
        mark: String,
    ) -> Result<Follower> {
        op.authorize(Permission::CatalogEntityRead)?;
        self.follow_page(op, Shown::List(Box::new(query)), mark)
    }

    /// Follows the page of an entity, which may come and go meanwhile.
    pub fn entity_follow(
        self: &Arc<Self>,
        op: &OpContext,
        entity_ref: EntityRef,
        mark: String,
    ) -> Result<Follower> {
        op.authorize(Permission::CatalogEntityRead)?;
        self.follow_page(op, Shown::Entity(entity_ref), mark)
    }

    /// Ends every follower, now and from now on: the program stops.
    pub fn stop_following(&self) {
        self.followers.stopping.send_replace(true);
    }

    fn follow_page(
        self: &Arc<Self>,
        op: &OpContext,
        shown: Shown,
        mark: String,
    ) -> Result<Follower> {
        Ok(Follower {
            _seat: Seat::take(&self.followers.seats, op)?,
            published: self.state(op)?.published(),
            stopping: self.followers.stopping.subscribe(),
            catalog: self.clone(),
            op: op.clone(),
            shown,
            mark,
            looked: None,
            until: Instant::now() + LIFE,
        })
    }
}

impl Follower {
    /// Waits until the page does not show what there is; the mark of what there is. Nothing when
    /// it is time to come again.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            let pause = self.looked.map_or_else(Instant::now, |looked| looked + PAUSE);
            tokio::select! {
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                () = tokio::time::sleep_until(pause) => {}
            }
            self.published.mark_unchanged();
            self.looked = Some(Instant::now());
            let mark = self.look().await?;
            if mark != self.mark {
                self.mark.clone_from(&mark);
                return Some(mark);
            }
            tokio::select! {
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                () = tokio::time::sleep_until(self.until) => return None,
                changed = self.published.changed() => changed.ok()?,
            }
        }
    }

    /// The mark of what there is now; nothing when it cannot be looked at.
    async fn look(&self) -> Option<String> {
        match &self.shown {
            Shown::Entity(entity_ref) => match self.catalog.entity_view(&self.op, entity_ref) {
                Ok(view) => Some(view_mark(&view)),
                Err(Error::NotFound { .. }) => Some(GONE.to_owned()),
                Err(_) => None,
            },
            Shown::List(query) => {
                let stars = match query.starred.is_empty() {
                    true => Default::default(),
                    false => stars(&self.op).await.ok()?,
                };
                let state = self.catalog.state(&self.op).ok()?;
                Some(listed(&self.op, &state, query, &stars).mark)
            }
        }
    }
}

/// One of the pages a person follows.
struct Seat {
    seats: Seats,
    key: (TenantName, String),
}

impl Seat {
    fn take(seats: &Seats, op: &OpContext) -> Result<Seat> {
        let key = (op.tenant.name.clone(), op.principal.name());
        let mut taken = seats.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(key.clone()).or_default();
        if *count >= MAX_FOLLOWED {
            return Err(Error::unavailable(format!(
                "{MAX_FOLLOWED} pages are followed already. Close some of them."
            )));
        }
        *count += 1;
        Ok(Seat { seats: seats.clone(), key })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}
