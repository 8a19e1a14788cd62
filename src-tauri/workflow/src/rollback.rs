//! Going back: state, files and release as one. Not a transition: it has rules of its own.

use crate::fact::{Effect, Fact};
use crate::{Checkpoint, Memory, Phase, Refusal, State, Workflow, decide};

/// The facts and effects of a rollback to `target`.
///
/// # Errors
/// [`Refusal::RollbackRefused`] where the target is not a phase this build has been in before its present state.
pub(crate) fn roll_back(workflow: &Workflow, target: State, reason: &str) -> Result<(Vec<Fact>, Vec<Effect>), Refusal> {
    let allowed = workflow.rollback_targets();
    let Some(phase) = target.phase().filter(|p| allowed.contains(p)) else {
        let names: Vec<_> = allowed.iter().map(|p| p.wire()).collect();
        return Err(Refusal::RollbackRefused {
            why: format!(
                "This build cannot be rolled back to {target}. It can go back to: {}.",
                if names.is_empty() {
                    "nowhere yet".to_owned()
                } else {
                    names.join(", ")
                }
            ),
        });
    };
    let fact = Fact::RolledBack {
        from: workflow.state,
        to: target,
        reason: reason.to_owned(),
        before: Box::new(workflow.memory.clone()),
    };
    let mut effects = decide::undo_release(workflow);
    if let Some(checkpoint) = files_at(workflow, phase) {
        effects.push(Effect::RestoreFiles {
            commit: checkpoint.commit,
        });
    }
    Ok((vec![fact], effects))
}

/// The facts and effects of taking the last rollback back. A build that was released goes to its deployment, to be released again.
///
/// # Errors
/// [`Refusal::RollbackRefused`] when work went on since, or nothing was rolled back.
pub(crate) fn undo(workflow: &Workflow) -> Result<(Vec<Fact>, Vec<Effect>), Refusal> {
    let Some(before) = &workflow.before_rollback else {
        return Err(Refusal::RollbackRefused {
            why: "There is no rollback to undo: work went on since, or none was made.".to_owned(),
        });
    };
    let (from, memory) = before.as_ref();
    // Merge, tag and served page are made again by the Release Manager, and proven again: nothing is live because it once was.
    let (to, head) = if memory.evidence.release.is_some() {
        (State::Deployment, files_at(memory, Phase::Deployment))
    } else {
        (*from, memory.head.clone())
    };
    let effects = head.map(|head| Effect::RestoreFiles { commit: head.commit });
    Ok((
        vec![Fact::RollbackUndone {
            from: workflow.state,
            to,
        }],
        effects.into_iter().collect(),
    ))
}

/// The commit that the files go back to: where the phase last started from; before any code, where the build branched off.
pub(crate) fn files_at(memory: &Memory, phase: Phase) -> Option<Checkpoint> {
    match phase {
        Phase::Discovery | Phase::Planning => memory.began.clone(),
        Phase::Implementation | Phase::Testing | Phase::Verification | Phase::Deployment => {
            memory.checkpoints.get(&phase).cloned()
        }
    }
}
