//! A release moves the project's branch, or nothing at all.

use workspace::{Project, ReleaseOrder, Released, WorkspaceError, Worktree};

use crate::support::{Desk, git, read, write};

async fn order(worktree: &Worktree, key: &str) -> ReleaseOrder {
    let made = worktree
        .checkpoint("refs/q-assistant/w1/testing-1", "work")
        .await
        .unwrap();
    ReleaseOrder {
        key: key.to_owned(),
        commit: made.commit,
        onto: "main".to_owned(),
        tag: format!("q-tips-{key}"),
        message: "Tips".to_owned(),
    }
}

async fn built(desk: &Desk) -> (Project, Worktree, ReleaseOrder) {
    let (project, worktree) = desk.worktree().await;
    write(worktree.path(), "index.html", "<h1>Tips</h1>\n");
    let order = order(&worktree, "k1").await;
    (project, worktree, order)
}

async fn release(project: &Project, order: &ReleaseOrder) -> Result<Released, WorkspaceError> {
    let merge = project.merge(order).await?;
    project.release(order, &merge).await
}

#[tokio::test]
async fn it_merges_tags_and_brings_the_files_and_goes_back_the_same_way() {
    let desk = Desk::new();
    let before = desk.head();
    let (project, _, order) = built(&desk).await;
    let released = release(&project, &order).await.unwrap();
    assert_eq!(desk.head(), released.merged_commit);
    assert_eq!(read(&desk.project(), "index.html"), "<h1>Tips</h1>\n");
    assert_eq!(git(&desk.project(), &["tag"]), "q-tips-k1");
    assert_eq!(git(&desk.project(), &["status", "--porcelain"]), "");
    project.undo_release(&released, "main").await.unwrap();
    assert_eq!(desk.head(), before);
    assert!(!desk.project().join("index.html").exists());
    assert_eq!(git(&desk.project(), &["tag"]), "");
}

#[tokio::test]
async fn asked_twice_it_is_done_once() {
    let desk = Desk::new();
    let (project, _, order) = built(&desk).await;
    let first = release(&project, &order).await.unwrap();
    assert_eq!(release(&project, &order).await.unwrap(), first);
    assert_eq!(project.release_outcome(&order).await.unwrap(), Some(first));
    assert_eq!(git(&desk.project(), &["rev-list", "--merges", "--count", "HEAD"]), "1");
}

#[tokio::test]
async fn what_a_kill_left_half_done_is_finished() {
    let desk = Desk::new();
    let (project, _, order) = built(&desk).await;
    let before = desk.head();
    let released = release(&project, &order).await.unwrap();
    // As if it had been killed right after the branch moved: the files and the tag are still behind, and the person has staged
    // something that has nothing to do with it.
    git(&desk.project(), &["tag", "-d", "q-tips-k1"]);
    git(&desk.project(), &["read-tree", "--reset", "-u", &before]);
    write(&desk.project(), "mine.txt", "staged\n");
    git(&desk.project(), &["add", "mine.txt"]);
    assert!(!desk.project().join("index.html").exists());
    assert_eq!(release(&project, &order).await.unwrap(), released);
    assert!(desk.project().join("index.html").exists());
    assert_eq!(git(&desk.project(), &["tag"]), "q-tips-k1");
}

#[tokio::test]
async fn work_of_others_in_between_is_merged_with_and_a_conflict_merges_nothing() {
    let desk = Desk::new();
    let (project, worktree, order_before) = built(&desk).await;
    write(&desk.project(), "other.txt", "theirs\n");
    desk.commit("theirs");
    let released = release(&project, &order_before).await.unwrap();
    assert!(desk.project().join("other.txt").exists() && desk.project().join("index.html").exists());
    write(worktree.path(), "README.md", "build's\n");
    let second = order(&worktree, "k2").await;
    write(&desk.project(), "README.md", "person's\n");
    let theirs = desk.commit("person's");
    let conflict = release(&project, &second).await.unwrap_err();
    assert_eq!(conflict.code(), "release_conflicts");
    assert!(conflict.to_string().contains("README.md"), "{conflict}");
    assert_eq!(desk.head(), theirs);
    assert_eq!(
        git(&desk.project(), &["status", "--porcelain"]),
        "",
        "nothing is half merged"
    );
    // What came later stays when the release before it is taken back.
    project.undo_release(&released, "main").await.unwrap();
    assert!(!desk.project().join("index.html").exists());
    assert_eq!(read(&desk.project(), "README.md"), "person's\n");
    assert_eq!(git(&desk.project(), &["status", "--porcelain"]), "");
    assert_eq!(git(&desk.project(), &["tag"]), "");
    let back = desk.head();
    project.undo_release(&released, "main").await.unwrap();
    assert_eq!(desk.head(), back, "taken back twice is taken back once");
}

