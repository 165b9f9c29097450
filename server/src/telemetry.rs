//! Logs with dotted fields, and the numbers behind `/metrics`.

use portal::{JobName, JobState};
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
};
use std::io::IsTerminal;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts logging to standard error. `filter` is a list such as `info,catalog=debug`. Colours are
/// for terminals, unless `NO_COLOR` is set to something.
pub fn start(format: LogFormat, filter: &str, no_color: Option<String>) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| {
        format!("The log filter \"{filter}\" is not understood ({error}). Try \"info\".")
    })?;
    let is_coloured = std::io::stderr().is_terminal() && no_color.is_none_or(|set| set.is_empty());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(is_coloured)
        // It would print to the same place, and panic where that place takes nothing.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    let outcome = match format {
        LogFormat::Text => builder.with_target(false).compact().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    outcome.map_err(|error| error.to_string())
}

/// The counters of this process.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    job_failures: IntGaugeVec,
    panics: IntCounterVec,
}

impl Metrics {
    /// Counters at zero.
    pub fn new() -> Metrics {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("callboard_http_requests_total", "Answered HTTP requests."),
            &["area", "status"],
        )
        .expect("the names are valid");
        let durations = HistogramVec::new(
            HistogramOpts::new(
                "callboard_http_request_duration_seconds",
                "Time from a request's head to its answer's head.",
            )
            .buckets(vec![0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]),
            &["area"],
        )
        .expect("the names are valid");
        let job_failures = IntGaugeVec::new(
            Opts::new(
                "callboard_job_failures",
                "How often in a row a job in the background has failed.",
            ),
            &["tenant", "job"],
        )
        .expect("the names are valid");
        registry.register(Box::new(job_failures.clone())).expect("registered once");
        let panics = IntCounterVec::new(
            Opts::new("callboard_panics_total", "Panics, which are faults of the program."),
            &["area"],
        )
        .expect("the names are valid");
        registry.register(Box::new(requests.clone())).expect("registered once");
        registry.register(Box::new(panics.clone())).expect("registered once");
        registry.register(Box::new(durations.clone())).expect("registered once");
        Metrics(Arc::new(Inner { registry, requests, durations, job_failures, panics }))
    }

    /// Counts one answer. `area` is the first part of the path, so that there are few of them.
    pub fn answered(&self, area: &str, status: u16, seconds: f64) {
        let class = match status {
            0..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            _ => "5xx",
        };
        self.0.requests.with_label_values(&[area, class]).inc();
        self.0.durations.with_label_values(&[area]).observe(seconds);
    }

    /// Notes how jobs stand.
    pub fn jobs(&self, states: &[(JobName, JobState)]) {
        for (name, state) in states {
            let gauge = &self.0.job_failures;
            let labels = [name.tenant.as_str(), name.job.as_str()];
            gauge.with_label_values(&labels).set(i64::from(state.failures));
        }
    }

    /// Counts a panic, by the part of the path or what else was going on.
    pub fn panicked(&self, area: &str) {
        self.0.panics.with_label_values(&[area]).inc();
    }

    /// In Prometheus' text format.
    pub fn render(&self) -> String {
        let mut text = Vec::new();
        let families = self.0.registry.gather();
        if TextEncoder::new().encode(&families, &mut text).is_err() {
            return String::new();
        }
        String::from_utf8(text).unwrap_or_default()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_fails_is_counted_until_it_succeeds() {
        let metrics = Metrics::new();
        let tenant = model::tenant::TenantName::parse("north").expect("a name");
        let name = JobName { tenant, job: "session-sweep".to_owned() };
        for failures in [3, 0] {
            let state = JobState { failures, ..JobState::default() };
            metrics.jobs(&[(name.clone(), state)]);
            let line = format!(
                "callboard_job_failures{{job=\"session-sweep\",tenant=\"north\"}} {failures}"
            );
            assert!(metrics.render().contains(&line), "{}", metrics.render());
        }
    }
}
