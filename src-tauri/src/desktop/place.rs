//! The window's place on the screens. What it was is kept by a plugin; that a person can reach it is seen to here.

use std::time::Duration;

use tauri::{PhysicalPosition, PhysicalSize, WebviewWindow};

/// How often it is looked whether a new window has come to rest: a busy machine takes its time to put it anywhere, and to give it its size.
const LOOK: Duration = Duration::from_millis(700);
const MOST_LOOKS: usize = 20;

/// A rectangle of the desktop, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// So much of a window's upper edge has to be on a screen for a hand to get hold of it.
const HANDLE: Area = Area {
    x: 0,
    y: 0,
    width: 120,
    height: 32,
};

impl Area {
    fn of(position: PhysicalPosition<i32>, size: PhysicalSize<u32>) -> Area {
        Area {
            x: position.x,
            y: position.y,
            width: i32::try_from(size.width).unwrap_or(i32::MAX),
            height: i32::try_from(size.height).unwrap_or(i32::MAX),
        }
    }

    /// How much of it lies in the other one: width and height.
    fn shared(self, other: Area) -> (i32, i32) {
        let along = |a: i32, a_long: i32, b: i32, b_long: i32| {
            a.saturating_add(a_long)
                .min(b.saturating_add(b_long))
                .saturating_sub(a.max(b))
                .max(0)
        };
        (
            along(self.x, self.width, other.x, other.width),
            along(self.y, self.height, other.y, other.height),
        )
    }
}

/// Where a window belongs that nobody could reach where it is: in the middle of the first screen, no larger than it. None where it is
/// within reach, or there is no screen to go to.
#[must_use]
pub fn within_reach(window: Area, screens: &[Area]) -> Option<Area> {
    let edge = Area {
        height: HANDLE.height,
        ..window
    };
    let reached = |screen: &Area| {
        let (width, height) = edge.shared(*screen);
        width >= HANDLE.width.min(window.width) && height >= HANDLE.height / 2
    };
    if screens.iter().any(reached) {
        return None;
    }
    let screen = screens.first()?;
    let (width, height) = (window.width.min(screen.width), window.height.min(screen.height));
    Some(Area {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    })
}

/// Looks after a window that was just opened, once it is where it was asked to be.
pub fn look_after(window: WebviewWindow) {
    tauri::async_runtime::spawn(async move {
        let mut before = None;
        for _ in 0..MOST_LOOKS {
            tokio::time::sleep(LOOK).await;
            let now = area(&window).ok();
            if now.is_some() && now == before {
                come_back(&window);
                return;
            }
            before = now;
        }
    });
}

fn area(window: &WebviewWindow) -> tauri::Result<Area> {
    Ok(Area::of(window.outer_position()?, window.outer_size()?))
}

/// Brings a window back that is beyond every screen, because one was taken away say.
pub fn come_back(window: &WebviewWindow) {
    if let Err(error) = try_come_back(window) {
        tracing::warn!(%error, "the window's place is not known");
    }
}

fn try_come_back(window: &WebviewWindow) -> tauri::Result<()> {
    if window.is_maximized()? || window.is_fullscreen()? || window.is_minimized()? {
        return Ok(());
    }
    let mut screens: Vec<Area> = Vec::new();
    // The person's main screen is where they look first.
    for screen in window
        .primary_monitor()?
        .into_iter()
        .chain(window.available_monitors()?)
    {
        screens.push(Area::of(*screen.position(), *screen.size()));
    }
    let at = area(window)?;
    let Some(to) = within_reach(at, &screens) else {
        return Ok(());
    };
    tracing::info!(?at, ?to, "the window was out of reach");
    if (to.width, to.height) != (at.width, at.height) {
        window.set_size(PhysicalSize::new(to.width, to.height))?;
    }
    window.set_position(PhysicalPosition::new(to.x, to.y))
}

#[cfg(test)]
mod tests {
    use super::{Area, within_reach};

    const fn area(x: i32, y: i32, width: i32, height: i32) -> Area {
        Area { x, y, width, height }
    }

    const LEFT: Area = area(0, 0, 1920, 1080);
    const RIGHT: Area = area(1920, 200, 2560, 1440);

    fn check(window: Area, screens: &[Area], expected: Option<Area>) {
        assert_eq!(within_reach(window, screens), expected, "{window:?}");
    }

    #[test]
    fn a_window_within_reach_stays() {
        check(area(100, 100, 1440, 900), &[LEFT], None);
        check(area(3000, 300, 1440, 900), &[LEFT, RIGHT], None);
        // Across both, and larger than any of them.
        check(area(-100, 0, 6000, 3000), &[LEFT, RIGHT], None);
        // Half pushed out to a side, with enough left to pull it back.
        check(area(-1300, 100, 1440, 900), &[LEFT], None);
    }

    #[test]
    fn a_window_on_a_screen_that_is_gone_comes_to_the_first() {
        check(area(3000, 300, 1440, 900), &[LEFT], Some(area(240, 90, 1440, 900)));
        check(area(3000, 300, 2400, 1300), &[LEFT], Some(area(0, 0, 1920, 1080)));
        check(
            area(-5000, -5000, 1440, 900),
            &[RIGHT],
            Some(area(2480, 470, 1440, 900)),
        );
    }

    #[test]
    fn a_corner_is_not_enough_to_get_hold_of_it() {
        // Its upper edge is above the screen.
        check(area(100, -880, 1440, 900), &[LEFT], Some(area(240, 90, 1440, 900)));
        check(area(1900, 100, 1440, 900), &[LEFT], Some(area(240, 90, 1440, 900)));
    }

    #[test]
    fn without_a_screen_nothing_is_moved() {
        check(area(100, 100, 1440, 900), &[], None);
    }
}