#[tokio::test]
async fn what_was_taken_back_by_a_commit_can_be_released_again() {
    let desk = Desk::new();
    let (project, worktree, first) = built(&desk).await;
    let released = release(&project, &first).await.unwrap();
    write(&desk.project(), "other.txt", "theirs\n");
    desk.commit("theirs");
    project.can_undo_release(&released, "main").await.unwrap();
    project.undo_release(&released, "main").await.unwrap();
    write(worktree.path(), "style.css", "h1 {}\n");
    let second = order(&worktree, "k2").await;
    release(&project, &second).await.unwrap();
    assert_eq!(read(&desk.project(), "index.html"), "<h1>Tips</h1>\n");
    assert!(desk.project().join("style.css").exists() && desk.project().join("other.txt").exists());
}

#[tokio::test]
async fn a_build_that_began_after_a_release_does_not_bring_back_what_was_taken_back() {
    let desk = Desk::new();
    let (project, _, first) = built(&desk).await;
    let released = release(&project, &first).await.unwrap();
    write(&desk.project(), "notes.txt", "mine\n");
    desk.commit("mine");
    let second = project
        .add_worktree(&desk.dir.path().join("data/worktrees/w2"), "q/other-2")
        .await
        .unwrap();
    project.undo_release(&released, "main").await.unwrap();
    write(second.path(), "other.html", "other\n");
    let second = order(&second, "k2").await;
    release(&project, &second).await.unwrap();
    assert!(!desk.project().join("index.html").exists(), "it was taken back");
    assert!(desk.project().join("other.html").exists() && desk.project().join("notes.txt").exists());
}

#[tokio::test]
async fn taken_back_and_released_again_however_often() {
    let desk = Desk::new();
    let (project, _, first) = built(&desk).await;
    for round in 0..3 {
        let again = ReleaseOrder {
            key: format!("round-{round}"),
            tag: format!("q-tips-{round}"),
            ..first.clone()
        };
        let released = release(&project, &again).await.unwrap();
        assert!(desk.project().join("index.html").exists(), "round {round}");
        write(&desk.project(), &format!("mine-{round}.txt"), "mine\n");
        desk.commit("mine");
        project.undo_release(&released, "main").await.unwrap();
        assert!(!desk.project().join("index.html").exists(), "round {round}");
    }
    assert!(desk.project().join("mine-0.txt").exists());
}

