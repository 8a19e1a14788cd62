//! The person says something anew: the talk goes back, with all that hung on it.

use engine::attachments::Shown;
use engine::service::Service;
use store::files::File;
use store::messages::{self, Message};
use store::role_runs::{self, RoleRun};
use workflow::phase::Requirements;
use workflow::{Actor, Request, Role, State};

use crate::support::{advance, at, code, load, new_build, person, requirements, service};

fn all(service: &Service, id: &str) -> Vec<Message> {
    let id = id.to_owned();
    let read = service.store().read(move |db| messages::all_of_workflow(db, &id));
    read.unwrap()
}

/// What counts, and what was taken back.
fn texts(service: &Service, id: &str) -> (Vec<String>, Vec<String>) {
    let (back, counts): (Vec<_>, Vec<_>) = all(service, id).into_iter().partition(|m| m.taken_back.is_some());
    let text = |said: Vec<Message>| said.into_iter().map(|message| message.text).collect();
    (text(counts), text(back))
}

fn understand(service: &Service, id: &str, summary: &str) {
    let requirements = Requirements {
        summary: summary.to_owned(),
        ..requirements()
    };
    let by = Actor::Role(Role::QAssistant);
    service
        .request(id, Request::ReviseRequirements { by, requirements })
        .unwrap();
}

fn say(service: &Service, id: &str, text: &str) -> Message {
    service.say(id, text, Vec::new(), &store::new_id()).unwrap()
}

fn run(service: &Service, id: &str, phase: State, read_up_to: u32, ended: Option<&str>) -> String {
    let run = RoleRun {
        id: store::new_id(),
        workflow_id: id.to_owned(),
        phase: phase.wire().to_owned(),
        role: Role::QAssistant.wire().to_owned(),
        attempt: 1,
        model: "m".to_owned(),
        status: "running".to_owned(),
        input_tokens: 0,
        output_tokens: 0,
        cost: Some(0.0),
        model_ms: 0,
        command_ms: 0,
        read_up_to,
        started_at: store::now(),
        ended_at: None,
    };
    let (run_id, ended) = (run.id.clone(), ended.map(str::to_owned));
    let write = service.store().write(move |tx| {
        role_runs::start(tx, &run)?;
        role_runs::save_transcript(tx, &run.id, &format!("[\"read up to {read_up_to}\"]"))?;
        if let Some(status) = ended {
            role_runs::end(tx, &run.id, &status, 0)?;
        }
        Ok::<_, store::StoreError>(())
    });
    write.unwrap();
    run_id
}

#[test]
fn what_was_said_understood_and_read_since_goes_with_it() {
    let service = service();
    let started = service
        .start_build_from_chat(new_build("A tip calculator"), "b")
        .unwrap();
    let id = started.workflow_id;
    run(&service, &id, State::Discovery, 1, Some("waiting"));
    understand(&service, &id, "first");
    let answer = say(&service, &id, "For restaurants");
    run(&service, &id, State::Discovery, answer.seq, Some("waiting"));
    understand(&service, &id, "second");
    say(&service, &id, "In euros");
    let before = load(&service, &id).workflow.revision;

    let anew = service.say_anew(&id, person(), &answer.id, "For taxis", "k").unwrap();
    assert_eq!(
        texts(&service, &id),
        (
            vec!["A tip calculator".to_owned(), "For taxis".to_owned()],
            vec!["For restaurants".to_owned(), "In euros".to_owned()]
        )
    );
    let row = load(&service, &id);
    assert_eq!(row.workflow.state, State::Discovery);
    assert_eq!(row.workflow.phases.discovery.as_ref().unwrap().summary, "first");
    let back = all(&service, &id)[1].taken_back.clone().unwrap();
    assert!(back.revision > before && back.rolled_back_to.is_none(), "{back:?}");
    let of = id.clone();
    let (read, transcript) = service
        .store()
        .read(move |db| {
            let transcript = role_runs::newest_transcript(db, &of, "discovery")?;
            Ok::<_, store::StoreError>((role_runs::read_up_to(db, &of)?, transcript))
        })
        .unwrap();
    assert_eq!(read, 1, "who had read the old words no longer counts");
    assert_eq!(transcript.unwrap(), "[\"read up to 1\"]");
    // The same click again says nothing twice.
    let again = service.say_anew(&id, person(), &answer.id, "For taxis", "k").unwrap();
    assert_eq!(again, anew);
    let history = service.get_workflow_history(&id).unwrap();
    assert!(history.chain_ok);
    let taken = history.events.iter().filter(|e| e.event_type == "talk_taken_back");
    assert_eq!(
        taken.map(|e| e.triggered_by.as_str()).collect::<Vec<_>>(),
        ["person:mira"]
    );
}

