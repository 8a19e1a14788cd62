//! Whatever folder a person chooses: it works, or it is said why not; nothing of theirs is touched.

use std::path::Path;

use workspace::Project;

use crate::support::{Desk, git, read, write};

async fn refused(path: &Path) -> (&'static str, String) {
    let error = Project::open_or_create(path).await.expect_err("it is refused");
    (error.code(), error.to_string())
}

#[tokio::test]
async fn a_new_folder_becomes_a_repository_with_a_first_commit() {
    let desk = tempfile::tempdir().unwrap();
    let path = desk.path().join("Builds/Trinkgeld – ü");
    let project = Project::open_or_create(&path).await.unwrap();
    assert_eq!(project.branch().await.unwrap().as_deref(), Some("main"));
    assert!(project.head().await.unwrap().is_some());
    assert!(!project.has_files().await.unwrap());
    let again = Project::open_or_create(&path).await.unwrap();
    assert_eq!(
        again.head().await.unwrap(),
        project.head().await.unwrap(),
        "opened again, it is the same"
    );
}

#[tokio::test]
async fn a_folder_with_files_becomes_a_repository_that_has_them() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "notes.txt", "mine");
    let project = Project::open_or_create(desk.path()).await.unwrap();
    assert!(project.has_files().await.unwrap());
    assert_eq!(git(desk.path(), &["status", "--porcelain"]), "");
}

#[tokio::test]
async fn a_repository_without_commits_keeps_its_files_uncommitted() {
    let desk = tempfile::tempdir().unwrap();
    git(desk.path(), &["init", "-q", "-b", "trunk"]);
    write(desk.path(), "draft.txt", "mine");
    git(desk.path(), &["add", "draft.txt"]);
    let project = Project::open_or_create(desk.path()).await.unwrap();
    assert_eq!(project.branch().await.unwrap().as_deref(), Some("trunk"));
    assert!(!project.has_files().await.unwrap(), "nothing of it was committed");
    assert_eq!(git(desk.path(), &["status", "--porcelain"]), "A  draft.txt");
}

#[tokio::test]
async fn uncommitted_changes_are_seen_and_left_alone() {
    let desk = Desk::new();
    write(&desk.project(), "README.md", "changed\n");
    write(&desk.project(), "new file.txt", "new\n");
    let before = git(&desk.project(), &["status", "--porcelain"]);
    let facts = Project::inspect(&desk.project()).await.unwrap();
    assert_eq!(facts.uncommitted, ["README.md", "new file.txt"]);
    let (_, worktree) = desk.worktree().await;
    assert_eq!(
        read(worktree.path(), "README.md"),
        "Hello\n",
        "the build starts from the last commit"
    );
    assert_eq!(git(&desk.project(), &["status", "--porcelain"]), before);
}

