//! `debug:wait`: waits, at most ten minutes.

use super::{Action, ActionContext, ActionResult};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Ten minutes.
const LONGEST: f64 = 600.0;

pub(crate) fn action() -> Action {
    Action {
        id: "debug:wait",
        description: "Waits for some time, at most ten minutes.",
        input: json!({
            "type": "object",
            "properties": {
                "minutes": {"title": "Minutes", "type": "number", "minimum": 0},
                "seconds": {"title": "Seconds", "type": "number", "minimum": 0},
                "milliseconds": {"title": "Milliseconds", "type": "number", "minimum": 0}
            }
        }),
        output: json!({"type": "object"}),
        example: json!({"seconds": 2}),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, input: Value) -> ActionResult {
    let number = |key: &str| input[key].as_f64().unwrap_or(0.0);
    let seconds = number("minutes") * 60.0 + number("seconds") + number("milliseconds") / 1000.0;
    if !(0.0..=LONGEST).contains(&seconds) {
        return Err(
            "Waiting duration is longer than the maximum threshold of 0 hours, 10 minutes, 0 seconds"
                .to_owned(),
        );
    }
    context.say(format!("Waiting for {seconds} seconds"));
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    Ok(json!({}))
}
