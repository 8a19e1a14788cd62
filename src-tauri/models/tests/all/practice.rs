//! The practice model says what it is, and pretends nothing.

use models::{Message, Model, ModelError, Pace, PracticeModel, Task, TurnRequest, sample_of, samples};
use tokio::sync::mpsc::unbounded_channel;
use tokio_util::sync::CancellationToken;

fn asked(brief: &str) -> TurnRequest {
    TurnRequest {
        system: String::new(),
        messages: vec![Message::User { text: brief.to_owned() }],
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
    assert_eq!(sample_of("tip"), None);
    assert_eq!(sample_of(""), None);
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
