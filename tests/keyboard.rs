//! The whole main job with the keyboard alone, in a window that no pointer ever enters.

use std::time::{Duration, Instant};

use thirtyfour::prelude::*;

use crate::support::TIP_CALCULATOR;
use crate::support::program::get;
use crate::support::window::Window;

/// More stops than any page has.
const STOPS: usize = 120;

/// Presses Tab until the focus is on what is meant. Wherever it stops on the way, it can be seen, and is in sight.
async fn tab_to(window: &Window, css: &str) {
    let mut passed = Vec::new();
    for _ in 0..STOPS {
        window.press(Key::Tab + "").await;
        let here = window
            .run(&format!(
                "const at = document.activeElement; const box = at.getBoundingClientRect(); \
                 const ring = getComputedStyle(at).outlineStyle !== 'none' || at.closest('[class*=focus-within]') !== null; \
                 const inSight = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth; \
                 return [at.matches(`{css}`), ring, inSight || at === document.body, at.dataset.testid ?? at.getAttribute('aria-label') ?? at.tagName].join('|');"
            ))
            .await;
        let [there, ring, in_sight, name] = here.split('|').collect::<Vec<_>>()[..] else {
            panic!("{here}")
        };
        assert_eq!((ring, in_sight), ("true", "true"), "the focus cannot be seen on {name}");
        if there == "true" {
            return;
        }
        passed.push(name.to_owned());
    }
    panic!("Tab does not lead to {css}, but to {passed:?}");
}

/// Goes there and presses it.
async fn choose(window: &Window, css: &str) {
    window.see(css).await;
    tab_to(window, css).await;
    window.press(Key::Enter + "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_idea_to_the_link_without_a_pointer() {
    let mut window = Window::open("keyboard").await;
    window.see("[data-testid=composer]").await;
    // The cursor is where one begins.
    window.press(TIP_CALCULATOR).await;
    window.wait_for_value("[data-testid=composer]", TIP_CALCULATOR).await;
    window.press(Key::Enter + "").await;
    choose(&window, "[data-testid=quick-reply-0]").await;
    choose(&window, "[data-testid=read-plan]").await;
    window.see("[data-testid=ready-to-build]:not([disabled])").await;
    window.press(Key::Control + Key::Enter).await;
    let mut approved = 0;
    let end = Instant::now() + Duration::from_secs(120);
    while window.find("[data-testid=complete-page]").await.is_none() {
        assert!(Instant::now() < end, "live within two minutes");
        if window
            .find("[data-testid=approve-handoff]:not([disabled])")
            .await
            .is_none()
        {
            tokio::time::sleep(Duration::from_millis(80)).await;
            continue;
        }
        let card = window.text_now("[data-testid=handoff-card] h2 span").await;
        tab_to(&window, "[data-testid=approve-handoff]").await;
        window.picture(&format!("approve-{approved}")).await;
        window.press(Key::Enter + "").await;
        approved += 1;
        while card.is_some() && window.text_now("[data-testid=handoff-card] h2 span").await == card {
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }
    assert_eq!(approved, 3);
    tab_to(&window, "[data-testid=live-link]").await;
    window.picture("live").await;
    let link = window.see("[data-testid=live-link]").await;
    let url = link.attr("data-url").await.unwrap().unwrap();
    assert_eq!(get(&url).expect("the link answers").0, 200);
    // What can be looked at is reached as well: the views by arrows, and what lies behind them.
    tab_to(&window, "[role=tab][aria-selected=true]").await;
    for tab in ["plan", "work", "changes", "tests", "checks"] {
        window.press(Key::Right + "").await;
        window
            .see(&format!("[data-testid=tab-{tab}][aria-selected=true]"))
            .await;
    }
    window.picture("checks").await;
}
