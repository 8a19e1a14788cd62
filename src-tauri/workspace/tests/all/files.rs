//! Paths that a model names never lead out of the worktree.

use rstest::rstest;
use workspace::Files;

use crate::support::{read, write};

#[rstest]
#[case("../outside.txt")]
#[case("a/../../outside.txt")]
#[case("/tmp/q-assistant-outside.txt")]
#[case("./../inside-twin/outside.txt")]
#[case(".git")]
#[case(".git/config")]
#[case("a/.git/hooks/pre-commit")]
#[case("")]
fn paths_that_leave_or_touch_git_are_refused(#[case] path: &str) {
    let desk = tempfile::tempdir().unwrap();
    let inside = desk.path().join("inside");
    write(&inside, "a/file.txt", "text");
    write(&desk.path().join("inside-twin"), "outside.txt", "untouched");
    write(desk.path(), "outside.txt", "untouched");
    let files = Files::open(&inside).unwrap();
    assert!(files.write(path, "changed").is_err(), "write {path}");
    assert!(files.edit(path, "untouched", "changed").is_err(), "edit {path}");
    assert!(files.read(path, None, None).is_err(), "read {path}");
    assert_eq!(read(desk.path(), "outside.txt"), "untouched");
    assert_eq!(read(desk.path(), "inside-twin/outside.txt"), "untouched");
}

#[cfg(unix)]
#[test]
fn symlinks_that_lead_out_are_not_followed() {
    let desk = tempfile::tempdir().unwrap();
    let inside = desk.path().join("inside");
    std::fs::create_dir_all(&inside).unwrap();
    write(desk.path(), "secret/key.txt", "secret");
    std::os::unix::fs::symlink(desk.path().join("secret"), inside.join("folder")).unwrap();
    std::os::unix::fs::symlink(desk.path().join("secret/key.txt"), inside.join("file")).unwrap();
    let files = Files::open(&inside).unwrap();
    for path in ["folder/key.txt", "file"] {
        assert!(files.read(path, None, None).is_err(), "read {path}");
        let _ = files.write(path, "changed");
    }
    assert_eq!(read(desk.path(), "secret/key.txt"), "secret");
    assert!(files.search("secret", "").unwrap().is_empty());
}

#[cfg(unix)]
#[test]
fn an_edit_keeps_what_the_file_is() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let files = Files::open(dir.path()).unwrap();
    std::fs::write(at("run.sh"), "echo one\n").unwrap();
    std::fs::set_permissions(at("run.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    files.edit("run.sh", "one", "two").unwrap();
    assert_eq!(
        std::fs::metadata(at("run.sh")).unwrap().permissions().mode() & 0o777,
        0o755
    );
    let latin = b"caf\xe9 one\n";
    std::fs::write(at("latin.txt"), latin).unwrap();
    let refused = files.edit("latin.txt", "one", "two").unwrap_err().to_string();
    assert!(refused.contains("UTF-8"), "{refused}");
    assert_eq!(std::fs::read(at("latin.txt")).unwrap(), latin);
    std::os::unix::fs::symlink("run.sh", at("link.sh")).unwrap();
    files.edit("link.sh", "two", "three").unwrap_err();
    assert_eq!(std::fs::read_to_string(at("run.sh")).unwrap(), "echo two\n");
    // A pipe that nobody writes to would be read for ever.
    std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
    files.read("pipe", None, None).unwrap_err();
    assert_eq!(
        files.search("echo", "").unwrap().len(),
        2,
        "the script and the link to it"
    );
}

#[test]
fn an_edit_needs_exactly_one_place() {
    let desk = tempfile::tempdir().unwrap();
    let files = Files::open(desk.path()).unwrap();
    files.write("deep/er/a.txt", "one two two").unwrap();
    files.edit("deep/er/a.txt", "one", "1").unwrap();
    assert!(files.edit("deep/er/a.txt", "two", "2").is_err(), "which of the two?");
    assert!(files.edit("deep/er/a.txt", "three", "3").is_err());
    assert_eq!(read(desk.path(), "deep/er/a.txt"), "1 two two");
}

#[test]
fn what_is_no_text_or_no_pattern_is_said_so() {
    let desk = tempfile::tempdir().unwrap();
    std::fs::write(desk.path().join("picture.bin"), [0, 159, 146, 150, 0]).unwrap();
    let files = Files::open(desk.path()).unwrap();
    assert!(files.read("picture.bin", None, None).is_err());
    assert!(files.search("(", "").is_err());
    assert!(
        files
            .read("missing.txt", None, None)
            .unwrap_err()
            .to_string()
            .contains("missing.txt")
    );
}

#[test]
fn a_long_file_is_read_in_parts_and_says_that_there_is_more() {
    let desk = tempfile::tempdir().unwrap();
    let files = Files::open(desk.path()).unwrap();
    let text: String = (1..=500).map(|line| format!("line {line}\n")).collect();
    files.write("long.txt", &text).unwrap();
    let part = files.read("long.txt", Some(100), Some(2)).unwrap();
    assert_eq!((part.text.trim_end(), part.total_lines), ("line 100\nline 101", 500));
}
