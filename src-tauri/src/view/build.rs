//! One build: its line in the list, and all that fits a page.

use engine::ServiceError;
use engine::service::nothing_unread;
use store::releases::ReleaseRow;
use store::workflows::WorkflowRow;
use store::{Connection, events, handoffs, projects, releases, remarks, role_runs, test_runs, tool_calls, worktrees};
use workflow::{RunStatus, State};

use super::{handoff, int, millis_between, rail};
use crate::dto::{self, BuildDetail, BuildGroup, BuildSummary, WaitingFor};

/// The build's line in the list.
///
/// # Errors
/// Where the store cannot be read.
pub fn summary(db: &Connection, row: &WorkflowRow) -> Result<BuildSummary, ServiceError> {
    let workflow = &row.workflow;
    let project = projects::get(db, &workflow.project_id)?;
    let waiting_for = waiting_for(db, row)?;
    let doing = match waiting_for {
        WaitingFor::Role => tool_calls::running(db, &workflow.id)?.map(|call| dto::Doing {
            tool: call.tool,
            subject: call.subject,
        }),
        WaitingFor::YourAnswer
        | WaitingFor::ReadyToBuild
        | WaitingFor::YourApproval
        | WaitingFor::YourDecision
        | WaitingFor::Nobody => None,
    };
    let standstill = workflow.standstill();
    Ok(BuildSummary {
        workflow_id: workflow.id.clone(),
        title: row.title.clone(),
        project: dto::Project {
            id: project.id,
            name: project.name,
            path: project.path,
        },
        group: group(&workflow.status, waiting_for),
        state: workflow.state.into(),
        role: workflow.owner().map(Into::into),
        status: status(&workflow.status),
        waiting_for,
        doing,
        reason_code: standstill.map(|standstill| standstill.code.clone()),
        reason: standstill.map(|standstill| standstill.reason.clone()),
        model_wait: None,
        url: released(db, row)?.and_then(|release| url(&release)),
        created_at: row.created_at.clone(),
        changed_at: row.updated_at.clone(),
        trashed_at: row.trashed_at.clone(),
    })
}

/// Everything about the build that fits a page.
///
/// # Errors
/// Where the store cannot be read.
pub fn detail(db: &Connection, row: &WorkflowRow, model: String) -> Result<BuildDetail, ServiceError> {
    let workflow = &row.workflow;
    let id = &workflow.id;
    let summary = summary(db, row)?;
    let handoffs = handoffs::of_workflow(db, id)?;
    let changes = events::state_changes(db, id)?;
    let branch = worktrees::get(db, id)?.map(|worktree| worktree.branch);
    let totals = role_runs::totals(db, id)?;
    let newest_tests = test_runs::of_workflow(db, id)?.into_iter().next();
    let remark = match &workflow.open_handoff {
        Some(open) => remarks::of(db, &open.id)?,
        None => None,
    };
    let progress = workflow.progress();
    let evidence = &workflow.evidence;
    let changed_files = evidence
        .tests
        .as_ref()
        .map(|t| t.files_changed)
        .or_else(|| evidence.commit.as_ref().map(|c| c.files_changed));
    Ok(BuildDetail {
        brief: row.brief.clone(),
        revision: int(workflow.revision),
        standstill: workflow.standstill().map(|standstill| dto::Standstill {
            code: standstill.code.clone(),
            reason: standstill.reason.clone(),
            facts: standstill
                .facts
                .as_ref()
                .map_or_else(|| "{}".to_owned(), ToString::to_string),
            next_action: standstill.next_action.into(),
        }),
        progress: dto::Progress {
            completed: int(progress.completed),
            total: int(progress.total),
            percentage: int(progress.percentage),
        },
        requirements: workflow.phases.discovery.clone().map(Into::into),
        plan: workflow.phases.planning.clone().map(Into::into),
        plan_revision: int(workflow.plan_revision),
        rail: rail::rail(row, summary.waiting_for, &changes, &handoffs),
        // In the trash there is nothing to decide.
        open_handoff: handoff::card(row, &handoffs, branch.as_deref().unwrap_or_default(), remark)
            .filter(|_| row.trashed_at.is_none()),
        usage: dto::UsageTotal {
            input_tokens: totals.input_tokens,
            output_tokens: totals.output_tokens,
            cost: totals.cost,
            elapsed_ms: millis_between(&row.created_at, row.completed_at.as_deref()),
            budget: workflow.budget.map(Into::into),
        },
        model,
        policy: workflow.policy.into(),
        branch,
        release: released(db, row)?.map(release),
        changed_files: changed_files.map_or(0, int),
        tests: newest_tests.and_then(|run| run.counts).map(|counts| int(counts.run)),
        test_command: projects::get(db, &workflow.project_id)?.test_command,
        rollback_targets: workflow
            .rollback_targets()
            .into_iter()
            .filter(|_| row.trashed_at.is_none())
            .map(|phase| phase.state().into())
            .collect(),
        can_undo_rollback: workflow.before_rollback.is_some() && row.trashed_at.is_none(),
        summary,
    })
}

