//! The window without a mouse: the palette finds and does everything, the sheet tells the keys, statistics show what became of builds.

use std::time::{Duration, Instant};

use thirtyfour::prelude::*;

use crate::support::PHOTO_RENAMER;
use crate::support::window::Window;
use crate::window::{accessible, build, talk};

/// Waits until the focus is there. The page may have it without the window: under a bare X server, the pointer's place decides.
async fn focus_on(window: &Window, testid: &str) {
    let end = Instant::now() + Duration::from_secs(20);
    while focused(window).await != testid {
        assert!(Instant::now() < end, "the focus is on {}", focused(window).await);
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// Opens the palette, into which one types at once.
async fn open_palette(window: &Window) {
    window.press(Key::Control + "k").await;
    window.see("[data-testid=palette-input]").await;
    focus_on(window, "palette-input").await;
}

/// Opens the palette, types, and waits until what is meant is the marked one.
async fn seek(window: &Window, words: &str, meant: &str) {
    open_palette(window).await;
    window.press(words).await;
    window
        .says("[data-testid=palette-entry][data-highlighted]", meant)
        .await;
}

/// What is marked is done.
async fn enter(window: &Window) {
    window.press(Key::Enter + "").await;
    window.gone("[data-testid=palette]").await;
}

/// Nothing is cut off or covered, and axe finds nothing.
async fn sound(window: &Window) {
    let faults = window.layout_faults().await;
    assert!(faults.is_empty(), "{faults:#?}");
    accessible(window).await;
}

async fn focused(window: &Window) -> String {
    window
        .run("return document.activeElement.dataset.testid ?? document.activeElement.tagName;")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_done_by_keyboard_through_the_palette() {
    let mut window = Window::open("palette").await;
    window.see("[data-testid=composer]").await;
    // Statistics before the first build lead to it.
    window.press(Key::Escape + "").await;
    seek(&window, "stat", "Statistics").await;
    enter(&window).await;
    window.says("main", "After the first build").await;
    window.picture("no-statistics").await;
    accessible(&window).await;
    seek(&window, "new build", "New build").await;
    enter(&window).await;
    talk(&mut window, PHOTO_RENAMER).await;
    build(&mut window).await;

    // The palette as it opens, and what it finds.
    open_palette(&window).await;
    window.picture("palette").await;
    accessible(&window).await;
    window.press("photo").await;
    window
        .says("[data-testid=palette-entry][data-highlighted]", "hoto")
        .await;
    window.picture("palette-finds").await;
    accessible(&window).await;
    window.press(Key::Escape + "").await;
    window.gone("[data-testid=palette]").await;

    // From elsewhere to the build, and along its views.
    seek(&window, "limits", "Limits").await;
    enter(&window).await;
    window.see("nav [aria-current=true]").await;
    window.says("nav [aria-current=true]", "Limits").await;
    seek(&window, "photo", "hoto").await;
    enter(&window).await;
    window.see("[data-testid=complete-page]").await;
    for (key, tab) in [("2", "plan"), ("5", "tests"), ("8", "timeline"), ("1", "conversation")] {
        window.press(Key::Control + key).await;
        window
            .see(&format!("[data-testid=tab-{tab}][aria-selected=true]"))
            .await;
    }
    window.press(Key::Control + Key::Shift + "b").await;
    window.gone("[data-testid=rail]").await;
    window.press(Key::Control + Key::Shift + "b").await;
    window.see("[data-testid=rail]").await;
    window.press(Key::Control + "b").await;
    window.gone("[data-testid=new-build]").await;
    window.press(Key::Control + "b").await;
    window.see("[data-testid=new-build]").await;

    // The focus comes back to the message that was being written.
    window.press("/").await;
    focus_on(&window, "message-composer").await;
    window.press("half a sentence").await;
    seek(&window, "dark", "Dark appearance").await;
    enter(&window).await;
    window.see("html[data-theme=dark]").await;
    focus_on(&window, "message-composer").await;
    window
        .wait_for_value("[data-testid=message-composer]", "half a sentence")
        .await;
    // What asks first is asked, above everything.
    seek(&window, "roll back test", "Roll back to Testing").await;
    enter(&window).await;
    window.see("[data-testid=confirm-rollback]").await;
    window.press(Key::Escape + "").await;
    window.gone("[data-testid=confirm-rollback]").await;

    seek(&window, "stat", "Statistics").await;
    enter(&window).await;
    look_at_statistics(&mut window).await;
    look_at_palette_and_sheet(&mut window, "dark").await;
    window.resize(900, 600).await;
    look_at_statistics(&mut window).await;
    look_at_palette_and_sheet(&mut window, "dark-small").await;
    seek(&window, "light", "Light appearance").await;
    enter(&window).await;
    window.see("html[data-theme=light]").await;
    look_at_statistics(&mut window).await;
    look_at_palette_and_sheet(&mut window, "light-small").await;
    window.resize(1440, 900).await;
    look_at_statistics(&mut window).await;
    look_at_palette_and_sheet(&mut window, "light").await;
    // The next and the previous build, from a page that is none.
    window.press(Key::Control + Key::PageDown).await;
    window.see("[data-testid=complete-page]").await;

    // A pointer that rests on a picture is told what it does, and by which keys.
    let fold = window.see("nav button[aria-keyshortcuts='Control+b']").await;
    window
        .driver
        .action_chain()
        .move_to_element_center(&fold)
        .perform()
        .await
        .unwrap();
    window.says("[data-testid=tooltip]", "Hide the list of builds").await;
    window.says("[data-testid=tooltip]", "Ctrl B").await;
    window.picture("tooltip").await;
    accessible(&window).await;
}

async fn look_at_palette_and_sheet(window: &mut Window, name: &str) {
    open_palette(window).await;
    window.picture(&format!("palette-{name}")).await;
    sound(window).await;
    window.press(Key::Escape + "").await;
    window.gone("[data-testid=palette]").await;
    window.press("?").await;
    window.see("[data-testid=shortcuts-sheet]").await;
    window.picture(&format!("shortcuts-{name}")).await;
    sound(window).await;
    window.press(Key::Escape + "").await;
    window.gone("[data-testid=shortcuts-sheet]").await;
}

/// The charts, and each table behind them. The photo renamer goes back once from testing, so that each figure is known.
async fn look_at_statistics(window: &mut Window) {
    window.says("[data-testid=sum-total]", "1").await;
    window.says("[data-testid=sum-finished]", "100%").await;
    window.says("[data-testid=sum-first-pass]", "0%").await;
    window
        .says("[data-testid=figure-roads] table", "Testing → Implementation")
        .await;
    window.says("[data-testid=figure-usage] table", "Code Writer").await;
    window.see("[data-testid=figure-time] svg rect").await;
    window.picture("statistics").await;
    sound(window).await;
    let press = |which: u8| {
        format!(
            "document.querySelectorAll('[data-testid^=figure-] [aria-pressed]:nth-child({which})').forEach(each => each.click())"
        )
    };
    window.run(&press(2)).await;
    window.gone("[data-testid=figure-time] svg.recharts-surface").await;
    window
        .run("document.querySelector('[data-testid=figure-usage]').scrollIntoView()")
        .await;
    window.picture("statistics-tables").await;
    sound(window).await;
    window.run(&press(1)).await;
    window
        .see_hidden("[data-testid=figure-usage] svg.recharts-surface")
        .await;
    window
        .run("document.querySelector('[data-testid=figure-usage]').scrollIntoView()")
        .await;
    window.picture("statistics-below").await;
    window.run("document.querySelector('main').scrollTop = 0").await;
}