#[tokio::test]
async fn a_folder_that_is_gone_or_a_file_is_said_so() {
    let desk = tempfile::tempdir().unwrap();
    let gone = desk.path().join("gone");
    let error = Project::open(&gone).await.err().unwrap();
    assert_eq!(error.code(), "folder_gone");
    assert!(error.to_string().contains("gone"), "{error}");
    write(desk.path(), "a-file", "text");
    let (code, sentence) = refused(&desk.path().join("a-file")).await;
    assert_eq!(code, "not_a_folder", "{sentence}");
    let (code, sentence) = refused(&desk.path().join("a-file/below")).await;
    assert_eq!(code, "not_writable", "{sentence}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said_so() {
    // Root may write everywhere but here.
    let (code, sentence) = refused(Path::new("/proc/q-assistant-cannot-write-here")).await;
    assert_eq!(code, "not_writable", "{sentence}");
}

#[tokio::test]
async fn a_folder_inside_another_repository_is_not_mistaken_for_it() {
    let desk = Desk::new();
    let inner = desk.project().join("inner");
    std::fs::create_dir_all(&inner).unwrap();
    let error = Project::open(&inner).await.err().unwrap();
    assert_eq!(error.code(), "not_a_repository");
}

#[tokio::test]
async fn a_detached_head_has_no_branch() {
    let desk = Desk::new();
    git(&desk.project(), &["checkout", "-q", "--detach"]);
    assert_eq!(desk.open().await.branch().await.unwrap(), None);
}

#[tokio::test]
async fn a_worktree_that_was_deleted_or_half_made_is_made_again_on_its_branch() {
    let desk = Desk::new();
    let (project, worktree) = desk.worktree().await;
    write(worktree.path(), "a.txt", "kept\n");
    let kept = worktree
        .checkpoint("refs/q-assistant/w1/implementation-1", "kept")
        .await
        .unwrap();
    std::fs::remove_dir_all(worktree.path()).unwrap();
    std::fs::create_dir_all(worktree.path().join("half")).unwrap();
    let again = project.add_worktree(worktree.path(), "q/tips-1").await.unwrap();
    assert_eq!(again.head().await.unwrap(), kept);
    assert_eq!(read(again.path(), "a.txt"), "kept\n");
}

#[tokio::test]
async fn a_repository_whose_commits_cannot_be_read_is_not_begun_anew() {
    let desk = Desk::new();
    let before = desk.head();
    std::fs::rename(desk.project().join(".git/objects"), desk.dir.path().join("objects")).unwrap();
    std::fs::create_dir(desk.project().join(".git/objects")).unwrap();
    let refused = Project::open_or_create(&desk.project()).await.unwrap_err();
    assert_eq!(refused.code(), "damaged_repository");
    std::fs::remove_dir_all(desk.project().join(".git/objects")).unwrap();
    std::fs::rename(desk.dir.path().join("objects"), desk.project().join(".git/objects")).unwrap();
    assert_eq!(desk.head(), before);
    // Nor is one that git does not even recognise: what lies there uncommitted is not ours to commit.
    write(&desk.project(), "secret.env", "secret\n");
    let head = std::fs::read_to_string(desk.project().join(".git/HEAD")).unwrap();
    std::fs::remove_file(desk.project().join(".git/HEAD")).unwrap();
    let refused = Project::open_or_create(&desk.project()).await.unwrap_err();
    assert_eq!(refused.code(), "damaged_repository");
    std::fs::write(desk.project().join(".git/HEAD"), head).unwrap();
    assert_eq!(desk.head(), before);
    assert!(git(&desk.project(), &["status", "--porcelain"]).contains("secret.env"));
}

#[tokio::test]
async fn a_first_commit_is_whole_or_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("app");
    write(&folder, "app.py", "print(1)\n");
    // A repository without commits inside cannot be added.
    write(&folder, "inner/file.txt", "1\n");
    git(&folder.join("inner"), &["init", "-q"]);
    Project::open_or_create(&folder).await.unwrap_err();
    assert!(!folder.join(".git").exists(), "nothing half made is left");
    std::fs::remove_dir_all(folder.join("inner")).unwrap();
    // As a kill right after the repository was made leaves it.
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["config", "q-assistant.begun", "true"]);
    let project = Project::open_or_create(&folder).await.unwrap();
    assert!(project.has_files().await.unwrap());
    assert_eq!(git(&folder, &["status", "--porcelain"]), "");
}

#[tokio::test]
async fn what_cannot_be_built_in_is_said_to_be_what_it_is() {
    let desk = Desk::new();
    let bare = desk.dir.path().join("bare.git");
    git(desk.dir.path(), &["init", "-q", "--bare", bare.to_str().unwrap()]);
    assert_eq!(
        Project::open_or_create(&bare).await.unwrap_err().code(),
        "bare_repository"
    );
    let file = desk.dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert_eq!(Project::open_or_create(&file).await.unwrap_err().code(), "not_a_folder");
    git(&desk.project(), &["config", "filter.ours.required", "true"]);
    git(&desk.project(), &["config", "filter.ours.clean", "cat"]);
    Project::open_or_create(&desk.project())
        .await
        .expect("a filter that no file uses");
    for (name, required) in [("lfs", false), ("ours", true)] {
        let attributes = format!("*.psd filter={name} -text\n");
        write(&desk.project(), "art/.gitattributes", &attributes);
        desk.commit("attributes");
        let refused = Project::open_or_create(&desk.project()).await.unwrap_err();
        assert!(refused.to_string().contains(name), "required {required}: {refused}");
    }
    git(&desk.project(), &["rm", "-q", "-r", "art"]);
    desk.commit("no attributes");
    git(&desk.project(), &["branch", "q"]);
    let refused = desk
        .open()
        .await
        .add_worktree(&desk.dir.path().join("w"), "q/tips-1")
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("branch named q"), "{refused}");
}

#[tokio::test]
async fn a_branch_that_a_role_switched_to_does_not_move() {
    let desk = Desk::new();
    let (_, worktree) = desk.worktree().await;
    let start = worktree.head().await.unwrap();
    git(&desk.project(), &["branch", "feature"]);
    let feature = git(&desk.project(), &["rev-parse", "feature"]);
    git(worktree.path(), &["switch", "-q", "feature"]);
    write(worktree.path(), "work.txt", "work\n");
    let made = worktree.checkpoint("refs/q-assistant/w1/a", "work").await.unwrap();
    assert_eq!(git(&desk.project(), &["rev-parse", "feature"]), feature);
    assert_eq!(git(&desk.project(), &["rev-parse", worktree.branch()]), made.commit);
    git(worktree.path(), &["switch", "-q", "feature"]);
    worktree.restore(&start.commit).await.unwrap();
    assert_eq!(git(&desk.project(), &["rev-parse", "feature"]), feature);
    assert_eq!(git(&desk.project(), &["rev-parse", worktree.branch()]), start.commit);
}