#[tokio::test]
async fn a_release_that_a_rebase_wrote_anew_is_taken_back_all_the_same() {
    let desk = Desk::new();
    let start = desk.head();
    let (project, _, first) = built(&desk).await;
    let released = release(&project, &first).await.unwrap();
    // Upstream went on, and the person pulled with rebase: the merge commit is gone, its work is not.
    git(&desk.project(), &["branch", "upstream", &start]);
    git(&desk.project(), &["switch", "-q", "upstream"]);
    write(&desk.project(), "theirs.txt", "theirs\n");
    desk.commit("theirs");
    git(&desk.project(), &["switch", "-q", "main"]);
    git(&desk.project(), &["rebase", "-q", "upstream"]);
    assert!(desk.project().join("index.html").exists());
    project.undo_release(&released, "main").await.unwrap();
    assert!(!desk.project().join("index.html").exists());
    assert!(desk.project().join("theirs.txt").exists());
    assert_eq!(git(&desk.project(), &["status", "--porcelain"]), "");
    // And where it is really gone, there is nothing to do.
    git(&desk.project(), &["reset", "-q", "--hard", &start]);
    project.undo_release(&released, "main").await.unwrap();
    assert_eq!(desk.head(), start);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_the_person_made_a_link_stays_one() {
    let desk = Desk::new();
    write(&desk.project(), "assets/a.txt", "a\n");
    desk.commit("assets");
    let (project, worktree) = desk.worktree().await;
    write(worktree.path(), "assets/a.txt", "b\n");
    let order = order(&worktree, "k1").await;
    let shared = desk.dir.path().join("shared");
    std::fs::rename(desk.project().join("assets"), &shared).unwrap();
    std::os::unix::fs::symlink(&shared, desk.project().join("assets")).unwrap();
    let refused = release(&project, &order).await.unwrap_err();
    assert!(refused.to_string().contains("assets"), "{refused}");
    assert!(desk.project().join("assets").is_symlink());
    assert_eq!(read(&shared, "a.txt"), "a\n");
}

#[tokio::test]
async fn a_release_that_later_work_builds_on_is_taken_back_by_the_person() {
    let desk = Desk::new();
    let (project, _, order) = built(&desk).await;
    let released = release(&project, &order).await.unwrap();
    write(&desk.project(), "index.html", "<h1>Better tips</h1>\n");
    let later = desk.commit("better");
    for refused in [
        project.can_undo_release(&released, "main").await.unwrap_err(),
        project.undo_release(&released, "main").await.unwrap_err(),
    ] {
        assert_eq!(refused.code(), "release_moved");
        assert!(refused.to_string().contains("index.html"), "{refused}");
    }
    assert_eq!(desk.head(), later);
    // Done by hand, as the sentence says, it is done.
    git(&desk.project(), &["rm", "-q", "index.html"]);
    let by_hand = desk.commit("take it back");
    project.undo_release(&released, "main").await.unwrap();
    assert_eq!(desk.head(), by_hand);
}

#[tokio::test]
async fn ignored_files_and_files_where_a_folder_would_be_are_kept() {
    let desk = Desk::new();
    write(&desk.project(), ".gitignore", "dist/\n");
    desk.commit("ignore");
    let (project, worktree) = desk.worktree().await;
    write(worktree.path(), ".gitignore", "\n");
    write(worktree.path(), "dist/index.html", "theirs\n");
    write(worktree.path(), "docs/index.html", "theirs\n");
    let order = order(&worktree, "k1").await;
    write(&desk.project(), "dist/index.html", "mine, and ignored\n");
    write(&desk.project(), "docs", "a file of mine\n");
    let before = desk.head();
    let refused = release(&project, &order).await.unwrap_err().to_string();
    assert!(
        refused.contains("dist/index.html") && refused.contains("docs"),
        "{refused}"
    );
    assert_eq!(desk.head(), before);
    assert_eq!(read(&desk.project(), "dist/index.html"), "mine, and ignored\n");
    assert_eq!(read(&desk.project(), "docs"), "a file of mine\n");
}

#[tokio::test]
async fn a_merge_that_is_not_finished_and_files_git_does_not_look_at_are_in_the_way() {
    let desk = Desk::new();
    let (project, worktree) = desk.worktree().await;
    write(worktree.path(), "README.md", "theirs\n");
    let order = order(&worktree, "k1").await;
    git(&desk.project(), &["update-index", "--assume-unchanged", "README.md"]);
    write(&desk.project(), "README.md", "mine, unseen\n");
    assert_eq!(
        release(&project, &order).await.unwrap_err().code(),
        "release_files_in_the_way"
    );
    assert_eq!(read(&desk.project(), "README.md"), "mine, unseen\n");
    write(&desk.project(), "README.md", "Hello\n");
    git(&desk.project(), &["update-index", "--no-assume-unchanged", "README.md"]);
    git(&desk.project(), &["switch", "-q", "-c", "side"]);
    write(&desk.project(), "side.txt", "side\n");
    desk.commit("side");
    git(&desk.project(), &["switch", "-q", "main"]);
    git(&desk.project(), &["merge", "-q", "--no-ff", "--no-commit", "side"]);
    let before = desk.head();
    let refused = release(&project, &order).await.unwrap_err();
    assert!(refused.to_string().contains("merge"), "{refused}");
    assert_eq!(desk.head(), before);
    git(&desk.project(), &["commit", "-q", "-m", "merged"]);
    release(&project, &order).await.unwrap();
    assert!(desk.project().join("side.txt").exists());
}

#[tokio::test]
async fn files_that_cannot_be_written_leave_the_branch_where_it_was() {
    let desk = Desk::new();
    let (project, _, order) = built(&desk).await;
    let before = desk.head();
    let lock = desk.project().join(".git/index.lock");
    std::fs::write(&lock, "").unwrap();
    release(&project, &order).await.unwrap_err();
    std::fs::remove_file(&lock).unwrap();
    assert_eq!(desk.head(), before);
    assert_eq!(git(&desk.project(), &["status", "--porcelain"]), "");
    release(&project, &order).await.unwrap();
    assert_eq!(git(&desk.project(), &["rev-list", "--merges", "--count", "HEAD"]), "1");
    assert_eq!(git(&desk.project(), &["status", "--porcelain"]), "");
}

#[tokio::test]
async fn a_branch_in_another_worktree_of_the_person_brings_its_files_there() {
    let desk = Desk::new();
    let (project, _, order) = built(&desk).await;
    git(&desk.project(), &["switch", "-q", "-c", "elsewhere"]);
    let linked = desk.dir.path().join("linked");
    git(
        &desk.project(),
        &["worktree", "add", "-q", linked.to_str().unwrap(), "main"],
    );
    release(&project, &order).await.unwrap();
    assert_eq!(read(&linked, "index.html"), "<h1>Tips</h1>\n");
    assert_eq!(git(&linked, &["status", "--porcelain"]), "");
    assert!(!desk.project().join("index.html").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_lead_out_are_not_served() {
    let desk = Desk::new();
    write(desk.dir.path(), "secret.txt", "secret");
    let (project, worktree) = desk.worktree().await;
    write(worktree.path(), "index.html", "<h1>Tips</h1>\n");
    std::os::unix::fs::symlink(desk.dir.path(), worktree.path().join("assets")).unwrap();
    std::os::unix::fs::symlink("index.html", worktree.path().join("home.html")).unwrap();
    let order = order(&worktree, "k1").await;
    let released = release(&project, &order).await.unwrap();
    let site = desk.dir.path().join("site");
    project.export_tree(&released.merged_commit, &site).await.unwrap();
    assert!(std::fs::symlink_metadata(site.join("assets")).is_err());
    assert!(site.join("home.html").exists());
}

#[tokio::test]
async fn uncommitted_changes_in_the_way_are_named_and_kept() {
    let desk = Desk::new();
    let (project, _, order) = built(&desk).await;
    write(&desk.project(), "index.html", "mine, not committed\n");
    let before = desk.head();
    let refused = release(&project, &order).await.unwrap_err();
    assert_eq!(refused.code(), "release_files_in_the_way");
    assert!(refused.to_string().contains("index.html"), "{refused}");
    assert_eq!(
        (desk.head(), read(&desk.project(), "index.html")),
        (before, "mine, not committed\n".to_owned())
    );
    std::fs::rename(desk.project().join("index.html"), desk.project().join("elsewhere.html")).unwrap();
    release(&project, &order).await.unwrap();
    assert_eq!(
        read(&desk.project(), "elsewhere.html"),
        "mine, not committed\n",
        "what is not in the way stays"
    );
}

#[tokio::test]
async fn a_branch_that_is_not_checked_out_is_released_without_touching_the_files() {
    let desk = Desk::new();
    let (project, _, order) = built(&desk).await;
    git(&desk.project(), &["checkout", "-q", "-b", "elsewhere"]);
    release(&project, &order).await.unwrap();
    assert!(!desk.project().join("index.html").exists());
    assert!(git(&desk.project(), &["ls-tree", "--name-only", "main"]).contains("index.html"));
}

#[tokio::test]
async fn exactly_the_merged_tree_is_exported() {
    let desk = Desk::new();
    let (project, _, order) = built(&desk).await;
    let released = release(&project, &order).await.unwrap();
    write(&desk.project(), "index.html", "changed afterwards\n");
    let site = desk.dir.path().join("site");
    project.export_tree(&released.merged_commit, &site).await.unwrap();
    assert_eq!(read(&site, "index.html"), "<h1>Tips</h1>\n");
    assert!(!site.join(".git").exists());
}

#[tokio::test]
async fn a_served_page_answers_its_own_probe_and_nothing_outside_is_served() {
    let desk = Desk::new();
    let site = desk.dir.path().join("site");
    write(&site, "index.html", "<h1>Tips</h1>");
    write(desk.dir.path(), "secret.txt", "secret");
    let served = workspace::serve(&site, "release-1", 0).await.unwrap();
    let probe = workspace::probe(&served.url(), "release-1").await;
    assert!(probe.ok, "{}", probe.detail);
    assert!(
        !workspace::probe(&served.url(), "another").await.ok,
        "another release at this port is not this one"
    );
    let body = reqwest::get(format!("{}..%2fsecret.txt", served.url())).await.unwrap();
    assert!(!body.text().await.unwrap().contains("secret"));
    let url = served.url();
    drop(served);
    assert!(
        !workspace::probe(&url, "release-1").await.ok,
        "taken down, it does not answer"
    );
}