fn status(status: &RunStatus) -> dto::RunStatus {
    match status {
        RunStatus::Active => dto::RunStatus::Active,
        RunStatus::AwaitingApproval => dto::RunStatus::AwaitingApproval,
        RunStatus::Paused => dto::RunStatus::Paused,
        RunStatus::Blocked(_) => dto::RunStatus::Blocked,
        RunStatus::Cancelled => dto::RunStatus::Cancelled,
        RunStatus::Complete => dto::RunStatus::Complete,
    }
}

fn waiting_for(db: &Connection, row: &WorkflowRow) -> Result<WaitingFor, ServiceError> {
    let workflow = &row.workflow;
    if row.trashed_at.is_some() {
        return Ok(WaitingFor::Nobody);
    }
    Ok(match &workflow.status {
        RunStatus::AwaitingApproval => WaitingFor::YourApproval,
        RunStatus::Paused | RunStatus::Blocked(_) => WaitingFor::YourDecision,
        RunStatus::Cancelled | RunStatus::Complete => WaitingFor::Nobody,
        RunStatus::Active if workflow.state > State::Planning => WaitingFor::Role,
        RunStatus::Active if !nothing_unread(db, &workflow.id)? => WaitingFor::Role,
        RunStatus::Active if workflow.state == State::Discovery => WaitingFor::YourAnswer,
        RunStatus::Active if workflow.phases.planning.is_some() => WaitingFor::ReadyToBuild,
        RunStatus::Active => WaitingFor::Role,
    })
}

fn group(status: &RunStatus, waiting_for: WaitingFor) -> BuildGroup {
    match (status, waiting_for) {
        (RunStatus::Complete, _) => BuildGroup::Live,
        (RunStatus::Cancelled | RunStatus::Paused | RunStatus::Blocked(_), _) => BuildGroup::Stopped,
        (RunStatus::Active | RunStatus::AwaitingApproval, WaitingFor::Role | WaitingFor::Nobody) => BuildGroup::Working,
        (
            RunStatus::Active | RunStatus::AwaitingApproval,
            WaitingFor::YourAnswer | WaitingFor::ReadyToBuild | WaitingFor::YourApproval | WaitingFor::YourDecision,
        ) => BuildGroup::Waiting,
    }
}

/// What is released. In the trash it is not served.
fn released(db: &Connection, row: &WorkflowRow) -> Result<Option<ReleaseRow>, ServiceError> {
    let newest = releases::newest(db, &row.workflow.id)?.filter(|release| release.status == "released");
    Ok(newest.map(|release| ReleaseRow {
        port: release.port.filter(|_| row.trashed_at.is_none()),
        ..release
    }))
}

fn url(release: &ReleaseRow) -> Option<String> {
    release.site.as_ref()?;
    release.port.map(|port| format!("http://127.0.0.1:{port}/"))
}

fn release(release: ReleaseRow) -> dto::Release {
    dto::Release {
        url: url(&release),
        serving: release.site.is_some() && release.port.is_some(),
        tag: release.tag,
        merged_commit: release.merged_commit.unwrap_or_default(),
        onto: release.onto,
        released_at: release.updated_at,
        probe: release.probe,
    }
}
