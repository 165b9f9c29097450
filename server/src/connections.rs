//! Takes connections and serves them, with a limit on their number and on their clients' patience.
//!
//! When all connections are in use a few more are taken for health checks, so that whoever watches
//! the program sees that it is busy rather than gone; everybody else gets the status 503. Whoever
//! holds one of those and asks nothing makes way for the next, so that silence does not use them up.

use crate::health;
use crate::middleware::caught_async;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};
use tokio_io_timeout::TimeoutStream;
use tower::{Service, ServiceExt};

/// How much of the program its clients may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections are served at once.
    pub connections: usize,
    /// How long a request's head may take, and how long a connection may stay without one.
    pub header_timeout: Duration,
    /// How long a request's body may take, and how long a client may take nothing of an answer.
    pub body_timeout: Duration,
}

/// Connections beside the others, for health checks.
const RESERVED: usize = 32;

/// How long a connection keeps one of those at least.
const MOMENT: Duration = Duration::from_millis(20);

/// How long a request's head may take on one of those.
const RESERVED_TIMEOUT: Duration = Duration::from_secs(2);

impl Limits {
    /// Within what the system allows: half of the files are left to databases and repositories.
    /// Raises the system's limit as far as this user may.
    pub fn within_system(mut self) -> Limits {
        #[cfg(unix)]
        {
            use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
            let limit = getrlimit(Resource::Nofile);
            let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
            let is_raised = setrlimit(Resource::Nofile, raised).is_ok();
            let files = if is_raised { limit.maximum } else { limit.current };
            if let Some(files) = files.and_then(|files| usize::try_from(files).ok()) {
                self.connections = self.connections.min(files / 2).max(1);
            }
        }
        self
    }
}

/// Serves until `stop`, then waits for the requests under way.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    limits: Limits,
    stop: impl Future<Output = ()>,
) where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    let graceful = GracefulShutdown::new();
    let ordinary = Arc::new(Semaphore::new(limits.connections));
    let mut reserve = Reserve::default();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("a connection cannot be taken: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let permit = ordinary.clone().try_acquire_owned().ok();
        let reserved = match permit {
            Some(_) => None,
            None => match reserve.place().await {
                Some(reserved) => Some(reserved),
                // As many health checks are being answered as there is room for.
                None => continue,
            },
        };
        let connection = Connection { stream, peer, permit, reserved };
        connection.spawn(service.clone(), limits, &graceful);
    }
    drop(listener);
    graceful.shutdown().await;
}

struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    /// Given back when the connection has ended.
    permit: Option<OwnedSemaphorePermit>,
    /// Its place for a health check, when there was no other.
    reserved: Option<Arc<Reserved>>,
}

/// The places for health checks that are taken, the oldest first.
#[derive(Default)]
struct Reserve(VecDeque<Arc<Reserved>>);

impl Reserve {
    /// A free place. When there is none, the oldest connection that has not asked anything yet
    /// makes way.
    async fn place(&mut self) -> Option<Arc<Reserved>> {
        if self.is_full() {
            // Whoever has just come gets a moment to ask.
            if let Some(oldest) = self.0.iter().find(|reserved| reserved.is_silent()) {
                tokio::time::sleep_until(oldest.since + MOMENT).await;
            }
            if self.is_full() {
                let silent = self.0.iter().position(|reserved| reserved.evict())?;
                self.0.remove(silent);
            }
        }
        let reserved = Arc::new(Reserved::new());
        self.0.push_back(reserved.clone());
        Some(reserved)
    }

    fn is_full(&mut self) -> bool {
        // What only this list knows of has ended.
        self.0.retain(|reserved| Arc::strong_count(reserved) > 1);
        self.0.len() >= RESERVED
    }
}

/// A connection for a health check.
struct Reserved {
    since: Instant,
    state: AtomicU8,
    evicted: Notify,
}

impl Reserved {
    const SILENT: u8 = 0;
    const ASKED: u8 = 1;
    const EVICTED: u8 = 2;

    fn new() -> Reserved {
        let state = AtomicU8::new(Self::SILENT);
        Reserved { since: Instant::now(), state, evicted: Notify::new() }
    }

    fn is_silent(&self) -> bool {
        self.state.load(Ordering::Acquire) == Self::SILENT
    }

    /// Leaves silence, once.
    fn become_state(&self, state: u8) -> bool {
        let (success, failure) = (Ordering::AcqRel, Ordering::Acquire);
        self.state.compare_exchange(Self::SILENT, state, success, failure).is_ok()
    }

    /// Ends the connection, unless it has asked something.
    fn evict(&self) -> bool {
        let is_silent = self.become_state(Self::EVICTED);
        if is_silent {
            self.evicted.notify_one();
        }
        is_silent
    }

    /// The head of a request is there, which is answered whatever comes.
    fn asked(&self) {
        self.become_state(Self::ASKED);
    }
}

impl Connection {
    fn spawn<S>(self, service: S, limits: Limits, graceful: &GracefulShutdown)
    where
        S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        let Connection { stream, peer, permit, reserved } = self;
        let is_reserved = reserved.is_some();
        let mine = reserved.clone();
        // Small answers go out at once.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.body_timeout));
        let answer = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let request = received(request, peer, limits.body_timeout);
            let service = service.clone();
            if let Some(reserved) = &mine {
                reserved.asked();
            }
            async move {
                if is_reserved && !health::is_health(request.uri().path()) {
                    return Ok(busy());
                }
                // What belongs to no tenant; the others catch their panics where the request is
                // known.
                let mut response = match caught_async(service.oneshot(request)).await {
                    Ok(response) => response?,
                    Err(said) => {
                        tracing::error!("a request could not be answered: a panic {said}");
                        let text = "Something went wrong on our side.\n";
                        (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
                    }
                };
                if is_reserved {
                    close(&mut response);
                }
                Ok::<_, Infallible>(response)
            }
        });
        let header_timeout = if is_reserved { RESERVED_TIMEOUT } else { limits.header_timeout };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_timeout)
            .serve_connection(TokioIo::new(Box::pin(stream)), answer);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let evicted = async {
                match &reserved {
                    Some(reserved) => reserved.evicted.notified().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                // A client that goes away or takes too long is no fault of the program.
                ended = connection => if let Err(error) = ended {
                    tracing::trace!("a connection ended: {error}");
                },
                () = evicted => {}
            }
            drop(permit);
        });
    }
}

fn received(request: hyper::Request<Incoming>, peer: SocketAddr, timeout: Duration) -> Request {
    let mut request = request.map(|body| match body.is_end_stream() {
        true => Body::empty(),
        false => Body::new(TimedBody { body, deadline: Instant::now() + timeout, timer: None }),
    });
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

fn busy() -> Response {
    let text = "The portal serves as many connections as it can. Try again in a moment.\n";
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    close(&mut response);
    response
}

fn close(response: &mut Response) {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
}

/// A request's body that has to be there by a deadline.
struct TimedBody {
    body: Incoming,
    deadline: Instant,
    /// Most bodies come with the head, so that there is nothing to wait for.
    timer: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for TimedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::new)));
        }
        let deadline = self.deadline;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        match timer.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                "the body took too long",
            ))))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
