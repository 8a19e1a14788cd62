//! The views of a build in the real window: what a person reads, comments on, compares and goes back to.

use std::time::Duration;

use thirtyfour::Key;

use crate::support::PHOTO_RENAMER;
use crate::support::window::Window;
use crate::window::{accessible, approve_until_live, talk};

/// In both themes, in the size of the drafts and in the smallest: a picture, and no barrier that a program can find.
async fn looked_at(window: &mut Window, name: &str) {
    for (width, height, size) in [(1440, 900, ""), (900, 600, "-small")] {
        window.resize(width, height).await;
        for theme in ["light", "dark"] {
            window
                .run(&format!("document.documentElement.dataset.theme = '{theme}'"))
                .await;
            tokio::time::sleep(Duration::from_millis(250)).await;
            window.fits().await;
            window.picture(&format!("{name}{size}-{theme}")).await;
            accessible(window).await;
        }
    }
    window.run("document.documentElement.dataset.theme = 'light'").await;
    window.resize(1440, 900).await;
    // The conversation goes back to its end.
    tokio::time::sleep(Duration::from_millis(800)).await;
}

/// What stands in a field, once it is as it should be.
async fn field_says(window: &Window, css: &str, words: &str) {
    let end = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        let value = window
            .run(&format!("return document.querySelector('{css}')?.value ?? ''"))
            .await;
        if value.contains(words) {
            return;
        }
        assert!(std::time::Instant::now() < end, "{css} does not say {words}: {value}");
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_views_of_a_build_are_read_commented_on_and_gone_back_in() {
    let mut window = Window::open("views").await;
    window.resize(1440, 900).await;
    talk(&mut window, PHOTO_RENAMER).await;

    // A requirement goes and comes back; another is written anew, compared and restored.
    let field = "textarea[aria-label=\"Requirement R1\"]";
    let first = window.see(field).await.prop("value").await.unwrap().unwrap();
    window
        .run("document.querySelector('[data-testid=row-menu]').focus()")
        .await;
    window.press(Key::Enter + "").await;
    window.click("[data-testid=remove-row]").await;
    window.gone(field).await;
    window.click("[data-testid=undo]").await;
    window.wait_for_value(field, &first).await;
    window
        .retype(field, "Photos are renamed by the day they were taken")
        .await;
    window.run("document.activeElement.blur()").await;
    window.click("[data-testid=compare-revisions]").await;
    window.see("[data-testid=difference][data-kind=changed]").await;
    looked_at(&mut window, "revisions").await;
    window
        .run("[...document.querySelectorAll('[data-testid=revision]')].at(1).click()")
        .await;
    window.click("[data-testid=restore-revision]").await;
    window.gone("[data-testid=restore-revision]").await;
    window.click("[data-testid=close-revisions]").await;
    window.wait_for_value(field, &first).await;
    for tab in ["work", "changes", "tests", "checks"] {
        window.click(&format!("[data-testid=tab-{tab}]")).await;
        window.see("#view h2").await;
        window.picture(&format!("nothing-in-{tab}")).await;
    }
    window.click("[data-testid=tab-plan]").await;
    window.click("[data-testid=ready-to-build]").await;
    // Its first attempt fails a test and comes back by itself.
    while !window
        .text("[data-testid=handoff-card] h2")
        .await
        .contains("Verification Overseer")
    {
        window.click("[data-testid=approve-handoff]").await;
        tokio::time::sleep(Duration::from_millis(400)).await;
    }

    // A comment on a line, by keyboard alone once the line is reached; the program is killed while it waits.
    window.click("[data-testid=tab-changes]").await;
    window.see("[data-testid=line-number]").await;
    window
        .run("document.querySelector('[data-testid=line-number][tabindex=\"0\"]').focus()")
        .await;
    window.press(Key::Down + "").await;
    window.press(Key::Enter + "").await;
    window
        .type_into("[data-testid=comment-text]", "Say what this is for.")
        .await;
    looked_at(&mut window, "changes").await;
    window.click("[data-testid=keep-comment]").await;
    window.see("[data-testid=comment-count]").await;
    window.see("[data-testid=comment-in-list]").await;
    window.click("[data-testid=split]").await;
    window.picture("changes-split").await;
    accessible(&window).await;
    // It is written a moment after the last key.
    tokio::time::sleep(Duration::from_millis(800)).await;
    let home = window.kill();
    let mut window = Window::open_in("views-reopened", home).await;
    window.resize(1440, 900).await;
    window.see("[data-testid=comment-count]").await;
    window.click("[data-testid=tab-conversation]").await;
    window
        .says("[data-testid=comments-wait]", "1 comment on a line becomes the reason")
        .await;
    window.click("[data-testid=request-changes]").await;
    field_says(&window, "[data-testid=request-changes-reason]", "Say what this is for.").await;
    field_says(&window, "[data-testid=request-changes-reason]", ", line 2").await;
    looked_at(&mut window, "request-changes").await;
    window.type_into("#back-to", "Implementation").await;
    window.click("[data-testid=request-changes-confirm]").await;
    window.gone("[data-testid=comment-count]").await;
    window
        .says("ol[aria-label=Conversation]", "Say what this is for.")
        .await;
    approve_until_live(&mut window).await;

    window.click("[data-testid=tab-release]").await;
    window.see("[data-testid=change-something]").await;
    looked_at(&mut window, "release").await;
    window.click("[data-testid=change-something]").await;
    window
        .type_into("[data-testid=change-brief]", "Keep the old names, too")
        .await;
    window.picture("change-something").await;
    accessible(&window).await;

    window.click("[data-testid=tab-work]").await;
    window.see("[data-testid=activity-row]").await;
    window
        .run("[...document.querySelectorAll('[data-testid=activity-row] button')].at(-2).click()")
        .await;
    looked_at(&mut window, "work").await;
    window.type_into("[data-testid=filter-work]", "run tests").await;
    window.picture("work-filtered").await;

    window.click("[data-testid=tab-changes]").await;
    window.see("[data-testid=line-number]").await;
    window
        .type_into("[data-testid=change-range]", "Testing, attempt 1")
        .await;
    window.see("[data-testid=file-section]").await;
    window.picture("changes-of-an-attempt").await;

    window.click("[data-testid=tab-tests]").await;
    window.see("[data-testid=test-run][data-passed=true]").await;
    window.see("[data-testid=test-case][data-outcome=passed]").await;
    looked_at(&mut window, "tests").await;
    // The run that failed: what failed stands first, with what it printed.
    choose_the_run_that_failed(&window).await;
    window.see("[data-testid=test-case][data-outcome=failed]").await;
    looked_at(&mut window, "tests-failed").await;

    window.click("[data-testid=tab-checks]").await;
    window.see("[data-testid=trace]").await;
    window.click("[data-testid=check-run]").await;
    looked_at(&mut window, "checks").await;

    // Each step of the rail can be looked into: attempts, evidence, decisions.
    window.click("[data-testid=open-implementation]").await;
    window.says("[data-testid=step-panel]", "Attempt 3").await;
    window.says("[data-testid=step-panel]", "Say what this is for.").await;
    looked_at(&mut window, "step").await;
    window.press_escape().await;
    window.gone("[data-testid=step-panel]").await;
    // The driver takes a line that may end in an ellipsis for hidden.
    window
        .run("document.querySelector('[data-testid=open-handoff_to_verifier]').click()")
        .await;
    window.says("[data-testid=step-panel]", "Approved").await;
    window.says("[data-testid=step-panel]", "Changes requested").await;
    window.picture("step-handoff").await;
    accessible(&window).await;
}

/// Among the runs of the tests, the one that did not pass.
pub async fn choose_the_run_that_failed(window: &Window) {
    window.see("[data-testid=which-run]").await;
    window
        .run(
            "const select = document.querySelector('[data-testid=which-run]');
             select.selectedIndex = [...select.options].findIndex((option) => option.text.includes('failed'));
             select.dispatchEvent(new Event('change', { bubbles: true }));",
        )
        .await;
    window.see("[data-testid=test-run][data-passed=false]").await;
}
