//! What handlers share.

use crate::assets::Site;
use crate::auth::SignIn;
use crate::telemetry::Metrics;
use axum::extract::FromRef;
use portal::Portal;
use std::sync::Arc;

/// What handlers share.
#[derive(Clone)]
pub struct AppState {
    /// Every service.
    pub portal: Arc<Portal>,
    /// The site's files.
    pub site: Site,
    /// Ways to sign in.
    pub sign_in: Arc<SignIn>,
    /// Counters.
    pub metrics: Metrics,
    /// A development build: shows the gallery and reloads pages.
    pub development: bool,
}

impl FromRef<AppState> for Site {
    fn from_ref(state: &AppState) -> Site {
        state.site.clone()
    }
}
