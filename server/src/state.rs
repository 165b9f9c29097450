//! What handlers share.

use crate::assets::Site;
use crate::hosts::AllowedHosts;
use crate::middleware::TrustedProxies;
use crate::sign_in::SignIn;
use crate::telemetry::Metrics;
use access::Throttle;
use axum::extract::FromRef;
use portal::Portal;
use std::ops::Deref;
use std::sync::Arc;

/// What handlers share; cloned for every request, so a clone is one count.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

impl AppState {
    /// Shared from now on.
    pub fn new(shared: Shared) -> AppState {
        AppState(Arc::new(shared))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// See [`AppState`].
pub struct Shared {
    /// Every service.
    pub portal: Arc<Portal>,
    /// The site's files.
    pub site: Site,
    /// Ways to sign in.
    pub sign_in: SignIn,
    /// Hosts that are served.
    pub hosts: AllowedHosts,
    /// Proxies in front of the program.
    pub proxies: TrustedProxies,
    /// Hosts whose pictures pages may show: `*.` before one stands for all below it.
    pub image_hosts: Vec<String>,
    /// Holds up who tries sign-ins.
    pub sign_in_throttle: Throttle,
    /// Holds up who tries tokens.
    pub token_throttle: Throttle,
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
