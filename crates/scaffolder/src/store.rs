//! The rows of runs.

use db::{Db, DbError, Row, Tx, query};
use model::task::{StepStatus, TaskEvent, TaskStatus};
use model::time::Timestamp;
use serde_json::Value;

/// One run.
pub(crate) struct TaskRow {
    pub(crate) id: String,
    pub(crate) template_ref: String,
    pub(crate) status: TaskStatus,
    pub(crate) created_at: Timestamp,
    pub(crate) created_by: String,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) cancel_requested: bool,
    pub(crate) needs_secrets: bool,
    pub(crate) spec: String,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
}

/// One step of a run.
pub(crate) struct StepRow {
    pub(crate) position: i64,
    pub(crate) status: StepStatus,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) output: Option<Value>,
}

/// A line to be added to a log.
pub(crate) struct NewEvent<'a> {
    pub(crate) event_type: &'a str,
    pub(crate) step_id: Option<&'a str>,
    pub(crate) status: Option<&'a str>,
    pub(crate) message: &'a str,
}

const TASK: &str = "task_id, template_ref, status, created_at, created_by, started_at, finished_at,
                    cancel_requested, needs_secrets, spec, output, error";

pub(crate) async fn task_insert(
    tx: &mut Tx,
    row: &TaskRow,
    steps: &[String],
) -> Result<(), DbError> {
    let statement = query(
        "insert into scaffolder_task
             (task_id, template_ref, status, created_at, created_by, cancel_requested,
              needs_secrets, spec)
         values ($1, $2, $3, $4, $5, false, $6, $7)",
    )
    .bind(row.id.as_str())
    .bind(row.template_ref.as_str())
    .bind(row.status.as_str())
    .bind(row.created_at)
    .bind(row.created_by.as_str())
    .bind(row.needs_secrets)
    .bind(row.spec.as_str());
    tx.execute(statement).await?;
    let rows = steps.iter().enumerate().map(|(position, step_id)| {
        vec![
            row.id.as_str().into(),
            (position as i64).into(),
            step_id.as_str().into(),
            StepStatus::Open.as_str().into(),
        ]
    });
    let columns = ["task_id", "position", "step_id", "status"];
    tx.insert_many("scaffolder_task_step", &columns, rows, "").await
}

pub(crate) async fn task_get(db: &Db, id: &str) -> Result<Option<TaskRow>, DbError> {
    let statement =
        query(format!("select {TASK} from scaffolder_task where task_id = $1")).bind(id);
    db.fetch_optional(statement).await?.map(|row| task(&row)).transpose()
}

/// The newest runs; of one person when `created_by` is given.
pub(crate) async fn task_list(
    db: &Db,
    created_by: Option<&str>,
    limit: i64,
) -> Result<Vec<TaskRow>, DbError> {
    let condition = if created_by.is_some() { "where created_by = $2" } else { "" };
    let text = format!(
        "select {TASK} from scaffolder_task {condition} order by created_at desc, task_id limit $1"
    );
    let mut statement = query(text).bind(limit);
    if let Some(created_by) = created_by {
        statement = statement.bind(created_by);
    }
    db.fetch_all(statement).await?.iter().map(task).collect()
}

/// The oldest run that waits.
pub(crate) async fn task_next(db: &Db) -> Result<Option<String>, DbError> {
    let statement = query(
        "select task_id from scaffolder_task where status = 'open' order by created_at limit 1",
    );
    db.fetch_optional(statement).await?.map(|row| row.get("task_id")).transpose()
}

/// Takes a run that waits; false when another worker was faster.
pub(crate) async fn task_claim(
    tx: &mut Tx,
    id: &str,
    runner: &str,
    at: Timestamp,
) -> Result<bool, DbError> {
    let statement = query(
        "update scaffolder_task
         set status = 'processing', runner = $2, heartbeat_at = $3,
             started_at = coalesce(started_at, $3)
         where task_id = $1 and status = 'open'",
    )
    .bind(id)
    .bind(runner)
    .bind(at);
    Ok(tx.execute(statement).await? == 1)
}

/// Gives runs back whose worker has been silent since `before`.
pub(crate) async fn task_reopen(db: &Db, before: Timestamp) -> Result<u64, DbError> {
    let statement = query(
        "update scaffolder_task set status = 'open', runner = null
         where status = 'processing' and coalesce(heartbeat_at, 0) < $1",
    )
    .bind(before);
    db.execute(statement).await
}

