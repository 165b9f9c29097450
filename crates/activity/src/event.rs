//! An event: CloudEvents 1.0.

use model::time::{Timestamp, rfc3339};
use serde_json::{Value, json};

/// What every event's type begins with.
const PREFIX: &str = "dev.callboard.";

/// An event to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Its type without what all types begin with, such as `catalog.entity.added`.
    pub event_type: String,
    /// What it is about.
    pub subject: String,
    /// More about it; no secrets.
    pub data: Value,
}

impl NewEvent {
    /// An event.
    pub fn new(event_type: impl Into<String>, subject: impl Into<String>, data: Value) -> NewEvent {
        NewEvent { event_type: event_type.into(), subject: subject.into(), data }
    }

    /// The event of a row of the audit log: `location-mutate` with the action `create` is
    /// `catalog.location.create`.
    pub(crate) fn of_audit(audit_type: &str, subject: &str, detail: &Value) -> NewEvent {
        let start = match audit_type {
            "entity-mutate" => "catalog.entity",
            "location-mutate" => "catalog.location",
            "kind-mutate" => "catalog.kind",
            "catalog-view-mutate" => "catalog.view",
            "task" => "run",
            other => other,
        };
        let text = |name: &str| detail.get(name).and_then(Value::as_str);
        let action = text("action").or(text("actionType")).or(text("status"));
        let action = match (start, action) {
            ("run", Some("processing")) => Some("started"),
            ("run", Some("completed")) => Some("finished"),
            (_, action) => action,
        };
        let event_type = match action {
            Some(action) => format!("{start}.{action}"),
            None => start.to_owned(),
        };
        NewEvent::new(event_type, subject, detail.clone())
    }
}

/// An event that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its place among the events of its tenant; there are no gaps.
    pub number: i64,
    /// Different for all events of a source.
    pub id: String,
    /// Where it is from: `/t/<tenant>`.
    pub source: String,
    /// What happened, such as `dev.callboard.catalog.entity.added`.
    pub event_type: String,
    /// What it is about.
    pub subject: String,
    /// When.
    pub time: Timestamp,
    /// Who did it, as the audit log names them.
    pub principal: String,
    /// Connects it with the log.
    pub request_id: String,
    /// More about it.
    pub data: Value,
}

impl Event {
    pub(crate) fn full_type(event_type: &str) -> String {
        format!("{PREFIX}{event_type}")
    }

    /// In CloudEvents' structured mode (`application/cloudevents+json`). Number, principal and
    /// request id are extension attributes.
    pub fn to_json(&self) -> Value {
        json!({
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.event_type,
            "subject": self.subject,
            "time": rfc3339(self.time),
            "datacontenttype": "application/json",
            "sequence": self.number.to_string(),
            "principal": self.principal,
            "requestid": self.request_id,
            "data": self.data,
        })
    }
}
