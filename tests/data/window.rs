//! A person throws a build away, thinks better of it, deletes it, and has a backup.

use std::time::{Duration, Instant};

use crate::support::TIP_CALCULATOR;
use crate::support::program::{get, git};
use crate::support::window::Window;
use crate::window::{build, talk};

/// Waits until something is so that the window does not show.
async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !so() {
        assert!(Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// WCAG 2.2 AA, and nothing cut off or covered, as far as a program can tell.
async fn accessible(window: &Window) {
    let mut faults = window.accessibility_violations().await;
    faults.extend(window.layout_faults().await);
    assert!(faults.is_empty(), "{faults:#?}");
}

async fn theme(window: &Window, name: &str) {
    window.click("[data-testid=settings]").await;
    window.type_into("[data-testid=theme-select]", name).await;
    window.see(&format!("html[data-theme={}]", name.to_lowercase())).await;
}

/// The settings, with the section on data in sight.
async fn to_the_data(window: &Window) {
    window.click("[data-testid=settings]").await;
    window.see("#settings-data [data-testid=sizes] dt").await;
    window
        .run("document.querySelector('#settings-data').scrollIntoView({block: 'start'})")
        .await;
}

async fn move_to_trash(window: &mut Window, picture: Option<&str>) {
    window.click("[data-testid=more]").await;
    if let Some(name) = picture {
        window.picture(&format!("{name}-menu")).await;
    }
    window.click("[data-testid=move-to-trash]").await;
    window.see("[data-testid=confirm-trash]").await;
    if let Some(name) = picture {
        window.picture(name).await;
        accessible(window).await;
    }
    window.click("[data-testid=confirm-trash]").await;
    window.see("[data-testid=done-action]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_is_thrown_away_brought_back_deleted_and_restored_from_a_backup() {
    let mut window = Window::open("data").await;
    talk(&mut window, TIP_CALCULATOR).await;
    build(&mut window).await;
    let link = window.see("[data-testid=live-link]").await;
    let url = link.attr("data-url").await.unwrap().unwrap();
    let project = std::fs::read_dir(window.home().join("Builds"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let (head, tags) = (git(&project, &["rev-parse", "HEAD"]), git(&project, &["tag"]));

    // A day's backup is made soon after the start, because there is none yet.
    let home = window.close().await;
    let mut window = Window::open_in("data", home).await;
    to_the_data(&window).await;
    window.says("[data-testid=backups]", "Daily").await;

    // Into the trash, which takes the page away, and back with one click.
    window.click("[data-testid^=build-row]").await;
    window.see("[data-testid=complete-page]").await;
    move_to_trash(&mut window, Some("move-to-trash")).await;
    window.picture("moved").await;
    accessible(&window).await;
    window.gone("[data-testid^=build-row]").await;
    until("the page goes", || get(&url).is_none()).await;
    window.click("[data-testid=done-action]").await;
    window.see("[data-testid=complete-page]").await;
    until("the page is back", || {
        get(&url).is_some_and(|(status, _)| status == 200)
    })
    .await;
    assert_eq!(window.count("[data-testid=trash]").await, 0, "nothing is in the trash");

    // Again, and read there.
    move_to_trash(&mut window, None).await;
    window.click("[data-testid=trash]").await;
    window.see("[data-testid^=trash-row]").await;
    window.picture("trash").await;
    accessible(&window).await;
    // Its title, which the driver does not see where it could be cut off.
    window
        .run("document.querySelector('[data-testid^=trash-row] button').click()")
        .await;
    window.see("[data-testid=restore-this-build]").await;
    window.picture("read-in-the-trash").await;
    accessible(&window).await;
    window.click("[data-testid=restore-this-build]").await;
    window.gone("[data-testid=restore-this-build]").await;
    until("the page is back", || {
        get(&url).is_some_and(|(status, _)| status == 200)
    })
    .await;
    window.click("[data-testid=tab-timeline]").await;
    window.type_into("[aria-label=Filter]", "trash").await;
    window.says("#view", "Moved to the trash").await;
    window.click("[data-testid=verify-history]").await;
    window.says("#view", "events are as they were written").await;

    // A backup by hand.
    to_the_data(&window).await;
    window.click("[data-testid=back-up-now]").await;
    window.says("[data-testid=backups]", "Made by you").await;
    window.picture("data").await;
    accessible(&window).await;
    window.fits().await;

    // Deleted for good, in the dark.
    window.click("[data-testid^=build-row]").await;
    window.see("[data-testid=complete-page]").await;
    move_to_trash(&mut window, None).await;
    theme(&window, "Dark").await;
    window.click("[data-testid=trash]").await;
    window.see("[data-testid^=trash-row]").await;
    window.picture("trash-dark").await;
    accessible(&window).await;
    window.click("[data-testid=delete-for-good]").await;
    window.see("[data-testid=confirm-delete]").await;
    window.picture("delete-for-good").await;
    accessible(&window).await;
    window.click("[data-testid=confirm-delete]").await;
    window.see("[data-testid=trash-new]").await;
    window.gone("[data-testid=done]").await;
    window.picture("empty-trash").await;
    accessible(&window).await;
    let all = "SELECT count(*) FROM build_workflows WHERE id <> ?1";
    assert_eq!(window.rows(all, ""), 0);
    let worktrees = std::fs::read_dir(window.home().join("data/worktrees")).unwrap();
    assert_eq!(worktrees.count(), 0);
    assert_eq!(git(&project, &["branch", "--list", "q/*"]), "");
    assert_eq!(git(&project, &["rev-parse", "HEAD"]), head, "what was released stays");
    assert_eq!(git(&project, &["tag"]), tags);

    // The backup brings it back, in a small window, without a restart.
    window.resize(900, 600).await;
    to_the_data(&window).await;
    window.picture("data-dark").await;
    accessible(&window).await;
    window.fits().await;
    window.click("[data-testid=restore-backup]").await;
    window.see("[data-testid=confirm-restore]").await;
    window.picture("restore").await;
    accessible(&window).await;
    window.click("[data-testid=confirm-restore]").await;
    window.says("[data-testid=done]", "is restored").await;
    window.says("[data-testid=backups]", "Before a restore").await;
    window.picture("restored").await;
    window.click("[data-testid^=build-row]").await;
    window.see("[data-testid=complete-page]").await;
    until("the page is back", || {
        get(&url).is_some_and(|(status, body)| status == 200 && body.to_lowercase().contains("tip"))
    })
    .await;
    window.click("[data-testid=tab-timeline]").await;
    window.click("[data-testid=verify-history]").await;
    window.says("#view", "events are as they were written").await;

    // Everything, once the word is typed.
    window.resize(1280, 800).await;
    to_the_data(&window).await;
    window.click("[data-testid=delete-all]").await;
    window.type_into("[data-testid=type-to-delete]", "delet").await;
    assert!(
        !window
            .see("[data-testid=confirm-delete-all]")
            .await
            .is_enabled()
            .await
            .unwrap()
    );
    window.type_into("[data-testid=type-to-delete]", "e").await;
    window.picture("delete-all").await;
    accessible(&window).await;
    window.click("[data-testid=confirm-delete-all]").await;
    window.see("[data-testid=composer]").await;
    window.see("html[data-theme=light]").await;
    assert_eq!(window.rows(all, ""), 0);
    window.gone("[data-testid^=build-row]").await;
    until("the page goes", || get(&url).is_none()).await;
    assert!(!window.home().join("data/settings.json").exists());
    assert_eq!(git(&project, &["rev-parse", "HEAD"]), head);
    window.picture("deleted-all").await;
    // And it goes on from here.
    talk(&mut window, TIP_CALCULATOR).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_replaced_by_a_backup() {
    let mut window = Window::open("rescue").await;
    talk(&mut window, TIP_CALCULATOR).await;
    to_the_data(&window).await;
    window.click("[data-testid=back-up-now]").await;
    window.says("[data-testid=backups]", "Made by you").await;
    let home = window.close().await;
    let database = home.path().join("data/q-assistant.db");
    std::fs::write(&database, "Coffee was spilled here. ".repeat(500)).unwrap();
    for log in ["q-assistant.db-wal", "q-assistant.db-shm"] {
        let _ = std::fs::remove_file(home.path().join("data").join(log));
    }
    let mut window = Window::open_in("rescue-damaged", home).await;
    window.see("[data-testid=restore-newest]").await;
    window.picture("damaged").await;
    accessible(&window).await;
    window.click("[data-testid=restore-newest]").await;
    window.click("[data-testid=confirm-restore]").await;
    window.click("[data-testid^=build-row]").await;
    window.click("[data-testid=tab-plan]").await;
    window.see("[data-testid=ready-to-build]").await;
    window.picture("rescued").await;
    let aside = std::fs::read_to_string(window.home().join("data/q-assistant.db.aside-0")).unwrap();
    assert!(aside.starts_with("Coffee"));

    // A day's backup that cannot be made is said, wherever the person is, until it can.
    let home = window.close().await;
    let backups = home.path().join("data/backups");
    std::fs::remove_dir_all(&backups).unwrap();
    std::fs::write(&backups, "A file where the folder should be").unwrap();
    let mut window = Window::open_in("rescue-no-backup", home).await;
    window
        .says("[data-testid=error-notice]", "The daily backup could not be made")
        .await;
    window.picture("no-daily-backup").await;
    accessible(&window).await;
    std::fs::remove_file(&backups).unwrap();
    to_the_data(&window).await;
    window.click("[data-testid=back-up-now]").await;
    window.says("[data-testid=backups]", "Made by you").await;
    window.gone("[data-testid=error-notice]").await;
}
