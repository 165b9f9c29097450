//! Starts the portal, serves it, and ends it in an orderly way.

use crate::assets::Site;
use crate::config::Config;
use crate::hosts::AllowedHosts;
use crate::middleware::{TrustedProxies, log_panics, strip_tenant_prefix};
use crate::router::build_router;
use crate::state::{AppState, Shared};
use crate::telemetry::{self, Metrics};
use crate::{compose, connections, demo, embedded};
use access::{Tenants, Throttle};
use db::{Databases, InstanceLock};
use portal::{Portal, Settings};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tower::Layer;
use tower::util::MapRequestLayer;

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct ServeOptions {
    /// Configuration file.
    pub config: Option<PathBuf>,
    /// Address to listen on.
    pub listen: Option<SocketAddr>,
    /// Data folder.
    pub data: Option<PathBuf>,
    /// Demo content and sign-in.
    pub demo: bool,
    /// Repository for the dashboard.
    pub repo: Option<String>,
    /// Folder of the site's files.
    pub site: Option<PathBuf>,
}

/// Serves until the process is asked to stop.
pub async fn serve(options: ServeOptions) -> Result<(), String> {
    let start = Instant::now();
    let data = options.data.clone().unwrap_or_else(|| PathBuf::from("data"));
    make_folder(&data)?;
    let data = data.canonicalize().unwrap_or(data);
    let config = load(&options, &data)?;
    let no_color = crate::config::env("NO_COLOR");
    telemetry::start(compose::log_format(&config), &config.telemetry.level, no_color)?;
    let metrics = Metrics::new();
    log_panics(metrics.clone());
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let listen = listen_address(&options, &config)?;
    if options.demo && !listen.ip().is_loopback() {
        return Err(format!(
            "The demo lets everybody in, so it only runs on this machine: {listen} can be reached \
             from outside. Use --listen 127.0.0.1:{}, or leave --demo out.",
            listen.port()
        ));
    }
    // The port first: a second program must not touch the first one's data.
    let listener = bind(listen).await?;
    let address = listener.local_addr().unwrap_or(listen);
    let engine = compose::engine(&config, &data);
    let message = |error: db::OpenError| error.to_string();
    let lock = engine.lock(&data, LOCK_PATIENCE).await.map_err(message)?;
    let site = Site::open(options.site.clone())?;
    let shipped = data.join("shipped").join("templates");
    embedded::unpack(embedded::TEMPLATES, &shipped)
        .map_err(|error| cannot_write(&shipped, &error))?;
    let databases = Databases::open(engine).await.map_err(message)?;
    let rules = compose::tenants(&config);
    let tenants = Tenants::open(&databases, &data, &rules).await.map_err(message)?;
    let settings = Settings {
        catalog: compose::catalog(&config, Some(&shipped)),
        scaffolder: compose::scaffolder(&config)?,
        insights: compose::insights(&config, options.repo.as_deref())?,
        techdocs: compose::techdocs(&config),
        events: compose::events(&config),
    };
    let portal = Portal::open(databases, tenants, compose::tokens(&config), settings)
        .await
        .map_err(|error| error.to_string())?;
    if options.demo {
        demo::before_jobs(&portal).await;
    }
    portal.start();
    if options.demo {
        let [first, ..] = compose::demo_people();
        demo::after_jobs(&portal, first.person);
    }
    let sign_in = compose::sign_in(&config, options.demo, listen.ip().is_loopback());
    let state = AppState::new(Shared {
        portal: portal.clone(),
        site,
        sign_in,
        hosts: AllowedHosts::of(&config, listen.ip().is_loopback()),
        proxies: TrustedProxies(config.backend.trusted_proxies.clone()),
        image_hosts: compose::image_hosts(&config),
        sign_in_throttle: Throttle::new(10, THROTTLED_WITHIN),
        token_throttle: Throttle::new(20, THROTTLED_WITHIN),
        metrics,
        development: options.site.is_some(),
    });
    let service =
        MapRequestLayer::new(strip_tenant_prefix::<axum::body::Body>).layer(build_router(state));
    tracing::info!(
        http.address = %address,
        duration_ms = start.elapsed().as_millis() as u64,
        "ready on http://{address}"
    );
    let limits = compose::limits(&config).within_system();
    let served = connections::serve(listener, service, limits, ended(&lock));
    finish(served, portal.clone(), ended(&lock)).await;
    portal.stop().await;
    let lost = lock.lost();
    tokio::select! {
        biased;
        () = lost => Err("Another Callboard has taken over the database.".to_owned()),
        () = std::future::ready(()) => Ok(()),
    }
}