#[test]
fn from_the_plan_it_goes_back_to_where_it_was_said_and_the_plan_goes_too() {
    let service = service();
    let id = at(&service, State::Planning);
    let brief = all(&service, &id)[0].clone();
    let plan = serde_json::from_value(crate::support::result(State::Planning)).unwrap();
    let expected = load(&service, &id).workflow.plan_revision;
    let by = Actor::Role(Role::QAssistant);
    service
        .request(&id, Request::RevisePlan { by, expected, plan })
        .unwrap();
    let planned = load(&service, &id);
    let remark = say(&service, &id, "Two pages");

    // Said when the plan was there: only what came after it goes.
    service
        .say_anew(&id, person(), &remark.id, "Three pages", "k1")
        .unwrap();
    let row = load(&service, &id);
    assert_eq!(row.workflow.state, State::Planning);
    assert_eq!(row.workflow.phases, planned.workflow.phases);
    assert_eq!(row.workflow.plan_revision, planned.workflow.plan_revision);

    // The first words of all.
    service
        .say_anew(&id, person(), &brief.id, "A clock. With hands", "k2")
        .unwrap();
    let row = load(&service, &id);
    assert_eq!(
        (row.workflow.state, row.brief.as_str()),
        (State::Discovery, "A clock. With hands")
    );
    assert_eq!(row.title, "A clock");
    assert!(row.workflow.phases.discovery.is_none() && row.workflow.phases.planning.is_none());
    assert!(row.workflow.plan_revision > planned.workflow.plan_revision);
    assert_eq!(
        code(service.ready_to_build(
            &id,
            person(),
            planned.workflow.plan_revision,
            workflow::Checkpoint {
                commit: "c".to_owned(),
                tree: "t".to_owned()
            },
        )),
        "stale_state"
    );
    assert_eq!(texts(&service, &id).0, ["A clock. With hands"]);
    let revisions: Vec<_> = all(&service, &id)
        .iter()
        .filter_map(|m| m.taken_back.clone())
        .map(|b| b.revision)
        .collect();
    assert!(
        revisions.windows(2).any(|pair| pair[0] != pair[1]),
        "each time stands for itself: {revisions:?}"
    );
}

#[test]
fn a_run_that_had_read_the_old_words_writes_nothing_that_counts() {
    let service = service();
    let started = service
        .start_build_from_chat(new_build("A tip calculator"), "b")
        .unwrap();
    let id = started.workflow_id;
    let brief = all(&service, &id)[0].clone();
    let at_work = run(&service, &id, State::Discovery, brief.seq, None);
    service.say_anew(&id, person(), &brief.id, "A clock", "k").unwrap();
    let late = messages::NewMessage {
        id: store::new_id(),
        author: "q_assistant".to_owned(),
        text: "So, tips.".to_owned(),
        meaning: None,
        reasoning: String::new(),
        choices: Vec::new(),
        is_error: false,
        is_interrupted: false,
        is_reason: false,
        images: Vec::new(),
        files: Vec::new(),
        state: "discovery".to_owned(),
        run_id: Some(at_work.clone()),
    };
    service.post(&id, late).unwrap();
    assert_eq!(
        texts(&service, &id).0,
        ["A clock"],
        "what it says later goes with the rest"
    );
    let of = id.clone();
    let unread = service
        .store()
        .read(move |db| engine::service::nothing_unread(db, &of))
        .unwrap();
    assert!(!unread, "the new words wait to be read");
}

#[test]
fn pictures_and_files_stay_with_the_words() {
    let service = service();
    let started = service
        .start_build_from_chat(new_build("A tip calculator"), "b")
        .unwrap();
    let id = started.workflow_id;
    let shown = Shown {
        images: Vec::new(),
        files: vec![File {
            name: "rates.csv".to_owned(),
            text: "a,1".to_owned(),
        }],
    };
    let said = service.say(&id, "Use these", shown, "s").unwrap();
    let anew = service
        .say_anew(&id, person(), &said.id, "Use these rates", "k")
        .unwrap();
    assert_eq!(anew.files, said.files);
    let kept = all(&service, &id).last().unwrap().files.clone();
    assert_eq!((kept[0].name.as_str(), kept[0].bytes), ("rates.csv", 3));
}

#[test]
fn what_cannot_be_said_anew_is_refused_and_nothing_changes() {
    let service = service();
    let id = at(&service, State::Implementation);
    let brief = all(&service, &id)[0].clone();
    let anew = |message: &str, text: &str| service.say_anew(&id, person(), message, text, &store::new_id());
    assert_eq!(code(anew(&brief.id, "Other words")), "stale_state", "it is at work");
    assert_eq!(code(anew(&brief.id, "  ")), "invalid_input");
    assert_eq!(code(anew("nobody", "x")), "not_found");
    let steering = say(&service, &id, "Larger letters");
    advance(&service, &id).ok();
    // Back in the plan, after work that acted on what was said.
    service
        .request_retry(&id, person(), "Not like this", Some(State::Planning))
        .unwrap();
    let reason = all(&service, &id).last().unwrap().clone();
    let before = load(&service, &id);
    for message in [&brief, &steering, &reason] {
        assert_eq!(
            code(anew(&message.id, "Other words")),
            "invalid_input",
            "{}",
            message.text
        );
    }
    assert_eq!(load(&service, &id), before);
    assert!(texts(&service, &id).1.is_empty());
    // The talk that goes on now is another matter.
    let talk = say(&service, &id, "With a dark theme");
    anew(&talk.id, "With a light theme").unwrap();
    assert_eq!(code(anew(&talk.id, "Once more")), "invalid_input", "it was taken back");
}
