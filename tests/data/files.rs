//! Backups and exports on the command line.

use std::path::Path;

use crate::support::TIP_CALCULATOR;
use crate::support::program::{Home, shown};

/// A home with one build that is live, and the build's id.
fn with_a_build() -> (Home, String) {
    let home = Home::new();
    let built = home.build(&home.path().join("project"), TIP_CALCULATOR);
    assert!(built.status.success(), "{}", shown(&built));
    let id = home.json(&["status", "--json"])["workflow_id"]
        .as_str()
        .unwrap()
        .to_owned();
    (home, id)
}

fn printed(output: &std::process::Output) -> String {
    assert!(output.status.success(), "{}", shown(output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_and_an_export_are_files_that_stand_by_themselves() {
    let (home, id) = with_a_build();
    let made = printed(&home.run(&["backup"]));
    assert!(Path::new(&made).starts_with(home.data().join("backups")), "{made}");
    let to = home.path().join("stick").join("mine.db");
    let made = printed(&home.run(&["backup", "--to", to.to_str().unwrap()]));
    assert_eq!(Path::new(&made), to);
    let copy = rusqlite::Connection::open(&to).unwrap();
    let title: String = copy
        .query_row("SELECT title FROM build_workflows WHERE id = ?1", [&id], |row| {
            row.get(0)
        })
        .unwrap();
    assert!(title.to_lowercase().contains("tip"), "{title}");
    // It is somebody's file now.
    let before = std::fs::read(&to).unwrap();
    let again = home.run(&["backup", "--to", to.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1), "{}", shown(&again));
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("mine.db"),
        "{}",
        shown(&again)
    );
    assert_eq!(std::fs::read(&to).unwrap(), before);
    assert_eq!(files(to.parent().unwrap()), ["mine.db"]);

    let into = home.path().join("exports");
    let folder = printed(&home.run(&["export", &id, "--to", into.to_str().unwrap()]));
    assert_eq!(
        files(Path::new(&folder)),
        [
            "README.txt",
            "build.json",
            "conversation.md",
            "files",
            "history.json",
            "pictures",
            "plan-revisions.json",
            "tests"
        ]
    );
    let nobody = home.run(&["export", "nobody", "--to", into.to_str().unwrap()]);
    assert_eq!(nobody.status.code(), Some(1), "{}", shown(&nobody));
    assert_eq!(
        files(&into).len(),
        1,
        "nothing half written is left: {:?}",
        files(&into)
    );
}

#[cfg(unix)]
#[test]
fn a_backup_that_does_not_fit_is_said_and_leaves_nothing() {
    let (home, _) = with_a_build();
    let to = home.path().join("stick").join("mine.db");
    // As on a full disk: no file may grow beyond a few blocks, and the signal that would end the program is ignored.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$@\"";
    let output = std::process::Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(home.program().get_program())
        .args(home.program().get_args())
        .args(["backup", "--to"])
        .arg(&to)
        .envs(
            home.program()
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("No backup could be written") || said.contains("disk is full"),
        "{said}"
    );
    assert_eq!(files(to.parent().unwrap()), Vec::<String>::new());
    assert_eq!(
        home.json(&["status", "--json"])["status"],
        "complete",
        "the data is as it was"
    );
}
