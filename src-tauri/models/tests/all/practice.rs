//! The practice model says what it is, and pretends nothing.

use models::{Message, Model, ModelError, Pace, PracticeModel, Task, TurnRequest, sample_of, samples};
use tokio::sync::mpsc::unbounded_channel;
use tokio_util::sync::CancellationToken;

fn asked(brief: &str) -> TurnRequest {
    TurnRequest {
        system: String::new(),
        messages: vec![Message::user(brief)],
        tools: Vec::new(),
        task: Task {
            brief: brief.to_owned(),
            ..Task::default()
        },
    }
}

#[tokio::test]
async fn another_brief_is_not_understood_and_it_says_so() {
    let (deltas, mut heard) = unbounded_channel();
    let cancel = CancellationToken::new();
    let error = PracticeModel::new(Pace::Instant)
        .turn(&asked("A space shooter"), &deltas, &cancel)
        .await
        .unwrap_err();
    assert!(matches!(error, ModelError::NotASample), "{error:?}");
    assert!(error.to_string().to_lowercase().contains("practice model"), "{error}");
    assert!(heard.try_recv().is_err(), "nothing was said as if it were understood");
}

#[test]
fn a_sample_is_known_however_it_is_typed() {
    for sample in samples() {
        let typed = format!(
            "  {}  ",
            sample.brief.trim_end_matches('.').to_uppercase().replace(' ', "\n ")
        );
        assert_eq!(sample_of(&typed).map(|found| found.id), Some(sample.id), "{typed}");
    }
    assert!(sample_of("tip").is_none());
    assert!(sample_of("").is_none());
}

#[tokio::test]
async fn the_same_question_has_the_same_answer() {
    let model = PracticeModel::new(Pace::Instant);
    let (deltas, _heard) = unbounded_channel();
    let cancel = CancellationToken::new();
    for sample in samples() {
        let first = model.turn(&asked(sample.brief), &deltas, &cancel).await;
        let second = model.turn(&asked(sample.brief), &deltas, &cancel).await;
        assert_eq!(format!("{first:?}"), format!("{second:?}"));
    }
}

/// What a role of a sample is asked after its tools answered.
fn after(sample: &str, phase: &str, attempt: u32, answered: &[(&str, &str, bool)]) -> TurnRequest {
    let sample = samples().iter().find(|known| known.id == sample).unwrap();
    let mut messages = vec![
        Message::user("Your assignment."),
        Message::Assistant {
            text: String::new(),
            tool_calls: Vec::new(),
            replay: None,
        },
    ];
    messages.extend(answered.iter().map(|(name, content, is_error)| Message::ToolResult {
        call_id: "1".to_owned(),
        name: (*name).to_owned(),
        content: (*content).to_owned(),
        is_error: *is_error,
    }));
    TurnRequest {
        messages,
        task: Task {
            brief: sample.brief.to_owned(),
            role: "test_auditor".to_owned(),
            phase: phase.to_owned(),
            attempt,
            ..Task::default()
        },
        ..asked(sample.brief)
    }
}

async fn answer(request: &TurnRequest) -> Result<models::Turn, ModelError> {
    let (deltas, _heard) = unbounded_channel();
    PracticeModel::new(Pace::Instant)
        .turn(request, &deltas, &CancellationToken::new())
        .await
}

#[tokio::test]
async fn it_answers_to_what_the_tools_said_and_not_to_what_was_to_be_expected() {
    let tests = |said: &'static str, failed: bool| after("photo_renamer", "testing", 1, &[("run_tests", said, failed)]);
    let called = |turn: models::Turn| {
        turn.tool_calls
            .first()
            .map(|call| call.name.clone())
            .unwrap_or_default()
    };
    let failing = tests("exit code 1; 9 run, 8 passed, 1 failed\nmore", true);
    assert_eq!(called(answer(&failing).await.unwrap()), "send_back");
    let passing = tests("exit code 0; 7 run, 7 passed, 0 failed", false);
    assert_eq!(called(answer(&passing).await.unwrap()), "finish_phase");
    let missing = tests("python3 is not installed.", true);
    let error = answer(&missing).await.unwrap_err().to_string();
    assert!(error.contains("python3 is not installed"), "{error}");
}