/// Gives one run back.
pub(crate) async fn task_park(db: &Db, id: &str) -> Result<(), DbError> {
    let statement = query(
        "update scaffolder_task set status = 'open', runner = null
         where task_id = $1 and status = 'processing'",
    )
    .bind(id);
    db.execute(statement).await.map(|_| ())
}

pub(crate) async fn task_heartbeat(db: &Db, id: &str, at: Timestamp) -> Result<(), DbError> {
    let statement =
        query("update scaffolder_task set heartbeat_at = $2 where task_id = $1").bind(id).bind(at);
    db.execute(statement).await.map(|_| ())
}

/// The reason is kept where the end of the run finds it.
pub(crate) async fn task_request_cancel(
    tx: &mut Tx,
    id: &str,
    reason: &str,
) -> Result<(), DbError> {
    let statement = query(
        "update scaffolder_task set cancel_requested = true, error = coalesce(error, $2)
         where task_id = $1",
    );
    tx.execute(statement.bind(id).bind(reason)).await.map(|_| ())
}

pub(crate) async fn task_finish(
    tx: &mut Tx,
    id: &str,
    status: TaskStatus,
    output: Option<&Value>,
    error: Option<&str>,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = query(
        "update scaffolder_task
         set status = $2, finished_at = $3, output = $4, error = $5, runner = null
         where task_id = $1",
    )
    .bind(id)
    .bind(status.as_str())
    .bind(at)
    .bind(output.map(Value::to_string))
    .bind(error);
    tx.execute(statement).await.map(|_| ())
}

pub(crate) async fn step_list(db: &Db, task_id: &str) -> Result<Vec<StepRow>, DbError> {
    let statement = query(
        "select position, status, started_at, finished_at, output from scaffolder_task_step
         where task_id = $1 order by position",
    )
    .bind(task_id);
    let rows = db.fetch_all(statement).await?;
    rows.iter()
        .map(|row| {
            let status: String = row.get("status")?;
            let output: Option<String> = row.get("output")?;
            Ok(StepRow {
                position: row.get("position")?,
                status: StepStatus::parse(&status).unwrap_or(StepStatus::Open),
                started_at: row.get::<Option<i64>>("started_at")?.map(Timestamp),
                finished_at: row.get::<Option<i64>>("finished_at")?.map(Timestamp),
                output: output.and_then(|text| serde_json::from_str(&text).ok()),
            })
        })
        .collect()
}

/// What a step has noted of itself.
pub(crate) async fn note_list(
    db: &Db,
    task_id: &str,
    position: usize,
) -> Result<Vec<String>, DbError> {
    let statement =
        query("select note from scaffolder_task_note where task_id = $1 and position = $2")
            .bind(task_id)
            .bind(position as i64);
    db.fetch_all(statement).await?.iter().map(|row| row.get("note")).collect()
}

const NOTE_INSERT: &str = "insert into scaffolder_task_note (task_id, position, note)
                           values ($1, $2, $3) on conflict do nothing";

pub(crate) async fn note_insert(
    db: &Db,
    task_id: &str,
    position: usize,
    note: &str,
) -> Result<(), DbError> {
    let statement = query(NOTE_INSERT).bind(task_id).bind(position as i64).bind(note);
    db.execute(statement).await.map(|_| ())
}

/// The same together with what it is about.
pub(crate) async fn note_insert_in(
    tx: &mut Tx,
    task_id: &str,
    position: usize,
    note: &str,
) -> Result<(), DbError> {
    let statement = query(NOTE_INSERT).bind(task_id).bind(position as i64).bind(note);
    tx.execute(statement).await.map(|_| ())
}

/// A step that has ended needs its notes no more.
pub(crate) async fn note_clear(tx: &mut Tx, task_id: &str, position: usize) -> Result<(), DbError> {
    let statement = query("delete from scaffolder_task_note where task_id = $1 and position = $2")
        .bind(task_id)
        .bind(position as i64);
    tx.execute(statement).await.map(|_| ())
}

/// Why a step failed, as the log has it.
pub(crate) async fn step_failure(
    db: &Db,
    task_id: &str,
    step_id: &str,
) -> Result<Option<String>, DbError> {
    let statement = query(
        "select message from scaffolder_task_event
         where task_id = $1 and step_id = $2 and status = 'failed' order by event_id limit 1",
    )
    .bind(task_id)
    .bind(step_id);
    db.fetch_optional(statement).await?.map(|row| row.get("message")).transpose()
}

