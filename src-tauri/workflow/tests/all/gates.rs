//! Evidence opens gates; a role's word does not.

use workflow::gate::{Evidence, TestEvidence};
use workflow::phase::{
    ImplementationResult, OpenQuestion, RequirementVerdict, TaskOutcome, TaskStatus, Verdict, VerificationResult,
};
use workflow::{Phase, PhaseResult, Request, State, Workflow};

use crate::support::{
    advance_to, ask, at, checks_evidence, plan, prove, release_evidence, requirements, result, test_evidence,
};

/// Why the gate of the present phase stays shut for this result; none when it opens.
fn shut(workflow: &Workflow, result: PhaseResult) -> Option<String> {
    let mut workflow = workflow.clone();
    let Request::Advance {
        role,
        completed_state,
        next_state,
        handoff_id,
        ..
    } = advance_to(&workflow, None)
    else {
        unreachable!()
    };
    let request = Request::Advance {
        role,
        completed_state,
        next_state,
        result: Some(result),
        handoff_id,
    };
    match ask(&mut workflow, &request) {
        Ok(_) => None,
        Err(refusal) => {
            assert_eq!(refusal.code(), "evidence_missing", "{refusal}");
            Some(refusal.to_string())
        }
    }
}

fn with(state: State, evidence: Evidence) -> Workflow {
    let mut workflow = at(state);
    ask(&mut workflow, &Request::StartAttempt { checkpoint: None }).unwrap();
    ask(&mut workflow, &Request::RecordEvidence(evidence)).unwrap();
    workflow
}

#[test]
fn every_gate_opens_with_its_evidence_and_stays_shut_without() {
    for phase in Phase::ALL.into_iter().filter(|p| *p > Phase::Planning) {
        let bare = at(phase.state());
        assert!(
            shut(&bare, result(phase)).is_some(),
            "{} without evidence",
            phase.wire()
        );
        let mut proven = bare.clone();
        prove(&mut proven);
        assert_eq!(shut(&proven, result(phase)), None);
    }
}

#[test]
fn discovery_needs_a_title_a_feature_and_no_blocking_question() {
    let workflow = at(State::Discovery);
    let check = |change: fn(&mut workflow::phase::Requirements), says: &str| {
        let mut changed = requirements();
        change(&mut changed);
        let why = shut(&workflow, PhaseResult::Discovery(changed)).expect("the gate stays shut");
        assert!(why.contains(says), "{why}");
    };
    assert_eq!(shut(&workflow, PhaseResult::Discovery(requirements())), None);
    check(|r| r.title.clear(), "title");
    check(|r| r.features.clear(), "no feature");
    check(|r| r.features[0].acceptance = vec!["  ".to_owned()], "how to tell");
    check(|r| r.features.push(r.features[0].clone()), "id of its own");
    check(
        |r| {
            r.open_questions.push(OpenQuestion {
                text: "Which currency?".to_owned(),
                blocking: true,
            })
        },
        "Which currency?",
    );
    let mut open = requirements();
    open.open_questions.push(OpenQuestion {
        text: "Which font?".to_owned(),
        blocking: false,
    });
    assert_eq!(
        shut(&workflow, PhaseResult::Discovery(open)),
        None,
        "a question that blocks nothing may stay open"
    );
}

#[test]
fn planning_needs_every_requirement_served_a_strategy_and_the_click_on_exactly_this_plan() {
    let unclicked = at(State::Planning);
    assert!(
        shut(&unclicked, PhaseResult::Planning(plan()))
            .unwrap()
            .contains("Ready to Build")
    );
    let mut clicked = unclicked.clone();
    prove(&mut clicked);
    assert_eq!(shut(&clicked, PhaseResult::Planning(plan())), None);
    let mut other = plan();
    other.tasks[0].title = "Another page".to_owned();
    assert!(
        shut(&clicked, PhaseResult::Planning(other))
            .unwrap()
            .contains("Ready to Build"),
        "another plan was not clicked on"
    );
    let expected = clicked.plan_revision;
    let by = crate::support::person();
    ask(
        &mut clicked,
        &Request::RevisePlan {
            by,
            expected,
            plan: plan(),
        },
    )
    .unwrap();
    assert!(
        shut(&clicked, PhaseResult::Planning(plan())).is_some(),
        "an edit after the click takes the click away"
    );
    let mut unserved = plan();
    unserved.tasks[0].serves.clear();
    assert!(shut(&clicked, PhaseResult::Planning(unserved)).unwrap().contains("R1"));
    let mut untested = plan();
    untested.test_strategy.summary.clear();
    assert!(
        shut(&clicked, PhaseResult::Planning(untested))
            .unwrap()
            .contains("tested")
    );
}