/// How long a program that is just ending, as in a restart, may take to give up its data.
const LOCK_PATIENCE: Duration = Duration::from_secs(8);

/// When this program has to end: somebody asks for it, or its data is no longer its own.
async fn ended(lock: &InstanceLock) {
    tokio::select! {
        () = stop_signal() => {}
        () = lock.lost() => {}
    }
}

/// For how long wrong sign-ins and tokens are held against an address.
const THROTTLED_WITHIN: Duration = Duration::from_secs(60);

/// The configuration of the command line: the demo's with the file laid over it, or the file over
/// the defaults.
pub fn load(options: &ServeOptions, data: &Path) -> Result<Config, String> {
    let env = crate::config::env;
    let file = options.config.as_deref();
    let config = match options.demo {
        false => Config::load(file, env),
        true => {
            // A checkout of this project shows its own files, so that editing them is seen.
            let own = PathBuf::from("demo");
            let folder = match own.join("callboard.yaml").is_file() {
                true => own,
                false => {
                    let folder = data.join("demo");
                    embedded::unpack(embedded::DEMO, &folder)
                        .map_err(|error| cannot_write(&folder, &error))?;
                    folder
                }
            };
            let folder = folder.canonicalize().unwrap_or(folder);
            Config::load_demo(&folder, file, env)
        }
    };
    config.map_err(|errors| format!("the configuration cannot be used:\n{errors}"))
}

fn listen_address(options: &ServeOptions, config: &Config) -> Result<SocketAddr, String> {
    if let Some(listen) = options.listen {
        return Ok(listen);
    }
    let listen = &config.backend.listen;
    let host = listen.host.as_deref().unwrap_or("0.0.0.0");
    use std::net::ToSocketAddrs;
    let found = (host.trim_matches(['[', ']']), listen.port).to_socket_addrs();
    found.ok().and_then(|mut found| found.next()).ok_or_else(|| {
        format!("{host} is no address of this machine. Change backend.listen or use --listen.")
    })
}

/// A process that this program had just started when it was killed holds its port for a moment.
async fn bind(listen: SocketAddr) -> Result<TcpListener, String> {
    const PAUSE: Duration = Duration::from_millis(100);
    let mut bound = TcpListener::bind(listen).await;
    for _ in 0..20 {
        if !bound.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
        bound = TcpListener::bind(listen).await;
    }
    bound.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "Another program already listens on {listen}. Stop it, or choose another port with \
             --listen {}:{}.",
            listen.ip(),
            listen.port().wrapping_add(1)
        ),
        _ => format!("Cannot listen on {listen}: {error}. Choose another address with --listen."),
    })
}

fn make_folder(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    let probe = folder.join(".write-test");
    let outcome = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
    outcome.map_err(|error| cannot_write(folder, &error))
}

fn cannot_write(folder: &Path, error: &std::io::Error) -> String {
    format!(
        "The data folder cannot be used: {} ({error}). Name a folder this user may write to with \
         --data.",
        folder.display()
    )
}

/// Waits for the last answers, but not for readers of a run's log, which may go on for long.
async fn finish(
    served: impl Future<Output = ()>,
    portal: Arc<Portal>,
    ended: impl Future<Output = ()>,
) {
    const PATIENCE: Duration = Duration::from_secs(10);
    let mut served = std::pin::pin!(served);
    let stopped = async {
        ended.await;
        portal.catalog.stop_subscriptions();
        portal.scaffolder.stop().await;
        tokio::time::sleep(PATIENCE).await;
        tracing::warn!("streams are still open; they are ended now");
    };
    tokio::select! {
        () = &mut served => {}
        () = stopped => {}
    }
}

/// Ctrl-C, or the signal a service manager sends.
async fn stop_signal() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("stopping: requests and runs under way are finished or parked");
}
