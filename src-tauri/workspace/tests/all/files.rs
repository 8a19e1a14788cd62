//! Paths that a model names never lead out of the worktree.

use rstest::rstest;
use workspace::{Files, Query};

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
    assert!(find(&files, "secret").is_empty());
    for path in ["folder", "folder/key.txt", "file"] {
        let outside = Query {
            pattern: "secret",
            path,
            ..Query::default()
        };
        assert!(
            files.search(&outside).map_or(true, |found| found.hits.is_empty()),
            "search {path}"
        );
        let listed = files.list(path).map_or(Vec::new(), |listing| listing.entries);
        assert!(
            listed.iter().all(|entry| !entry.path.contains("key")),
            "list {path}: {listed:?}"
        );
    }
    files.rename("folder/key.txt", "stolen.txt").unwrap_err();
    files.delete("folder/key.txt").unwrap_err();
    assert!(desk.path().join("secret/key.txt").exists());
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
    assert_eq!(find(&files, "echo").len(), 2, "the script and the link to it");
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
    let broken = Query {
        pattern: "(",
        ..Query::default()
    };
    assert!(files.search(&broken).is_err());
    assert!(
        files
            .read("missing.txt", None, None)
            .unwrap_err()
            .to_string()
            .contains("missing.txt")
    );
}

fn find(files: &Files, pattern: &str) -> Vec<(String, u64)> {
    let query = Query {
        pattern,
        ..Query::default()
    };
    let found = files.search(&query).unwrap();
    assert_eq!(found.total, found.hits.len() as u64);
    found.hits.into_iter().map(|hit| (hit.path, hit.line)).collect()
}

fn paths(files: &Files, path: &str) -> Vec<String> {
    files
        .list(path)
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| entry.path)
        .collect()
}

#[test]
fn a_long_file_is_read_in_parts_and_says_that_there_is_more() {
    let desk = tempfile::tempdir().unwrap();
    let files = Files::open(desk.path()).unwrap();
    let text: String = (1..=5_000).map(|line| format!("line {line}\n")).collect();
    files.write("long.txt", &text).unwrap();
    let part = files.read("long.txt", Some(100), Some(2)).unwrap();
    assert_eq!(
        (part.first, part.lines.join("|").as_str(), part.more),
        (100, "line 100|line 101", true)
    );
    let whole = files.read("long.txt", None, None).unwrap();
    assert_eq!((whole.lines.len(), whole.more), (2_000, true));
    let end = files.read("long.txt", Some(4_999), None).unwrap();
    assert_eq!((end.lines.join("|").as_str(), end.more), ("line 4999|line 5000", false));
    let beyond = files.read("long.txt", Some(6_000), None).unwrap_err().to_string();
    assert!(beyond.contains("5000 lines"), "{beyond}");
}

/// 200 MB, of which the last line is wanted: sparse, so that the disk does not mind.
#[test]
fn a_huge_file_and_an_endless_line_take_no_memory() {
    let desk = tempfile::tempdir().unwrap();
    let path = desk.path().join("huge.log");
    let mut text = "x".repeat(20 * 1024 * 1024);
    text.push_str("\nsecond\n");
    std::fs::write(&path, text).unwrap();
    let files = Files::open(desk.path()).unwrap();
    let read = files.read("huge.log", None, None).unwrap();
    assert_eq!((read.lines.len(), read.lines[1].as_str()), (2, "second"));
    assert!(read.lines[0].len() < 2_100 && read.lines[0].ends_with("this line is longer]"));
    let file = std::fs::File::create(desk.path().join("hole.bin")).unwrap();
    file.set_len(200 * 1024 * 1024).unwrap();
    let refused = files.read("hole.bin", None, None).unwrap_err().to_string();
    assert!(refused.contains("not a text file"), "{refused}");
    assert_eq!(find(&files, "second"), [("huge.log".to_owned(), 2)]);
}

#[test]
fn text_of_other_machines_is_read_and_crlf_is_kept() {
    let desk = tempfile::tempdir().unwrap();
    let files = Files::open(desk.path()).unwrap();
    let utf16: Vec<u8> = "\u{feff}Größe\r\nzwei\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(desk.path().join("utf16.txt"), utf16).unwrap();
    assert_eq!(files.read("utf16.txt", None, None).unwrap().lines, ["Größe", "zwei"]);
    assert_eq!(find(&files, "Größe"), [("utf16.txt".to_owned(), 1)]);
    files.edit("utf16.txt", "zwei", "drei").unwrap_err();

    std::fs::write(desk.path().join("dos.txt"), "one\r\ntwo\r\nthree\r\n").unwrap();
    assert_eq!(
        files.read("dos.txt", None, None).unwrap().lines,
        ["one", "two", "three"]
    );
    files.edit("dos.txt", "one\ntwo\n", "1\n2\n").unwrap();
    assert_eq!(
        std::fs::read(desk.path().join("dos.txt")).unwrap(),
        b"1\r\n2\r\nthree\r\n"
    );
    std::fs::write(desk.path().join("bom.txt"), "\u{feff}first\n").unwrap();
    assert_eq!(files.read("bom.txt", None, None).unwrap().lines, ["first"]);
}

