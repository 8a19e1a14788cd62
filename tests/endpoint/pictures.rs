//! Pictures that the person shows: to a model that sees, and to one that does not.

use super::*;

const RED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/red.png");

/// The requests that carry a picture, by their place in the order.
fn with_pictures(server: &ModelServer) -> Vec<usize> {
    let asked = server.asked();
    let shows = |request: &Value| request.to_string().contains("data:image/png;base64,iVBOR");
    (0..asked.len()).filter(|at| shows(&asked[*at])).collect()
}

fn building_with_picture(home: &Home, picture: &str) -> std::process::Output {
    building_in(home).args(["--image", picture]).output().unwrap()
}

#[test]
fn a_picture_reaches_who_has_to_look_at_it_and_comes_back_in_a_replay() {
    let server = ModelServer::start(whole_script());
    let home = Home::new();
    connect(&home, &server);
    let built = building_with_picture(&home, RED);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    // The talk and the plan (three turns), Code Writer (four), Verification Overseer (two).
    assert_eq!(with_pictures(&server), [0, 1, 2, 3, 4, 5, 6, 9, 10]);
    let recording = home.json(&["recording"]).to_string();
    assert!(
        recording.contains("image/png") && !recording.contains("iVBOR"),
        "its name is recorded, not its bytes"
    );
    drop(server);
    let replayed = home.run(&["replay"]);
    assert!(
        shown(&replayed).contains("Every request was the one that was recorded"),
        "{}",
        shown(&replayed)
    );
}

#[test]
fn a_model_that_takes_no_pictures_goes_on_without_them_and_the_person_hears_it() {
    let mut script = whole_script();
    script.insert(0, Say::Status(400));
    script.insert(4, Say::Status(400));
    script.insert(9, Say::Status(400));
    let server = ModelServer::start(script);
    let home = Home::new();
    connect(&home, &server);
    let built = building_with_picture(&home, RED);
    assert!(
        shown(&built).contains("did not take what you showed"),
        "{}",
        shown(&built)
    );
    let asked = server.asked();
    assert!(asked[0].to_string().contains("iVBOR") && !asked[1].to_string().contains("iVBOR"));
    assert!(asked[1].to_string().contains("which you cannot see"), "{}", asked[1]);
}

#[test]
fn what_is_no_picture_is_refused_before_anything_is_built() {
    let home = Home::new();
    let server = ModelServer::start(Vec::new());
    connect(&home, &server);
    let text = home.path().join("picture.png");
    std::fs::write(&text, "<svg onload=alert(1)>").unwrap();
    let refused = building_with_picture(&home, &text.to_string_lossy());
    assert_eq!(refused.status.code(), Some(2), "{}", shown(&refused));
    assert!(
        shown(&refused).contains("no picture that models take"),
        "{}",
        shown(&refused)
    );
    std::fs::write(&text, vec![0x89; 6 * 1024 * 1024]).unwrap();
    let refused = building_with_picture(&home, &text.to_string_lossy());
    assert!(shown(&refused).contains("more than the 5 MB"), "{}", shown(&refused));
}
