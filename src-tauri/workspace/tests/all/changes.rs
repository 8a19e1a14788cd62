//! What changed between two points: the list first, each file's part when it is asked for.

use workspace::{FileStatus, Space};

use crate::support::{Desk, write};

#[tokio::test]
async fn files_are_listed_with_what_happened_to_them() {
    let desk = Desk::new();
    write(&desk.project(), "gone.txt", "1\n");
    write(&desk.project(), "moved.txt", &"the same line\n".repeat(40));
    write(&desk.project(), "text.txt", "one\ntwo\nthree\n");
    desk.commit("before");
    let base = desk.head();
    let (_, worktree) = desk.worktree().await;
    std::fs::remove_file(worktree.path().join("gone.txt")).unwrap();
    std::fs::rename(worktree.path().join("moved.txt"), worktree.path().join("there.txt")).unwrap();
    write(worktree.path(), "text.txt", "one\n  two\nthree\nfour\n");
    write(worktree.path(), "new folder/diff --git a.txt", "diff --git a/x b/x\n");
    std::fs::write(worktree.path().join("picture.bin"), [0_u8, 1, 2, 0]).unwrap();
    let tree = worktree.tree_hash().await.unwrap();
    let files = worktree.changes(&base, &tree, Space::Counts).await.unwrap();
    let of = |path: &str| files.iter().find(|file| file.path == path).unwrap();
    assert_eq!(files.len(), 5);
    assert_eq!(
        (of("gone.txt").status, of("gone.txt").deletions),
        (FileStatus::Deleted, 1)
    );
    assert_eq!(of("there.txt").old_path.as_deref(), Some("moved.txt"));
    assert_eq!((of("text.txt").insertions, of("text.txt").deletions), (2, 1));
    assert!(of("picture.bin").binary);

    let patches = worktree.patches(&base, &tree, Space::Counts, &files).await.unwrap();
    for file in &files {
        let alone = worktree
            .patch(&base, &tree, Space::Counts, &file.path, file.old_path.as_deref())
            .await
            .unwrap();
        assert_eq!(patches.get(&file.path), Some(&alone), "{}", file.path);
    }
    let quiet = worktree.changes(&base, &tree, Space::Ignored).await.unwrap();
    let text = quiet.iter().find(|file| file.path == "text.txt").unwrap();
    assert_eq!((text.insertions, text.deletions), (1, 0), "white space is no change");
}

#[tokio::test]
async fn a_file_of_many_lines_is_cut_and_says_so() {
    let desk = Desk::new();
    let base = desk.head();
    let (_, worktree) = desk.worktree().await;
    write(worktree.path(), "large.txt", &"ä line of text\n".repeat(160_000));
    let tree = worktree.tree_hash().await.unwrap();
    let patch = worktree
        .patch(&base, &tree, Space::Counts, "large.txt", None)
        .await
        .unwrap();
    assert!(patch.truncated && patch.text.ends_with('\n') && patch.text.len() <= 2 * 1024 * 1024);
}
