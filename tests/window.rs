//! A person builds each sample in the real window: types, reads the plan, clicks Ready to Build, approves, and opens what is live.

use std::path::{Path, PathBuf};

use crate::support::model_server::{ModelServer, Say, turn};
use crate::support::program::{get, git};
use crate::support::window::{Notifications, Window};
use crate::support::{FIX_A_BUG, PHOTO_RENAMER, TIP_CALCULATOR};

/// From the brief to the plan: answers what Q Assistant asks.
pub async fn talk(window: &mut Window, brief: &str) {
    window.see("[data-testid=composer]").await;
    window.picture("first").await;
    window.type_into("[data-testid=composer]", brief).await;
    window.click("[data-testid=start-build]").await;
    let ended = async {
        loop {
            if window.find("[data-testid=read-plan]").await.is_some() {
                return;
            }
            if let Some(reply) = window.find("[data-testid=quick-reply-0]").await {
                let _ = reply.click().await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(80)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), ended)
        .await
        .expect("a plan within a minute");
    window.picture("plan-ready").await;
    window.click("[data-testid=read-plan]").await;
    window.see("[data-testid=ready-to-build]").await;
    window.picture("plan").await;
    accessible(window).await;
}

/// WCAG 2.2 AA, as far as a program can tell.
pub async fn accessible(window: &Window) {
    let violations = window.accessibility_violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
}

/// Ready to Build, and on to the end.
pub async fn build(window: &mut Window) -> u32 {
    window.click("[data-testid=ready-to-build]").await;
    approve_until_live(window).await
}

/// Approves every handoff as it comes. Returns how many were asked.
pub async fn approve_until_live(window: &mut Window) -> u32 {
    let mut approved = 0;
    let ended = async {
        loop {
            if window.find("[data-testid=complete-page]").await.is_some() {
                return;
            }
            assert!(
                window.find("[data-testid=standstill]").await.is_none(),
                "{}",
                window.text("[data-testid=standstill]").await
            );
            if window.find("[data-testid=handoff-card]").await.is_some() {
                approved += 1;
                window.picture(&format!("handoff-{approved}")).await;
                let card = window.text("[data-testid=handoff-card] h2 span").await;
                window.click("[data-testid=approve-handoff]").await;
                // The card goes; the next one, if there is one, is another.
                while window.text_now("[data-testid=handoff-card] h2 span").await.as_deref() == Some(card.as_str()) {
                    tokio::time::sleep(std::time::Duration::from_millis(60)).await;
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(80)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(120), ended)
        .await
        .expect("live within two minutes");
    window.in_sight("[data-testid=complete-page]").await;
    window.picture("live").await;
    accessible(window).await;
    approved
}

async fn look_at_everything(window: &mut Window) {
    window.click("[data-testid=tab-work]").await;
    window.see("[data-testid=show-told]").await;
    // The newest one, which is in sight: the list keeps to its end.
    window
        .run("[...document.querySelectorAll('[data-testid=show-told]')].at(-1).click()")
        .await;
    assert!(window.text("[data-testid=told]").await.contains("## Purpose"));
    window.picture("told").await;
    accessible(window).await;
    window.press_escape().await;
    window.gone("[data-testid=told]").await;
    for tab in ["work", "changes", "tests", "checks", "release", "timeline"] {
        window.click(&format!("[data-testid=tab-{tab}]")).await;
        window.picture(tab).await;
        accessible(window).await;
    }
}

fn only_build(window: &Window) -> PathBuf {
    let builds: Vec<_> = std::fs::read_dir(window.home().join("Builds"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(builds.len(), 1, "one build is one folder: {builds:?}");
    builds.into_iter().next().unwrap()
}

fn files(project: &Path) -> Vec<String> {
    git(project, &["ls-files"]).lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tip_calculator_ends_as_a_page_that_answers() {
    let told = Notifications::listen();
    let mut window = Window::open("tip-calculator").await;
    talk(&mut window, TIP_CALCULATOR).await;
    assert_eq!(build(&mut window).await, 3, "every handoff after Ready to Build asks");
    let url = window
        .see("[data-testid=live-link]")
        .await
        .attr("data-url")
        .await
        .unwrap()
        .unwrap();
    told.hear("Your build is live!").await;
    told.hear(&url).await;
    let (status, body) = get(&url).expect("the link answers");
    assert_eq!(status, 200);
    assert!(body.to_lowercase().contains("tip"), "{body}");
    let project = only_build(&window);
    assert!(
        files(&project).iter().any(|file| file.ends_with("index.html")),
        "{:?}",
        files(&project)
    );
    assert!(git(&project, &["tag"]).starts_with("q-"), "the release is tagged");
    look_at_everything(&mut window).await;
    window.click("[data-testid=tab-tests]").await;
    window.see("[data-testid=test-run][data-passed=true]").await;
    window.click("[data-testid=tab-timeline]").await;
    window.click("[data-testid=verify-history]").await;
    assert!(window.text("[data-testid=chain]").await.starts_with("All "));
    window.click("[data-testid=settings]").await;
    let theme = window.see("[data-testid=theme-select]").await;
    theme.send_keys("Dark").await.unwrap();
    window.see("html[data-theme=dark]").await;
    window.picture("settings-dark").await;
    accessible(&window).await;
    window.click("[data-testid^=build-row]").await;
    window.see("[data-testid=complete-page]").await;
    window.picture("live-dark").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_renamer_is_sent_back_once_and_then_released() {
    let mut window = Window::open("photo-renamer").await;
    talk(&mut window, PHOTO_RENAMER).await;
    build(&mut window).await;
    assert!(
        window
            .text("[data-testid=rail-testing]")
            .await
            .contains("sent back 1 of 3")
    );
    let project = only_build(&window);
    assert!(
        files(&project).iter().any(|file| file.ends_with(".py")),
        "{:?}",
        files(&project)
    );
    window.click("[data-testid=tab-tests]").await;
    window.see("[data-testid=test-run][data-passed=true]").await;
    crate::views::choose_the_run_that_failed(&window).await;
    window.picture("tests").await;
    window.click("[data-testid=more]").await;
    window.click("[data-testid=go-through-again]").await;
    window.picture("go-through-again").await;
    window.click("[data-testid=start-again]").await;
    let outcome = window.text("[data-testid=again]").await;
    assert!(outcome.contains("It came out the same"), "{outcome}");
    window.picture("came-out-the-same").await;
    accessible(&window).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bug_in_an_existing_library_is_fixed() {
    let mut window = Window::open("fix-a-bug").await;
    // The smallest that the window goes, in the dark.
    window.resize(900, 600).await;
    window.click("[data-testid=settings]").await;
    window.type_into("[data-testid=theme-select]", "Dark").await;
    window.see("html[data-theme=dark]").await;
    window.picture("settings").await;
    window.click("[data-testid=new-build]").await;
    talk(&mut window, FIX_A_BUG).await;
    build(&mut window).await;
    let project = only_build(&window);
    window.fits().await;
    let fixed = std::fs::read_to_string(project.join("src/slugify.js")).unwrap();
    assert!(fixed.contains("normalize"), "{fixed}");
    look_at_everything(&mut window).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_and_where_it_was_survive_the_window() {
    let window = Window::open("reopened").await;
    let idea = "A clock that shows the time of three cities";
    window.type_into("[data-testid=composer]", idea).await;
    // It is written a moment after the last key.
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    let home = window.close().await;
    let mut window = Window::open_in("reopened", home).await;
    window.wait_for_value("[data-testid=composer]", idea).await;
    window.picture("draft-is-back").await;
    // An idea that the practice model cannot build is kept, and the way on is shown.
    window.click("[data-testid=start-build]").await;
    let said = window.text("[data-testid=standstill]").await;
    assert!(said.to_lowercase().contains("practice model"), "{said}");
    assert_eq!(window.count("[data-testid^=build-row]").await, 1);
    window.picture("not-a-sample").await;
    accessible(&window).await;
    assert_eq!(
        window.count("[data-message]").await,
        1,
        "why it stands still is said by its card, and not a second time"
    );
    // It leads to where one is connected, and from there back to the build, which goes on.
    let mut script = vec![
        turn("I am here.", &[("note", serde_json::json!({"word": "ready"}))]),
        turn("Red.", &[]),
    ];
    script.extend(crate::endpoint::talking());
    let server = tokio::task::spawn_blocking(|| ModelServer::start(script))
        .await
        .unwrap();
    window.click("[data-testid=standstill-action]").await;
    window
        .type_into("[data-testid=model-kind]", "OpenAI-compatible server")
        .await;
    window
        .type_into("[data-testid=model-base-url]", &server.base_url())
        .await;
    window.type_into("[data-testid=model-model]", "scripted-1").await;
    window.type_into("[data-testid=model-name]", "Scripted").await;
    window.click("[data-testid=model-save]").await;
    window.says("[data-testid=done]", "Scripted is connected.").await;
    window.picture("connected").await;
    accessible(&window).await;
    window.click("[data-testid=done-action]").await;
    window.see("[data-testid=quick-reply-0]").await;
    assert_eq!(window.count("[data-testid=standstill]").await, 0);
    window.picture("goes-on").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_cannot_be_used_is_said_and_opened_once_it_can() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(
        data.join("q-assistant.db"),
        "Not a database at all, whatever its name says.".repeat(100),
    )
    .unwrap();
    let mut window = Window::open_in("data-problem", home).await;
    window.see("[data-testid=open-again]").await;
    window.picture("damaged").await;
    accessible(&window).await;
    window.click("[data-testid=open-again]").await;
    window.see("[data-testid=open-again]").await;
    let kept = std::fs::read(data.join("q-assistant.db")).unwrap();
    assert!(kept.starts_with(b"Not a database"), "it is left alone");
    std::fs::rename(data.join("q-assistant.db"), data.join("aside.db")).unwrap();
    window.click("[data-testid=open-again]").await;
    window.see("[data-testid=composer]").await;
    talk(&mut window, TIP_CALCULATOR).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_window_goes_on_where_it_was() {
    let mut window = Window::open("killed").await;
    talk(&mut window, TIP_CALCULATOR).await;
    window.click("[data-testid=ready-to-build]").await;
    // In the middle of Code Writer's work.
    window
        .see("[data-testid=rail-implementation][data-standing=current]")
        .await;
    let home = window.kill();
    let window = Window::open_in("killed", home).await;
    let card = window.text("[data-testid=handoff-card] h2 span").await;
    assert!(card.contains("Code Writer hands over"), "{card}");
    // With the approval open.
    let home = window.kill();
    let mut window = Window::open_in("killed", home).await;
    assert_eq!(
        window.text("[data-testid=handoff-card] h2 span").await,
        card,
        "it is still asked"
    );
    window.picture("asked-again").await;
    assert_eq!(approve_until_live(&mut window).await, 3);
    let url = window
        .see("[data-testid=live-link]")
        .await
        .attr("data-url")
        .await
        .unwrap()
        .unwrap();
    // What is live stays live without the window.
    let home = window.kill();
    assert_eq!(get(&url).expect("the page answers").0, 200);
    drop(Window::open_in("killed", home).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_sends_back_stops_rolls_back_and_takes_that_back() {
    let mut window = Window::open("steering").await;
    talk(&mut window, TIP_CALCULATOR).await;
    window.see("[data-testid=ready-to-build]:not([disabled])").await;
    // The same click three times, quicker than any answer.
    let thrice = "const button = document.querySelector('[data-testid=ready-to-build]'); for (let n = 0; n < 3; n++) button.click();";
    window.run(thrice).await;
    window.see("[data-testid=request-changes]").await;
    assert_eq!(window.count("[data-testid=error-notice]").await, 0);
    let begun = "SELECT count(*) FROM workflow_handoffs WHERE to_state = ?1";
    assert_eq!(window.rows(begun, "handoff_to_coder"), 1, "one click is one beginning");
    window.click("[data-testid=request-changes]").await;
    window
        .type_into("[data-testid=request-changes-reason]", "The page needs a larger total")
        .await;
    window.picture("request-changes").await;
    accessible(&window).await;
    window.click("[data-testid=request-changes-confirm]").await;
    window
        .see("[data-testid=rail-implementation][data-standing=current]")
        .await;
    window.click("[data-testid=pause]").await;
    window.see("[data-testid=standstill]").await;
    assert!(
        window
            .text("ol[aria-label=Conversation]")
            .await
            .contains("The page needs a larger total"),
        "what was asked for is kept where it can be read"
    );
    window.picture("paused").await;
    accessible(&window).await;
    window.click("[data-testid=tab-tests]").await;
    window.click("[data-testid=change-test-command]").await;
    window
        .type_into("[data-testid=test-command]", "npm test --silent && true")
        .await;
    window.picture("test-command").await;
    accessible(&window).await;
    window.click("[data-testid=save-test-command]").await;
    window.see("[data-testid=change-test-command]").await;
    assert!(window.text("#view").await.contains("npm test --silent && true"));
    window.picture("test-command-set").await;
    window.click("[data-testid=tab-conversation]").await;
    window.click("[data-testid=resume]").await;
    window.gone("[data-testid=standstill]").await;
    approve_until_live(&mut window).await;
    let url = window
        .see("[data-testid=live-link]")
        .await
        .attr("data-url")
        .await
        .unwrap()
        .unwrap();
    window.click("[data-testid=rail-testing] button").await;
    window.picture("phase").await;
    window.click("[data-testid=roll-back-testing]").await;
    window.see("[data-testid=confirm-rollback]:not([disabled])").await;
    window.picture("rollback").await;
    accessible(&window).await;
    window.click("[data-testid=confirm-rollback]").await;
    window.see("[data-testid=rail-testing][data-standing=waiting]").await;
    let project = only_build(&window);
    let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while get(&url).is_some() || !git(&project, &["tag"]).is_empty() {
        assert!(std::time::Instant::now() < end, "the release is not taken back");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let taken_back = window.text("[data-testid=taken-back] button").await;
    assert!(taken_back.contains("Rolled back to Testing"), "{taken_back}");
    window.picture("rolled-back").await;
    accessible(&window).await;
    window.click("[data-testid=undo-rollback]").await;
    window.see("[data-testid=live-link]").await;
    window.gone("[data-testid=taken-back]").await;
    window.click("[data-testid=rail-testing] button").await;
    window.click("[data-testid=roll-back-testing]").await;
    window.see("[data-testid=confirm-rollback]:not([disabled])").await;
    window.click("[data-testid=confirm-rollback]").await;
    window.click("[data-testid=resume]").await;
    window.gone("[data-testid=standstill]").await;
    approve_until_live(&mut window).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_connected_and_builds_what_the_practice_model_cannot() {
    let mut script = crate::endpoint::whole_script();
    // What connecting asks first: a tool, and the colour of a picture.
    script.insert(0, turn("I am here.", &[("note", serde_json::json!({"word": "ready"}))]));
    script.insert(1, turn("Red.", &[]));
    script.insert(5, turn("They do.", &[]));
    // Code Writer's first turn begins and never ends; the next one has to wait.
    script.insert(6, Say::HalfACall);
    script.insert(7, Say::Busy(3));
    // A command takes its time, and Q Assistant answers meanwhile.
    script.insert(
        8,
        turn(
            "I look first.",
            &[("run_command", serde_json::json!({"command": "sleep 3"}))],
        ),
    );
    script.insert(9, turn("Code Writer looks at the project; it will read this.", &[]));
    let server = tokio::task::spawn_blocking(|| ModelServer::start(script))
        .await
        .unwrap();
    let mut window = Window::open("endpoint").await;
    window.click("[data-testid=settings]").await;
    window.click("[data-testid=model-add]").await;
    window
        .type_into("[data-testid=model-kind]", "OpenAI-compatible server")
        .await;
    // A wrong port first: nobody is there.
    window.type_into("[data-testid=model-base-url]", "127.0.0.1:9").await;
    window.type_into("[data-testid=model-model]", "scripted-1").await;
    window.type_into("[data-testid=model-name]", "Scripted").await;
    window.click("[data-testid=model-save]").await;
    assert!(
        window
            .text("[data-testid=model-check]")
            .await
            .contains("cannot be reached")
    );
    window.picture("nobody-there").await;
    window.retype("[data-testid=model-base-url]", &server.base_url()).await;
    window.picture("connect").await;
    accessible(&window).await;
    window.click("[data-testid=model-save]").await;
    window
        .see("[data-testid=default-model]:not([data-model=practice])")
        .await;
    window.picture("connected").await;
    accessible(&window).await;
    window.click("[data-testid=new-build]").await;
    window
        .see_hidden("[data-testid=choose-files]")
        .await
        .send_keys(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/red.png"))
        .await
        .unwrap();
    window.see("[data-testid=pictures] img").await;
    window.picture("with-a-picture").await;
    accessible(&window).await;
    talk(&mut window, crate::endpoint::BRIEF).await;
    // The talk goes on after the plan was handed in.
    window.click("[data-testid=tab-conversation]").await;
    window.see("[data-testid=shown-picture]").await;
    assert!(server.asked()[2].to_string().contains("data:image/png;base64,"));
    window
        .type_into("[data-testid=message-composer]", "Weekends count too, do they?")
        .await;
    window.click("[data-testid=send-message]").await;
    while !window.text("ol[aria-label=Conversation]").await.contains("They do.") {
        assert_eq!(server.complaints(), Vec::<String>::new());
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
    }
    window.click("[data-testid=tab-plan]").await;
    window.click("[data-testid=budget]").await;
    window.type_into("[data-testid=budget-unit]", "Tokens").await;
    window.retype("[data-testid=budget-amount]", "900,000").await;
    window.picture("budget").await;
    accessible(&window).await;
    window.click("[data-testid=keep-budget]").await;
    window.gone("[data-testid=keep-budget]").await;
    assert!(window.text("[data-testid=budget]").await.contains("900,000 tokens"));
    window.click("[data-testid=ready-to-build]").await;
    window
        .see("[data-testid=rail-implementation][data-standing=current]")
        .await;
    window.click("[data-testid=tab-conversation]").await;
    // While it is written, the call is seen, and what was thought before it.
    assert!(window.text("[data-testid=calling]").await.contains("days.mjs"));
    window.see("[data-testid=thought]").await;
    window.picture("writing").await;
    // Long before the server's silence would be noticed.
    window.click("[data-testid=pause]").await;
    window.says("ol[aria-label=Conversation]", "Interrupted here").await;
    window.picture("interrupted").await;
    window.click("[data-testid=resume]").await;
    window.see("[data-testid=model-wait]").await;
    window.picture("waiting-for-the-model").await;
    accessible(&window).await;
    window.gone("[data-testid=standstill]").await;
    window.says("ol[aria-label=Conversation]", "I look first.").await;
    let asked = server.asked().len();
    window
        .type_into(
            "[data-testid=message-composer]",
            "Say “days left”, please. How far is it?",
        )
        .await;
    window.click("[data-testid=send-message]").await;
    window.says("ol[aria-label=Conversation]", "it will read this").await;
    window.picture("answered-beside").await;
    window.see("[data-testid=handoff-card]").await;
    let told: Vec<String> = server.asked()[asked..].iter().map(ToString::to_string).collect();
    assert!(
        told[0].contains("How far is it?") && told[0].contains("Another role is at work"),
        "{}",
        told[0]
    );
    assert!(
        told[1].contains("The person says, while you work:") && told[1].contains("days left"),
        "the role hears it before its next step: {}",
        told[1]
    );
    window
        .says("[data-testid=remark]", crate::support::model_server::REMARK)
        .await;
    window.picture("remark").await;
    // A smaller budget than what is used already: nothing more is asked.
    window.click("[data-testid=usage-and-budget]").await;
    assert!(window.text("[data-testid=usage]").await.contains("Code Writer"));
    window.picture("usage").await;
    accessible(&window).await;
    window.click("[data-testid=change-budget]").await;
    window.retype("[data-testid=budget-amount]", "1,000").await;
    window.click("[data-testid=keep-budget]").await;
    window.gone("[data-testid=keep-budget]").await;
    let asked = server.asked().len();
    window.click("[data-testid=approve-handoff]").await;
    let standstill = window.text("[data-testid=standstill]").await;
    assert!(
        standstill.contains("The budget of 1,000 tokens is used up"),
        "{standstill}"
    );
    assert_eq!(server.asked().len(), asked);
    window.picture("budget-used-up").await;
    accessible(&window).await;
    window.click("[data-testid=standstill-action]").await;
    window.retype("[data-testid=budget-amount]", "900,000").await;
    window.picture("raise-budget").await;
    window.click("[data-testid=keep-budget]").await;
    window.gone("[data-testid=standstill]").await;
    approve_until_live(&mut window).await;
    assert_eq!(server.complaints(), Vec::<String>::new());
    let url = window
        .see("[data-testid=live-link]")
        .await
        .attr("data-url")
        .await
        .unwrap()
        .unwrap();
    assert!(get(&url).unwrap().1.contains("Days until"));
    let kept = std::fs::read_to_string(window.home().join("data/settings.json")).unwrap();
    assert!(kept.contains("scripted-1"), "{kept}");
}