#[tokio::test]
async fn a_worktree_of_the_person_on_a_disk_that_is_away_is_not_forgotten() {
    let desk = Desk::new();
    let theirs = desk.dir.path().join("theirs");
    git(
        &desk.project(),
        &["worktree", "add", "-q", "-b", "theirs", theirs.to_str().unwrap()],
    );
    let away = desk.dir.path().join("away");
    std::fs::rename(&theirs, &away).unwrap();
    desk.worktree().await;
    std::fs::rename(&away, &theirs).unwrap();
    assert_eq!(git(&theirs, &["status", "--porcelain"]), "");
}

#[tokio::test]
async fn going_back_to_a_checkpoint_leaves_nothing_of_what_came_after() {
    let desk = Desk::new();
    let (_, worktree) = desk.worktree().await;
    let start = worktree.head().await.unwrap();
    write(worktree.path(), "kept.txt", "1\n");
    let kept = worktree
        .checkpoint("refs/q-assistant/w1/implementation-1", "one")
        .await
        .unwrap();
    assert_eq!(
        worktree
            .checkpoint("refs/q-assistant/w1/implementation-1", "again")
            .await
            .unwrap()
            .tree,
        kept.tree
    );
    write(worktree.path(), "kept.txt", "half\n");
    write(worktree.path(), "new/half.txt", "half\n");
    worktree.restore(&kept.commit).await.unwrap();
    assert_eq!(read(worktree.path(), "kept.txt"), "1\n");
    assert!(!worktree.path().join("new").exists());
    assert_eq!(worktree.tree_hash().await.unwrap(), kept.tree);
    worktree.restore(&start.commit).await.unwrap();
    assert!(!worktree.path().join("kept.txt").exists());
    assert_eq!(
        git(&desk.project(), &["rev-parse", "refs/q-assistant/w1/implementation-1"]),
        kept.commit,
        "a thrown-away attempt can still be looked at"
    );
}

#[tokio::test]
async fn nothing_that_the_repository_brings_is_run() {
    let desk = Desk::new();
    let proof = desk.dir.path().join("it-ran");
    let trap = format!("touch '{}'", proof.display());
    for hook in [
        "pre-commit",
        "post-checkout",
        "post-commit",
        "reference-transaction",
        "post-index-change",
    ] {
        let file = desk.project().join(".git/hooks").join(hook);
        write(
            &desk.project(),
            &format!(".git/hooks/{hook}"),
            &format!("#!/bin/sh\n{trap}\n"),
        );
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    for (name, value) in [
        ("filter.evil.smudge", trap.as_str()),
        ("filter.evil.clean", trap.as_str()),
        ("diff.evil.textconv", trap.as_str()),
        ("diff.external", trap.as_str()),
        ("core.fsmonitor", trap.as_str()),
    ] {
        git(&desk.project(), &["config", name, value]);
    }
    write(&desk.project(), ".gitattributes", "* filter=evil diff=evil\n");
    // The person's own git would run these; the commit is made without it.
    git(
        &desk.project(),
        &[
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "filter.evil.clean=cat",
            "-c",
            "core.fsmonitor=false",
            "add",
            "-A",
        ],
    );
    git(
        &desk.project(),
        &[
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "core.fsmonitor=false",
            "commit",
            "-q",
            "-m",
            "trap",
        ],
    );
    let _ = std::fs::remove_file(&proof);
    let (project, worktree) = desk.worktree().await;
    write(worktree.path(), "a.txt", "text\n");
    let made = worktree
        .checkpoint("refs/q-assistant/w1/implementation-1", "one")
        .await
        .unwrap();
    worktree.diff(&desk.head(), None).await.unwrap();
    worktree.checkout_clean(&made.tree).await.unwrap();
    worktree.restore(&made.commit).await.unwrap();
    Project::inspect(project.path()).await.unwrap();
    assert!(!proof.exists(), "something of the repository's was run");
}

#[tokio::test]
async fn every_name_that_git_allows_is_compared_as_that_name() {
    let desk = Desk::new();
    let (_project, worktree) = desk.worktree().await;
    for name in [":(x", "[a].txt", "*.txt", "a b.txt", "zwei\nzeilen.txt"] {
        write(worktree.path(), name, name);
    }
    let diffs = worktree.diff(&desk.head(), None).await.unwrap();
    assert_eq!(diffs.len(), 5);
    for diff in diffs {
        let added = diff.patch.text.lines().filter(|line| line.starts_with("+++")).count();
        assert_eq!(
            added, 1,
            "{:?} shows its own change: {}",
            diff.change.path, diff.patch.text
        );
    }
    write(worktree.path(), ".gitignore", ":(x\n");
    let mine = [":(x".to_owned(), "*.txt".to_owned()].into();
    assert_eq!(worktree.ignored_among(&mine).await.unwrap(), [":(x"]);
}