#[test]
fn implementation_accounts_for_every_task() {
    let mut workflow = at(State::Implementation);
    prove(&mut workflow);
    let done = |tasks| {
        PhaseResult::Implementation(ImplementationResult {
            summary: String::new(),
            tasks,
        })
    };
    let outcome = |status, note: &str| TaskOutcome {
        id: "T1".to_owned(),
        status,
        note: note.to_owned(),
    };
    assert!(shut(&workflow, done(Vec::new())).unwrap().contains("T1"));
    assert!(
        shut(&workflow, done(vec![outcome(TaskStatus::Skipped, " ")])).is_some(),
        "skipping needs a reason"
    );
    assert_eq!(
        shut(
            &workflow,
            done(vec![outcome(TaskStatus::Skipped, "not needed: see README")])
        ),
        None
    );
}

#[test]
fn testing_is_decided_by_the_run_alone() {
    let opens = |change: fn(&mut TestEvidence)| {
        let mut run = test_evidence();
        change(&mut run);
        shut(&with(State::Testing, Evidence::TestRun(run)), result(Phase::Testing)).is_none()
    };
    assert!(opens(|_| {}));
    assert!(
        opens(|run| run.skipped = 2),
        "skipped tests beside executed ones are a fact, not a failure"
    );
    assert!(!opens(|run| run.exit_code = Some(1)));
    assert!(!opens(|run| run.exit_code = None), "it did not end by itself");
    assert!(!opens(|run| run.tests_run = Some(0)), "no test ran");
    assert!(!opens(|run| run.tests_run = None), "no count, no proof");
    assert!(
        !opens(|run| run.failed = 1),
        "a runner that ends well in spite of a failed test"
    );
}

#[test]
fn verification_looks_at_the_tested_tree_and_traces_every_requirement() {
    let why = |change: fn(&mut workflow::gate::ChecksEvidence)| {
        let mut checks = checks_evidence();
        change(&mut checks);
        shut(
            &with(State::Verification, Evidence::Checks(checks)),
            result(Phase::Verification),
        )
    };
    assert_eq!(why(|_| {}), None);
    assert!(
        why(|checks| checks.tree_hash = "t9".to_owned())
            .unwrap()
            .contains("another tree")
    );
    assert!(why(|checks| checks.checks[0].ok = false).is_some());
    assert!(why(|checks| checks.trace.clear()).unwrap().contains("R1"));
    let checks = with(State::Verification, Evidence::Checks(checks_evidence()));
    let verdict = RequirementVerdict {
        id: "R1".to_owned(),
        verdict: Verdict::NotMet,
        evidence: String::new(),
    };
    let not_met = PhaseResult::Verification(VerificationResult {
        summary: String::new(),
        requirements: vec![verdict],
    });
    assert!(shut(&checks, not_met).unwrap().contains("R1"));
}

#[test]
fn a_requirement_that_no_test_proves_is_not_met_by_a_word() {
    let verdict = |verdict| {
        PhaseResult::Verification(VerificationResult {
            summary: String::new(),
            requirements: vec![RequirementVerdict {
                id: "R1".to_owned(),
                verdict,
                evidence: String::new(),
            }],
        })
    };
    let mut evidence = checks_evidence();
    evidence.trace[0].tests.clear();
    let checks = with(State::Verification, Evidence::Checks(evidence));
    assert!(shut(&checks, verdict(Verdict::Met)).unwrap().contains("R1"));
    assert_eq!(shut(&checks, verdict(Verdict::Untested)), None);
}

#[test]
fn deployment_needs_the_verified_tree_live() {
    let why = |change: fn(&mut workflow::gate::ReleaseEvidence)| {
        let mut release = release_evidence();
        change(&mut release);
        shut(
            &with(State::Deployment, Evidence::Release(release)),
            result(Phase::Deployment),
        )
    };
    assert_eq!(why(|_| {}), None);
    assert!(why(|release| release.probe_ok = false).unwrap().contains("probe"));
    assert!(
        why(|release| release.tree_hash = "t1".to_owned())
            .unwrap()
            .contains("not the tree")
    );
    // Others worked on the branch meanwhile: what it holds now has to be tested too.
    assert!(
        why(|release| release.merged_tree = "t9".to_owned())
            .unwrap()
            .contains("not tested")
    );
    assert_eq!(
        why(|release| {
            release.merged_tree = "t9".to_owned();
            release.merged_test_run = Some("run".to_owned());
        }),
        None
    );
}

#[test]
fn evidence_of_another_phase_is_not_taken() {
    for phase in Phase::ALL {
        let Some(evidence) = crate::support::evidence(phase) else {
            continue;
        };
        for state in State::ALL
            .into_iter()
            .filter(|s| *s != phase.state() && *s != State::Complete)
        {
            let refused = ask(&mut at(state), &Request::RecordEvidence(evidence.clone())).unwrap_err();
            assert_eq!(refused.code(), "stale_state", "{} in {state}", phase.wire());
        }
    }
}
