//! What a run notes about its steps: their state, their output and the lines of its log.

use super::{AS_GIVEN, Runner, Stored};
use crate::spec::StepSpec;
use crate::store::{self, NewEvent};
use model::Result;
use model::task::StepStatus;

impl Runner {
    pub(super) async fn step_begin(&self, position: usize, step: &StepSpec) -> Result<()> {
        let mut tx = self.op.db().begin().await?;
        let at = access::now();
        store::step_update(&mut tx, &self.task_id, position, StepStatus::Processing, None, at)
            .await?;
        let line = format!("Beginning step {}", step.name);
        let event = NewEvent {
            event_type: "log",
            step_id: Some(&step.id),
            status: Some("processing"),
            message: &line,
        };
        store::event_insert(&mut tx, &self.task_id, &event, at).await?;
        tx.commit().await?;
        self.shared.announce();
        Ok(())
    }

    pub(super) async fn step_end(
        &self,
        position: usize,
        step: &StepSpec,
        status: StepStatus,
        output: Option<&Stored>,
        line: &str,
    ) -> Result<()> {
        let mut tx = self.op.db().begin().await?;
        let at = access::now();
        let value = output.map(|output| &output.value);
        store::step_update(&mut tx, &self.task_id, position, status, value, at).await?;
        store::note_clear(&mut tx, &self.task_id, position).await?;
        if output.is_some_and(|output| output.as_given) {
            store::note_insert_in(&mut tx, &self.task_id, position, AS_GIVEN).await?;
        }
        let event = NewEvent {
            event_type: "log",
            step_id: Some(&step.id),
            status: Some(status.as_str()),
            message: line,
        };
        store::event_insert(&mut tx, &self.task_id, &event, at).await?;
        tx.commit().await?;
        self.shared.announce();
        Ok(())
    }

    pub(super) async fn log(
        &self,
        step_id: Option<&str>,
        status: Option<&str>,
        line: &str,
    ) -> Result<()> {
        self.event("log", step_id, status, line).await
    }

    pub(super) async fn event(
        &self,
        event_type: &str,
        step_id: Option<&str>,
        status: Option<&str>,
        message: &str,
    ) -> Result<()> {
        let mut tx = self.op.db().begin().await?;
        let event = NewEvent { event_type, step_id, status, message };
        store::event_insert(&mut tx, &self.task_id, &event, access::now()).await?;
        tx.commit().await?;
        self.shared.announce();
        Ok(())
    }
}