/// Sets where a step stands; the output is stored together with the end of the step.
pub(crate) async fn step_update(
    tx: &mut Tx,
    task_id: &str,
    position: usize,
    status: StepStatus,
    output: Option<&Value>,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = match status {
        StepStatus::Processing => query(
            "update scaffolder_task_step set status = $3, started_at = $4
             where task_id = $1 and position = $2",
        ),
        _ => query(
            "update scaffolder_task_step set status = $3, finished_at = $4, output = $5
             where task_id = $1 and position = $2",
        ),
    };
    let statement = statement.bind(task_id).bind(position as i64).bind(status.as_str()).bind(at);
    let statement = match status {
        StepStatus::Processing => statement,
        _ => statement.bind(output.map(Value::to_string)),
    };
    tx.execute(statement).await.map(|_| ())
}

pub(crate) async fn event_insert(
    tx: &mut Tx,
    task_id: &str,
    event: &NewEvent<'_>,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = query(
        "insert into scaffolder_task_event
             (task_id, created_at, event_type, step_id, status, message)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(task_id)
    .bind(at)
    .bind(event.event_type)
    .bind(event.step_id)
    .bind(event.status)
    .bind(event.message);
    tx.execute(statement).await.map(|_| ())
}

/// Lines of one step's log, all at once.
pub(crate) async fn event_insert_lines(
    tx: &mut Tx,
    task_id: &str,
    step_id: &str,
    lines: &[(Timestamp, String)],
) -> Result<(), DbError> {
    let rows = lines.iter().map(|(at, line)| {
        vec![task_id.into(), (*at).into(), "log".into(), step_id.into(), line.as_str().into()]
    });
    let columns = ["task_id", "created_at", "event_type", "step_id", "message"];
    tx.insert_many("scaffolder_task_event", &columns, rows, "").await
}

pub(crate) async fn event_list(
    db: &Db,
    task_id: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<TaskEvent>, DbError> {
    let statement = query(
        "select event_id, event_type, created_at, step_id, status, message
         from scaffolder_task_event where task_id = $1 and event_id > $2
         order by event_id limit $3",
    )
    .bind(task_id)
    .bind(after)
    .bind(limit);
    let rows = db.fetch_all(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(TaskEvent {
                id: row.get("event_id")?,
                r#type: row.get("event_type")?,
                created_at: Timestamp(row.get("created_at")?),
                step_id: row.get("step_id")?,
                status: row.get("status")?,
                message: row.get("message")?,
            })
        })
        .collect()
}

pub(crate) async fn draft_insert(
    db: &Db,
    id: &str,
    user_ref: &str,
    template_ref: &str,
    draft: &str,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = query(
        "insert into scaffolder_draft (draft_id, user_ref, template_ref, draft, created_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(user_ref)
    .bind(template_ref)
    .bind(draft)
    .bind(at);
    db.execute(statement).await.map(|_| ())
}

/// Only the person who typed it gets it back.
pub(crate) async fn draft_get(
    db: &Db,
    id: &str,
    user_ref: &str,
    template_ref: &str,
) -> Result<Option<String>, DbError> {
    let statement = query(
        "select draft from scaffolder_draft
         where draft_id = $1 and user_ref = $2 and template_ref = $3",
    )
    .bind(id)
    .bind(user_ref)
    .bind(template_ref);
    db.fetch_optional(statement).await?.map(|row| row.get("draft")).transpose()
}

/// Whether a run is there and has not ended.
pub(crate) async fn task_is_alive(db: &Db, id: &str) -> Result<bool, DbError> {
    let statement = query(
        "select task_id from scaffolder_task
         where task_id = $1 and status in ('open', 'processing')",
    );
    Ok(db.fetch_optional(statement.bind(id)).await?.is_some())
}

/// Drops drafts nobody came back for.
pub(crate) async fn draft_sweep(db: &Db, before: Timestamp) -> Result<u64, DbError> {
    db.execute(query("delete from scaffolder_draft where created_at < $1").bind(before)).await
}

fn task(row: &Row) -> Result<TaskRow, DbError> {
    let status: String = row.get("status")?;
    Ok(TaskRow {
        id: row.get("task_id")?,
        template_ref: row.get("template_ref")?,
        status: TaskStatus::parse(&status).unwrap_or(TaskStatus::Failed),
        created_at: Timestamp(row.get("created_at")?),
        created_by: row.get("created_by")?,
        started_at: row.get::<Option<i64>>("started_at")?.map(Timestamp),
        finished_at: row.get::<Option<i64>>("finished_at")?.map(Timestamp),
        cancel_requested: row.get("cancel_requested")?,
        needs_secrets: row.get("needs_secrets")?,
        spec: row.get("spec")?,
        output: row.get("output")?,
        error: row.get("error")?,
    })
}
