//! Q Assistant beside the work: it says what it thinks of a handoff. How it answers while others work is seen in the window.

use super::*;
use crate::support::model_server::REMARK;

fn said(home: &Home, author: &str, words: &str) -> i64 {
    let count = format!("SELECT count(*) FROM messages WHERE author = '{author}' AND text LIKE '%' || ?1 || '%'");
    home.rows(&count, words)
}

#[test]
fn a_handoff_that_waits_carries_what_q_assistant_thinks_and_waits_all_the_same() {
    let server = ModelServer::start(whole_script());
    let home = Home::new();
    connect(&home, &server);
    let waits = building_with(&home, "release").output().unwrap();
    assert_eq!(waits.status.code(), Some(1), "{}", shown(&waits));
    assert!(shown(&waits).contains(REMARK), "{}", shown(&waits));
    assert_eq!(home.json(&["status", "--json"])["status"], "awaiting_approval");
    assert_eq!(
        said(&home, "q_assistant", "I would approve it"),
        0,
        "it stands on the card, not in the talk"
    );
    let built = home.run(&["resume", "--approve", "all"]);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
}