#[test]
fn an_edit_that_finds_nothing_shows_the_nearest_place() {
    let desk = tempfile::tempdir().unwrap();
    let files = Files::open(desk.path()).unwrap();
    files
        .write("a.rs", "fn one() {}\n\nfn two(x: u32) -> u32 {\n    x + 1\n}\n")
        .unwrap();
    let said = files
        .edit("a.rs", "fn two(x: u32) -> u32 {\n  x + 1\n}", "")
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("     3\tfn two(x: u32) -> u32 {") && said.contains("     4\t    x + 1"),
        "{said}"
    );
    let said = files
        .edit("a.rs", "class Entirely:\n    other = True", "")
        .unwrap_err()
        .to_string();
    assert!(said.ends_with("does not occur in a.rs."), "{said}");
}

#[test]
fn files_are_renamed_and_deleted_but_never_over_others() {
    let desk = tempfile::tempdir().unwrap();
    let files = Files::open(desk.path()).unwrap();
    for name in ["a.txt", "b.txt", "deep/c.txt"] {
        files.write(name, name).unwrap();
    }
    files.rename("a.txt", "new/place/a.txt").unwrap();
    assert_eq!(read(desk.path(), "new/place/a.txt"), "a.txt");
    files.rename("b.txt", "deep/c.txt").unwrap_err();
    assert_eq!(read(desk.path(), "deep/c.txt"), "deep/c.txt");
    files.rename("nowhere.txt", "d.txt").unwrap_err();
    files.delete("deep").unwrap_err();
    files.delete("b.txt").unwrap();
    files.delete("b.txt").unwrap_err();
    assert!(files.rename("deep/c.txt", "../c.txt").is_err() && files.delete("../x").is_err());
}

#[test]
fn a_list_is_what_git_sees_and_as_deep_as_fits() {
    let desk = tempfile::tempdir().unwrap();
    crate::support::git(desk.path(), &["init", "-q"]);
    let files = Files::open(desk.path()).unwrap();
    for name in [
        "src/a.rs",
        "src/deep/b.rs",
        ".github/ci.yml",
        "README.md",
        "zwei\nzeilen.txt",
    ] {
        write(desk.path(), name, "x");
    }
    for ignored in [
        "build/out.js",
        "src/a.log",
        "node_modules/x/y.js",
        "target/debug/x",
        ".git/info/x",
    ] {
        write(desk.path(), ignored, "x");
    }
    write(desk.path(), ".gitignore", "build/\n*.log\n");
    let seen = [
        ".github/ci.yml",
        ".gitignore",
        "README.md",
        "src/a.rs",
        "src/deep/b.rs",
        "zwei\nzeilen.txt",
    ];
    assert_eq!(paths(&files, ""), seen);
    assert_eq!(paths(&files, "./src/"), ["src/a.rs", "src/deep/b.rs"]);
    assert_eq!(paths(&files, "src/a.rs"), ["src/a.rs"]);
    files.list("nowhere").unwrap_err();
    assert_eq!(find(&files, "x").len(), 5, "what is not listed is not searched");

    for folder in 0..30 {
        for file in 0..30 {
            write(desk.path(), &format!("many/{folder:02}/{file:02}.txt"), "needle");
        }
    }
    let listing = files.list("").unwrap();
    assert!(listing.folded && !listing.cut);
    let shown: Vec<_> = listing.entries.iter().map(|entry| entry.path.as_str()).collect();
    assert!(shown.contains(&"many/07/") && shown.contains(&"src/a.rs"), "{shown:?}");
    assert_eq!(paths(&files, "many/07").len(), 30);
    let all = Query {
        pattern: "NEEDLE",
        path: "many",
        glob: "0*.txt",
        ignore_case: true,
    };
    let found = files.search(&all).unwrap();
    assert_eq!((found.total, found.hits.len()), (300, 200));
    assert!(found.hits.is_sorted() && found == files.search(&all).unwrap());
    for file in 0..450 {
        write(desk.path(), &format!("flat/{file:03}.txt"), "");
    }
    let listing = files.list("flat").unwrap();
    assert!(listing.cut && listing.entries.len() == 400);
}
