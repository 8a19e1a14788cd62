//! Q Assistant beside the work holds nobody up, whatever becomes of it.

use std::sync::Arc;

use async_trait::async_trait;
use models::{Delta, Model, ModelError, Pace, PracticeModel, Price, Turn, TurnRequest};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use workflow::{Role, RunStatus};

use crate::desk::{Desk, person};

/// Does what the practice model does, and never answers when it is asked beside the work.
struct Mute(PracticeModel);

#[async_trait]
impl Model for Mute {
    fn name(&self) -> &str {
        "mute"
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    async fn turn(
        &self,
        request: &TurnRequest,
        deltas: &UnboundedSender<Delta>,
        cancel: &CancellationToken,
    ) -> Result<Turn, ModelError> {
        let beside =
            request.task.role == "q_assistant" && !matches!(request.task.phase.as_str(), "discovery" | "planning");
        if beside {
            cancel.cancelled().await;
            return Err(ModelError::Cancelled);
        }
        self.0.turn(request, deltas, cancel).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_a_question_is_answered_by_saying_so_and_the_build_goes_on() {
    let desk = Desk::with(Arc::new(PracticeModel::new(Pace::Instant)));
    let id = desk.start("fix_a_bug").await;
    desk.ready(&id).await;
    desk.models.set(Role::QAssistant, None);
    desk.engine
        .send_message(&id, "How far is it?", Vec::new(), &store::new_id())
        .unwrap();
    desk.engine.settled(&id).await;
    assert_eq!(
        desk.row(&id).workflow.status,
        RunStatus::AwaitingApproval,
        "the approval still waits"
    );
    let said = desk.said(&id);
    let told = said
        .iter()
        .filter(|(author, text)| author == "product" && text.contains("The model is gone"));
    assert_eq!(told.count(), 1, "{said:?}");
    for _ in 0..3 {
        desk.approve(&id).await;
    }
    assert_eq!(desk.row(&id).workflow.status, RunStatus::Complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remark_that_does_not_come_keeps_nobody_from_approving_or_cancelling() {
    let desk = Desk::with(Arc::new(Mute(PracticeModel::new(Pace::Instant))));
    let id = desk.start("fix_a_bug").await;
    let revision = desk.row(&id).workflow.plan_revision;
    desk.engine.ready_to_build(&id, person(), revision).await.unwrap();
    let waits = async {
        while desk.row(&id).workflow.status != RunStatus::AwaitingApproval {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), waits)
        .await
        .unwrap();
    let open = desk.row(&id).workflow.open_handoff.clone().unwrap();
    desk.engine
        .approve_handoff(&id, person(), &open.id, open.pin, false)
        .unwrap();
    desk.engine
        .send_message(&id, "And now?", Vec::new(), &store::new_id())
        .unwrap();
    desk.engine.cancel(&id, person()).await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(20), desk.engine.settled(&id))
        .await
        .expect("nothing goes on in a build that was cancelled");
    assert_eq!(desk.row(&id).workflow.status, RunStatus::Cancelled);
}
