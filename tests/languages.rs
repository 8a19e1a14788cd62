//! The window in German and Spanish: every screen in its smallest size, in both themes; and the person changes the language in the middle
//! of something.

use std::time::Duration;

use serde_json::json;

use crate::support::TIP_CALCULATOR;
use crate::support::window::Window;
use crate::walk::{SIZES, Walk};
use crate::window::talk;

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_in_german() {
    let settings = json!({"language": "de", "theme": "light"});
    Walk::begin("walk-german", settings, &SIZES[..1])
        .await
        .everywhere()
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_in_spanish() {
    let settings = json!({"language": "es", "theme": "dark"});
    Walk::begin("walk-spanish", settings, &SIZES[..1])
        .await
        .everywhere()
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_language_takes_effect_at_once_and_loses_nothing() {
    let mut window = Window::open("languages").await;
    let idea = "Una página con las mareas de mi playa";
    window.type_into("[data-testid=composer]", idea).await;
    window.click("[data-testid=settings]").await;
    // Something that is kept nowhere but in its field.
    window.click("[data-testid=model-add]").await;
    window.type_into("[data-testid=model-name]", "Mein Modell").await;
    window.type_into("[data-testid=language-select]", "Deutsch").await;
    window.see("html[lang=de]").await;
    window.says("main h1", "Einstellungen").await;
    window.wait_for_value("[data-testid=model-name]", "Mein Modell").await;
    window.picture("settings-german").await;
    // What is typed into a list within a second of the last letter goes on with the same word.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    window.type_into("[data-testid=language-select]", "Español").await;
    window.see("html[lang=es]").await;
    window.says("main h1", "Ajustes").await;
    window.wait_for_value("[data-testid=model-name]", "Mein Modell").await;
    window.picture("settings-spanish").await;
    let violations = window.accessibility_violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
    window.click("[data-testid=new-build]").await;
    window.wait_for_value("[data-testid=composer]", idea).await;
    window.says("main h1", "¿Qué quieres construir?").await;

    // It is the same after the window was closed, from the first words on, and the build is told.
    let home = window.close().await;
    let mut window = Window::open_in("languages-again", home).await;
    window.wait_for_value("[data-testid=composer]", idea).await;
    window.says("main h1", "¿Qué quieres construir?").await;
    window.retype("[data-testid=composer]", " ").await;
    talk(&mut window, TIP_CALCULATOR).await;
    let told = "SELECT count(*) FROM workflow_events WHERE seq = 1 AND json_extract(event_data, '$.language') = ?1";
    assert_eq!(window.rows(told, "es"), 1);
    let prompt = "SELECT count(*) FROM role_runs WHERE told LIKE '%Speak with the person in ' || ?1 || ':%'";
    assert!(window.rows(prompt, "Spanish") > 0, "the roles speak it");
    // In a small window, with all three columns, what counts is whole.
    window.resize(900, 600).await;
    window.click("[data-testid=show-list]").await;
    window.see("[data-testid=builds]").await;
    window.see("[data-testid=ready-to-build]").await;
    let beyond = "const edge = document.querySelector('main').getBoundingClientRect().right; \
                  const { right } = document.querySelector('[data-testid=ready-to-build]').getBoundingClientRect(); \
                  return right > edge ? `${right} of ${edge}` : ''";
    assert_eq!(window.run(beyond).await, "", "the button stands within its column");
    let faults = window.layout_faults().await;
    assert!(faults.is_empty(), "{faults:#?}");
    window.picture("small-and-all-columns").await;
    window.resize(1280, 800).await;
    window.click("[data-testid=ready-to-build]").await;
    window
        .says("[data-testid=handoff-card] h2", "Code Writer traspasa a Test Auditor")
        .await;
    window.says("[data-testid=handoff-card] ul", "archivos cambiados").await;
    // What is shown already follows, too.
    window.click("[data-testid=settings]").await;
    window.type_into("[data-testid=language-select]", "Deutsch").await;
    window.click("[data-testid^=build-row]").await;
    window
        .says("[data-testid=handoff-card] h2", "Code Writer übergibt an Test Auditor")
        .await;
    window.says("[data-testid=handoff-card] ul", "Dateien geändert").await;
    window.click("[data-testid=tab-timeline]").await;
    window
        .says("#view", "Code Writer übergibt an Test Auditor, Stand")
        .await;
}
