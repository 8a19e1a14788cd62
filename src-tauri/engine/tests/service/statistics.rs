//! Figures over builds: of one project or of all, since a moment or of all time, each counted by hand.

use engine::ServiceError;
use engine::service::{NewBuild, Service};
use store::exchanges::{self, Moment, NewExchange};
use store::role_runs::{self, RoleRun};
use store::stats::Scope;
use store::{Connection, now};
use workflow::{Role, State};

use crate::support::{at, load, new_build, person, service, walk_to};

fn write(service: &Service, work: impl FnOnce(&Connection) -> Result<(), store::StoreError> + Send + 'static) {
    service
        .store()
        .write(move |tx| work(tx).map_err(ServiceError::from))
        .unwrap();
}

/// A run of Code Writer that took ten seconds, four of them for the model and one for commands.
fn run(
    service: &Service,
    workflow_id: &str,
    id: &'static str,
    status: &'static str,
    calls: Vec<(&'static str, Option<f64>)>,
) {
    let workflow_id = workflow_id.to_owned();
    write(service, move |tx| {
        let started = RoleRun {
            id: id.to_owned(),
            workflow_id: workflow_id.clone(),
            phase: "implementation".to_owned(),
            role: "code_writer".to_owned(),
            attempt: 1,
            model: "first".to_owned(),
            status: String::new(),
            input_tokens: 0,
            output_tokens: 0,
            cost: Some(0.0),
            model_ms: 0,
            command_ms: 0,
            read_up_to: 0,
            started_at: "2026-03-01T10:00:00.000000Z".to_owned(),
            ended_at: None,
        };
        role_runs::start(tx, &started)?;
        let ms = 4000 / u32::try_from(calls.len()).unwrap().max(1);
        for (turn, (model, cost)) in (0..).zip(calls) {
            let call = NewExchange {
                workflow_id: workflow_id.clone(),
                run_id: id.to_owned(),
                attempt: 1,
                turn,
                model: model.to_owned(),
                asked: "{}".to_owned(),
                answer: "{}".to_owned(),
                input_tokens: 100,
                output_tokens: 10,
                cost,
                ms,
                asked_at: Moment::default(),
            };
            exchanges::append(tx, &call)?;
        }
        tx.execute(
            "UPDATE role_runs SET status = ?2, command_ms = 1000, ended_at = '2026-03-01T10:00:10.000000Z' WHERE id = ?1",
            (id, status),
        )?;
        Ok(())
    });
}

#[test]
fn time_is_split_and_what_was_cut_off_is_left_out() {
    let service = service();
    let id = at(&service, State::Implementation);
    run(&service, &id, "a", "finished", vec![("first", Some(0.0))]);
    run(&service, &id, "b", "sent_back", vec![("first", Some(0.0))]);
    // The program was closed overnight: its end was written the next morning.
    run(&service, &id, "c", "interrupted", vec![]);
    let stats = service.stats(Scope::default()).unwrap();
    let [phase] = stats.time_per_phase[..] else {
        panic!("{:?}", stats.time_per_phase)
    };
    assert_eq!((phase.phase, phase.role), (State::Implementation, Role::CodeWriter));
    assert_eq!((phase.builds, phase.attempts), (1, 2));
    let rounded = [phase.total_ms, phase.model_ms, phase.command_ms].map(f64::round);
    assert_eq!(rounded, [20_000.0, 8_000.0, 2_000.0]);
}

#[test]
fn tokens_and_cost_belong_to_the_model_that_was_asked_and_an_unknown_price_is_no_sum() {
    let service = service();
    let id = at(&service, State::Implementation);
    run(
        &service,
        &id,
        "a",
        "finished",
        vec![("first", Some(0.25)), ("other", None), ("other", Some(1.0))],
    );
    let used = service.stats(Scope::default()).unwrap().use_per_role_and_model;
    let of = |model: &str| used.iter().find(|each| each.model == model).unwrap();
    assert_eq!(used.len(), 2);
    assert_eq!(
        (of("first").calls, of("first").input_tokens, of("first").cost),
        (1, 100.0, Some(0.25))
    );
    assert_eq!(
        (of("other").calls, of("other").output_tokens, of("other").cost),
        (2, 20.0, None)
    );
}

#[test]
fn a_road_back_is_measured_against_the_builds_that_came_there() {
    let service = service();
    let id = at(&service, State::Testing);
    at(&service, State::Testing);
    at(&service, State::Implementation);
    service.request_retry(&id, person(), "a cent is lost", None).unwrap();
    walk_to(&service, &id, State::Testing);
    service.request_retry(&id, person(), "still lost", None).unwrap();
    let stats = service.stats(Scope::default()).unwrap();
    let [road] = stats.returns_per_road[..] else {
        panic!("{:?}", stats.returns_per_road)
    };
    assert_eq!((road.from, road.to), (State::Testing, State::Implementation));
    assert_eq!(
        (road.returns, road.builds, road.of),
        (2, 1, 2),
        "two returns of one build, of two that were tested"
    );
    walk_to(&service, &id, State::Complete);
    assert_eq!(service.stats(Scope::default()).unwrap().first_pass_rate, Some(0.0));
}

#[test]
fn one_project_all_of_them_or_what_was_begun_since() {
    let service = service();
    let here = at(&service, State::Complete);
    let elsewhere = NewBuild {
        project_path: "/home/mira/other".to_owned(),
        ..new_build("Another")
    };
    service.start_build_from_chat(elsewhere, "elsewhere").unwrap();
    let since = now();
    at(&service, State::Testing);
    let count = |project_id: Option<&str>, since: Option<&str>| {
        let scope = Scope {
            project_id: project_id.map(str::to_owned),
            since: since.map(str::to_owned),
        };
        let stats = service.stats(scope).unwrap();
        let by_state: u32 = stats.by_state.iter().map(|each| each.builds).sum();
        assert_eq!(by_state, stats.total, "the same builds in each figure");
        (stats.total, stats.finished)
    };
    let project = load(&service, &here).workflow.project_id;
    assert_eq!(count(None, None), (3, 1));
    assert_eq!(count(Some(&project), None), (2, 1));
    assert_eq!(count(None, Some(&since)), (1, 0));
    assert_eq!(count(Some(&project), Some(&since)), (1, 0));
    assert_eq!(count(Some("no-such-project"), None), (0, 0));
}
