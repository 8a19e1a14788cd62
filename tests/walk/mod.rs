//! Every screen, in both themes and three sizes: nothing overlaps, is cut off or scrolls sideways, and axe finds nothing. The pictures
//! are kept as output of the test.

mod over;
mod trash;

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::support::program::{Home, shown};
use crate::support::window::Window;
use crate::support::{FIX_A_BUG, PHOTO_RENAMER, TIP_CALCULATOR};
use crate::window::talk;

pub const SIZES: [(u32, u32); 3] = [(900, 600), (1280, 800), (2560, 1440)];

/// A word that breaks nowhere, and a brief that is longer than any line.
const UNWIELDY: &str = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsverwaltungsprogramm \
    that keeps track of everything which anybody could ever want to keep track of, in one place, for everybody, for ever";

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_in_the_light() {
    let settings = json!({"theme": "light"});
    Walk::begin("walk-light", settings, &SIZES).await.everywhere().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_in_the_dark() {
    let settings = json!({"theme": "dark"});
    Walk::begin("walk-dark", settings, &SIZES).await.everywhere().await;
}

pub struct Walk {
    window: Window,
    sizes: &'static [(u32, u32)],
    /// The build that is live.
    live: String,
    size: (u32, u32),
    faults: Vec<String>,
}

impl Walk {
    /// A machine on which much was built already, and one build is being talked about.
    pub async fn begin(story: &str, settings: Value, sizes: &'static [(u32, u32)]) -> Walk {
        let theme = format!("html[data-theme={}]", settings["theme"].as_str().unwrap());
        let (home, live) = tokio::task::spawn_blocking(move || {
            let home = Home::new();
            std::fs::create_dir_all(home.path().join("data")).unwrap();
            let kept = json!({"settings": settings}).to_string();
            std::fs::write(home.path().join("data/settings.json"), kept).unwrap();
            let project = home.path().join("Builds/photo-renamer");
            let built = home.build(&project, PHOTO_RENAMER);
            assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
            let live = home.json(&["status", "--json"])["workflow_id"]
                .as_str()
                .unwrap()
                .to_owned();
            let unknown = home.build(&home.path().join("Builds/unwieldy"), UNWIELDY);
            assert_eq!(unknown.status.code(), Some(1), "{}", shown(&unknown));
            let cancelled = home.build(&home.path().join("Builds/slugs"), FIX_A_BUG);
            assert_eq!(cancelled.status.code(), Some(0), "{}", shown(&cancelled));
            (home, live)
        })
        .await
        .unwrap();
        let mut window = Window::open_in(story, home.hand_over()).await;
        window.see(&theme).await;
        talk(&mut window, TIP_CALCULATOR).await;
        Walk {
            window,
            sizes,
            live,
            size: SIZES[1],
            faults: Vec::new(),
        }
    }

    /// Looks at what is shown, in the size that it is shown in.
    async fn look(&mut self, screen: &str) {
        let (width, height) = self.size;
        self.window.picture(&format!("{width}-{screen}")).await;
        let mut found = self.window.layout_faults().await;
        // What axe looks at does not hang on the size, but on what is shown in it.
        if width < 2000 {
            found.extend(self.window.accessibility_violations().await);
        }
        self.faults.extend(
            found
                .into_iter()
                .map(|fault| format!("{screen}, {width}×{height}: {fault}")),
        );
    }

    async fn in_each_size(&mut self, screen: &str) {
        for &size in self.sizes {
            self.size = size;
            self.window.resize(size.0, size.1).await;
            self.look(screen).await;
        }
    }

    pub async fn everywhere(mut self) {
        self.in_each_size("plan").await;
        self.of_a_plan().await;
        self.of_the_program().await;
        self.of_a_live_build().await;
        self.of_a_build_at_work().await;
        self.of_the_trash().await;
        assert!(
            self.faults.is_empty(),
            "{} faults:\n{}",
            self.faults.len(),
            self.faults.join("\n")
        );
    }

    /// Pages that belong to no build.
    async fn of_the_program(&mut self) {
        self.open_list().await;
        self.window.click("[data-testid=new-build]").await;
        self.in_each_size("first").await;
        self.window.click("[data-testid=settings]").await;
        self.window.see("#settings-general").await;
        self.in_each_size("settings").await;
        self.scroll_through("main", "settings").await;
        self.over_the_settings().await;
        self.window.click("[data-testid=open-gallery]").await;
        self.window.see("[data-testid=gallery]").await;
        self.in_each_size("gallery").await;
        self.scroll_through("main", "gallery").await;
        self.window.run("document.querySelector('main').scrollTop = 0").await;
        self.over("gallery-menu", "[data-testid=gallery-menu]").await;
        self.over("gallery-dialog", "[data-testid=gallery-dialog]").await;
        self.of_the_program_by_keyboard().await;
    }

    /// Statistics, and what lies over every page.
    async fn of_the_program_by_keyboard(&mut self) {
        self.window.press("s").await;
        self.window.see("[data-testid=figure-usage]").await;
        self.in_each_size("statistics").await;
        self.scroll_through("main", "statistics").await;
        let to_tables =
            "document.querySelectorAll('[data-testid^=figure-] [aria-pressed=false]').forEach(each => each.click())";
        self.window.run(to_tables).await;
        self.in_each_size("statistics-tables").await;
        self.window.run("document.querySelector('main').scrollTop = 0").await;
        self.scroll_through("main", "statistics-tables").await;
        for (name, keys, shown) in [
            ("palette", Key::Control + "k", "[data-testid=palette]"),
            ("shortcuts", "?".into(), "[data-testid=shortcuts-sheet]"),
        ] {
            self.window.press(keys).await;
            self.window.see(shown).await;
            self.in_each_size(name).await;
            self.window.press_escape().await;
            self.window.gone(shown).await;
        }
        self.search().await;
    }

    /// Looks at a long page from its beginning to its end.
    async fn scroll_through(&mut self, css: &str, screen: &str) {
        self.size = SIZES[1];
        self.window.resize(SIZES[1].0, SIZES[1].1).await;
        for page in 1..12 {
            let script = format!(
                "const page = document.querySelector('{css}'); const before = page.scrollTop; \
                 page.scrollTop += page.clientHeight - 60; return String(page.scrollTop > before);"
            );
            if self.window.run(&script).await != "true" {
                return;
            }
            self.look(&format!("{screen}-{page}")).await;
        }
    }

    /// A build that went the whole way, once sent back.
    async fn of_a_live_build(&mut self) {
        self.open_list().await;
        let row = format!("[data-testid=build-row-{}]", self.live);
        self.window.click(&row).await;
        self.window.see("[data-testid=complete-page]").await;
        self.in_each_size("live").await;
        for tab in ["plan", "work", "changes", "tests", "checks", "release", "timeline"] {
            self.window.click(&format!("[data-testid=tab-{tab}]")).await;
            self.in_each_size(&format!("live-{tab}")).await;
        }
        self.over_a_live_build().await;
    }

    /// One that nobody could build, and the one that was talked about: handed over, sent back, paused.
    async fn of_a_build_at_work(&mut self) {
        self.open_list().await;
        self.window.click("[data-testid^=build-row][title$=unwieldy]").await;
        self.window.see("[data-testid=standstill]").await;
        self.in_each_size("standstill").await;
        for tab in ["work", "changes", "tests", "checks", "timeline"] {
            self.window.click(&format!("[data-testid=tab-{tab}]")).await;
            self.look(&format!("nothing-yet-{tab}")).await;
        }
        self.open_list().await;
        self.window
            .click("[data-testid^=build-row][title*='tip-calculator']")
            .await;
        self.window.click("[data-testid=tab-plan]").await;
        self.window.click("[data-testid=ready-to-build]").await;
        self.window.see("[data-testid=handoff-card]").await;
        self.in_each_size("handoff").await;
        self.window.click("[data-testid=request-changes]").await;
        self.in_each_size("request-changes").await;
        self.over_a_build_at_work().await;
    }

    /// The list of builds, where the window folded it away.
    async fn open_list(&self) {
        self.window.resize(SIZES[1].0, SIZES[1].1).await;
        // In a wide window an open build folds nothing away: whoever clicks before that has the list open in a small one, too.
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        if self.window.find("[data-testid=show-list]").await.is_some() {
            self.window.click("[data-testid=show-list]").await;
        }
    }
}
