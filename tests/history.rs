//! A build's history is taken along, and what was taken along is verified where nothing else of the build is.

use std::path::PathBuf;

use crate::support::TIP_CALCULATOR;
use crate::support::program::{Home, shown};

#[test]
fn a_history_is_exported_in_three_forms_and_a_touched_one_is_found_out() {
    let home = Home::new();
    let built = home.build(&home.path().join("tips"), TIP_CALCULATOR);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let export = |format: &str| -> (String, PathBuf) {
        let output = home.run(&["report", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        let file = home.path().join(format!("history.{format}"));
        std::fs::write(&file, &output.stdout).unwrap();
        (String::from_utf8(output.stdout).unwrap(), file)
    };
    let (page, page_file) = export("html");
    let (document, _) = export("markdown");
    let (json, file) = export("json");
    let events = home.json(&["history", "--json"])["events"].as_array().unwrap().clone();
    for text in [&page, &document] {
        for needed in [
            "What was built",
            "Test Auditor",
            "approved",
            " passed",
            "plan revision",
            "Live",
        ] {
            assert!(text.contains(needed), "{needed}\n{text}");
        }
        for event in &events {
            assert!(text.contains(event["hash"].as_str().unwrap()), "every event is in it");
        }
    }
    assert!(
        !page.contains("<script") && !page.contains("<link"),
        "one file, and no script"
    );

    // A machine that knows nothing of the build.
    let elsewhere = Home::new();
    let verify = |file: &std::path::Path| elsewhere.run(&["verify", file.to_str().unwrap()]);
    let whole = verify(&file);
    let said = String::from_utf8_lossy(&whole.stdout).into_owned();
    assert_eq!(whole.status.code(), Some(0), "{}", shown(&whole));
    assert!(said.contains(&format!("All {} events", events.len())), "{said}");
    assert!(
        said.contains(events.last().unwrap()["hash"].as_str().unwrap()),
        "{said}"
    );

    for (from, to, expected) in [
        (
            "\"decision\": \"approved\"",
            "\"decision\": \"rejected\"",
            "its events say approved",
        ),
        ("tip", "tap", "was changed after it was written"),
    ] {
        let touched = home.path().join("touched.json");
        std::fs::write(&touched, json.replacen(from, to, 40)).unwrap();
        let found = verify(&touched);
        assert_eq!(found.status.code(), Some(1), "{}", shown(&found));
        let said = String::from_utf8_lossy(&found.stdout).into_owned();
        assert!(said.contains(expected), "{said}");
    }
    let other = verify(&page_file);
    assert_eq!(other.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&other.stderr).contains("not a history"),
        "{}",
        shown(&other)
    );
    let gone = verify(&home.path().join("nowhere.json"));
    assert_eq!(gone.status.code(), Some(1), "{}", shown(&gone));
}
