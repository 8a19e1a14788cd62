//! A person finds a build, and what was said in one, by the keyboard; reads a history, verifies it and takes it along.

use std::process::Command;

use thirtyfour::prelude::*;

use crate::support::TIP_CALCULATOR;
use crate::support::filled::{self, build, say, waiting_build};
use crate::support::program::{Home, shown};
use crate::support::window::Window;

const FIELD: &str = "[data-testid=search-field]";

async fn accessible(window: &Window) {
    let violations = window.accessibility_violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
    let faults = window.layout_faults().await;
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A picture in each theme, and what axe says of both.
async fn in_both_themes(window: &mut Window, name: &str) {
    window.picture(name).await;
    accessible(window).await;
    window.run("document.documentElement.dataset.theme = 'dark'").await;
    window.picture(&format!("{name}-dark")).await;
    accessible(window).await;
    window.run("document.documentElement.dataset.theme = 'light'").await;
}

async fn press(window: &Window, keys: impl IntoIterator<Item = Key>, letter: &str) {
    let page = window.driver.find(By::Css("body")).await.unwrap();
    let mut typed = TypingData::from("");
    for key in keys {
        typed = typed + key;
    }
    page.send_keys(typed + letter).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_is_found_and_shown_where_it_was_said() {
    let home = tempfile::tempdir().unwrap();
    let (calculator, sought) = {
        let store = filled::database(home.path());
        let calculator = build(
            &store,
            "trinkgeld",
            "Trinkgeldrechner",
            "Ein Rechner für Trinkgeld, auf dem Telefon",
        );
        let renamer = build(
            &store,
            "photos",
            "Photo renamer",
            "Renames photos by the date they were taken",
        );
        waiting_build(&store, "photos", "Album as a page");
        for turn in 0..60 {
            let (author, text) = match turn % 3 {
                0 => (
                    "you",
                    format!("And what happens to the {turn} cents that are left over?"),
                ),
                1 => (
                    "q_assistant",
                    format!("They go to the first guest.\n\n- step **{turn}**\n- and `round_up()` is tested"),
                ),
                _ => (
                    "code_writer",
                    format!("I wrote `src/split_{turn}.ts`, which rounds every share up."),
                ),
            };
            say(&store, &calculator, author, &text);
        }
        let sought = say(
            &store,
            &calculator,
            "test_auditor",
            "The <b>Quittungsdrucker</b> prints nothing when the bill is zero.",
        );
        for turn in 0..60 {
            say(
                &store,
                &calculator,
                "code_writer",
                &format!("Step {turn} is done, and the page shows it."),
            );
        }
        say(&store, &renamer, "you", "Never lose a photo, and never overwrite one.");
        (calculator, sought)
    };
    let mut window = Window::open_in("search", home).await;
    window.resize(1280, 800).await;
    window.see(&format!("[data-testid=build-row-{calculator}]")).await;
    press(&window, [Key::Control, Key::Shift], "f").await;
    window.see(FIELD).await;
    in_both_themes(&mut window, "begin").await;

    window.type_into(FIELD, "rechn").await;
    window
        .see(&format!("[data-testid=found-build-{calculator}] mark"))
        .await;
    in_both_themes(&mut window, "a-build").await;

    window.retype(FIELD, "rounds share").await;
    window.see("[data-testid^=found-message]").await;
    in_both_themes(&mut window, "what-was-said").await;

    // A part of a word, in the middle of a long conversation.
    window.retype(FIELD, "tungsdruck").await;
    let hit = format!("[data-testid=found-message-{sought}]");
    window.says(&format!("{hit} mark"), "tungsdruck").await;
    assert!(
        window.text(&hit).await.contains("The <b>Quittungsdrucker</b> prints"),
        "text is text"
    );
    window.see(FIELD).await.send_keys(Key::Enter + "").await.unwrap();
    let message = format!("[data-message=\"{sought}\"]");
    window.see(&message).await;
    window.picture("where-it-was-said").await;
    let place = format!(
        "const box = document.querySelector('{message}').getBoundingClientRect(); return `${{box.top > 0 && box.bottom < innerHeight}}`;"
    );
    assert_eq!(window.run(&place).await, "true", "it is in sight");
    accessible(&window).await;

    window.retype(FIELD, "\"NEAR(* 💥 nowhere").await;
    window.see("[data-testid=nothing-found]").await;
    in_both_themes(&mut window, "nothing").await;
    window.see(FIELD).await.send_keys(Key::Escape + "").await.unwrap();
    window.gone(FIELD).await;

    window.click("[data-testid=group-by-project]").await;
    window.says("[data-testid=builds]", "trinkgeld").await;
    in_both_themes(&mut window, "by-project").await;
    window.resize(900, 600).await;
    press(&window, [Key::Control, Key::Shift], "f").await;
    window.type_into(FIELD, "overwrite").await;
    window.see("[data-testid^=found-message]").await;
    window.picture("small").await;
    accessible(&window).await;
    window.see(FIELD).await.send_keys(Key::Enter + "").await.unwrap();
    window.gone(FIELD).await;
    window.picture("small-found").await;
    window.resize(1280, 800).await;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    let home = window.close().await;
    let window = Window::open_in("search-again", home).await;
    window.see("[data-testid=group-by-project][aria-pressed=true]").await;
}

/// The time between two frames while something goes on.
const WATCH: &str = "
    const gaps = []; let last = performance.now(), on = true;
    const frame = (now) => { gaps.push(now - last); last = now; if (on) requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
    window.watched = () => {
        on = false;
        const sorted = gaps.slice(2).sort((a, b) => a - b);
        const at = (part) => Math.round(sorted[Math.floor((sorted.length - 1) * part)]);
        return `${gaps.length} frames, of ${at(0.5)} ms in the middle, one in a hundred of ${at(0.99)} ms, the longest of ${at(1)} ms`;
    };
";

/// Scrolls a list from its top to its end and back, a good piece each frame.
async fn scroll(window: &Window, list: &str) -> String {
    window.run(WATCH).await;
    let script = format!(
        "const done = arguments[0], list = document.querySelector('{list}'); let step = 0; const ahead = () => {{ \
         const way = step / 90; list.scrollTop = (list.scrollHeight - list.clientHeight) * (way < 1 ? way : 2 - way); \
         if (++step > 180) done(); else requestAnimationFrame(ahead); }}; ahead();"
    );
    window.driver.execute_async(script, Vec::new()).await.unwrap();
    window.run("return window.watched()").await
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_builds_and_thousands_of_events_are_no_burden() {
    let home = tempfile::tempdir().unwrap();
    let long = {
        let store = filled::database(home.path());
        for number in 0..499 {
            let id = build(
                &store,
                &format!("project-{}", number % 25),
                &format!("Build number {number}"),
                "A page",
            );
            say(
                &store,
                &id,
                "q_assistant",
                &format!("What should page {number} show when nothing was entered?"),
            );
        }
        let long = build(&store, "history", "A long history", "A page");
        filled::many_events(&store, &long, 5_000);
        long
    };
    let mut window = Window::open_in("many-builds", home).await;
    window.resize(1280, 800).await;
    window.see(&format!("[data-testid=build-row-{long}]")).await;
    let drawn = window.count("[data-testid^=build-row]").await;
    assert!(drawn < 60, "{drawn} rows are drawn of 500");
    let frames = scroll(&window, "[data-testid=builds]").await;
    println!("500 builds, {drawn} rows drawn, scrolled: {frames}");
    window.picture("list").await;
    // From the last letter to what was found, the pause for the fingers and the driver's own time with it.
    window.click("[data-testid=search]").await;
    let begun = std::time::Instant::now();
    window.type_into(FIELD, "number 431").await;
    window.says("[data-testid^=found-build] mark", "number").await;
    println!("\"number 431\" typed and found in {} ms", begun.elapsed().as_millis());
    assert_eq!(window.count("[data-testid^=found-build]").await, 1);
    window.retype(FIELD, "entered").await;
    window.says("[data-testid=found] [role=listbox]", "50 of 499").await;
    window.picture("found").await;
    accessible(&window).await;
    window.see(FIELD).await.send_keys(Key::Escape + "").await.unwrap();

    window.click(&format!("[data-testid=build-row-{long}]")).await;
    let opened = std::time::Instant::now();
    window.click("[data-testid=tab-timeline]").await;
    window.see("[data-testid=timeline-row]").await;
    println!(
        "5,001 events opened in {} ms, the driver's own time with it",
        opened.elapsed().as_millis()
    );
    let drawn = window.count("[data-testid=timeline-row]").await;
    assert!(drawn < 80, "{drawn} events are drawn of 5,001");
    let frames = scroll(&window, "[data-testid=events]").await;
    println!("5,001 events, {drawn} drawn, scrolled: {frames}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_is_read_verified_and_taken_along() {
    let home = tokio::task::spawn_blocking(|| {
        let home = Home::new();
        let built = home.build(&home.path().join("tips"), TIP_CALCULATOR);
        assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
        home.hand_over()
    })
    .await
    .unwrap();
    let files = home.path().join("files");
    std::fs::create_dir(&files).unwrap();
    let into = ("Q_ASSISTANT_SAVE_INTO", files.to_string_lossy().into_owned());
    let mut window = Window::open_with("history", home, &[into]).await;
    window.resize(1280, 800).await;
    window.click("[data-testid^=build-row]").await;
    window.click("[data-testid=tab-timeline]").await;
    window.see("[data-testid=timeline-row]").await;
    in_both_themes(&mut window, "timeline").await;
    window.click("[data-testid=show-handoff]").await;
    window.gone("[data-testid=timeline-row][data-kind=work]").await;
    window.see("[data-testid=timeline-row][data-kind=handoff]").await;
    window
        .run("document.querySelector('[data-testid=timeline-row] button').click()")
        .await;
    in_both_themes(&mut window, "handoffs").await;
    window.click("[data-testid=show-handoff]").await;

    window.click("[data-testid=verify-history]").await;
    window.says("[data-testid=chain]", "as they were written").await;
    in_both_themes(&mut window, "whole").await;

    for format in ["html", "markdown", "json"] {
        window.click("[data-testid=take-along]").await;
        if format == "html" {
            in_both_themes(&mut window, "export").await;
        }
        window.click(&format!("[data-testid=save-{format}]")).await;
        let ending = if format == "markdown" { "md" } else { format };
        window
            .says("[data-testid=taken-along]", &format!("-history.{ending}"))
            .await;
    }
    window.picture("saved").await;
    let mut saved: Vec<_> = std::fs::read_dir(&files)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    saved.sort();
    assert_eq!(saved.len(), 3, "{saved:?}");
    let verified = Command::new(env!("CARGO_BIN_EXE_q-assistant"))
        .arg("verify")
        .arg(&saved[1])
        .output()
        .unwrap();
    assert!(verified.status.success(), "{saved:?}");

    // Somebody writes to the database behind the program's back.
    let database = rusqlite::Connection::open(window.home().join("data/q-assistant.db")).unwrap();
    database
        .execute_batch("DROP TRIGGER workflow_events_never_change; UPDATE workflow_events SET triggered_by = 'person:eve' WHERE seq = 9;")
        .unwrap();
    window.click("[data-testid=verify-history]").await;
    window.says("[data-testid=chain-broken]", "Event 9 was changed").await;
    in_both_themes(&mut window, "broken").await;
    window.resize(900, 600).await;
    window.picture("broken-small").await;
    accessible(&window).await;

    // The page by itself, in both schemes and as it is printed.
    let page = saved
        .iter()
        .find(|file| file.extension().is_some_and(|ending| ending == "html"))
        .unwrap();
    std::fs::copy(
        page,
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("test-output/history/report.html"),
    )
    .unwrap();
}
