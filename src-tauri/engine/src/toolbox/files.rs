//! Files of the worktree: looking and changing.

use std::fmt::Write;

use serde_json::Value;
use workflow::Role;
use workspace::{Files, Listing, Query, Text, is_test};

use super::{Handled, answer, failed, number, text};
use crate::role_run::Run;

pub(super) fn list_files(run: &Run, arguments: &Value) -> Handled {
    let listed = Files::open(&run.root).and_then(|files| files.list(text(arguments, "path")));
    answer(listed, |listing| shown_listing(&listing))
}

pub(crate) fn shown_listing(listing: &Listing) -> String {
    if listing.entries.is_empty() {
        return "There are no files yet.".to_owned();
    }
    let mut shown = String::new();
    for entry in &listing.entries {
        let _ = match entry.bytes {
            Some(bytes) => writeln!(shown, "{} ({bytes} bytes)", one_line(&entry.path)),
            None => writeln!(shown, "{} …", one_line(&entry.path)),
        };
    }
    if listing.cut {
        shown.push_str("There are more. List a folder of these, or search.\n");
    } else if listing.folded {
        shown.push_str("Folders that end with … are not opened here: list them to see what they hold.\n");
    }
    shown
}

/// A name on one line, so that a line break in it does not look like another file.
fn one_line(name: &str) -> String {
    if name.chars().any(char::is_control) {
        format!("{name:?}")
    } else {
        name.to_owned()
    }
}

pub(super) fn read_file(run: &Run, arguments: &Value) -> Handled {
    let (from, lines) = (number(arguments, "from_line"), number(arguments, "lines"));
    let read = Files::open(&run.root).and_then(|files| files.read(text(arguments, "path"), from, lines));
    answer(read, |found| numbered(&found))
}

/// Lines with their numbers, as editors show them.
pub(super) fn numbered(found: &Text) -> String {
    if found.lines.is_empty() {
        return "It is empty.".to_owned();
    }
    let mut shown = String::new();
    for (index, line) in found.lines.iter().enumerate() {
        let _ = writeln!(shown, "{:>6}\t{line}", found.first + index);
    }
    if found.more {
        let next = found.first + found.lines.len();
        let _ = write!(
            shown,
            "[more lines follow ({} bytes in all): read on from line {next}]",
            found.bytes
        );
    }
    shown
}

pub(super) fn search(run: &Run, arguments: &Value) -> Handled {
    let query = Query {
        pattern: text(arguments, "pattern"),
        path: text(arguments, "path"),
        glob: text(arguments, "glob"),
        ignore_case: arguments
            .get("ignore_case")
            .and_then(Value::as_bool)
            .unwrap_or_default(),
    };
    let found = Files::open(&run.root).and_then(|files| files.search(&query));
    answer(found, |found| {
        if found.hits.is_empty() {
            return "Nothing matches.".to_owned();
        }
        let mut shown = String::new();
        for hit in &found.hits {
            let _ = writeln!(shown, "{}:{}: {}", one_line(&hit.path), hit.line, hit.text);
        }
        let left_out = found.total.saturating_sub(found.hits.len() as u64);
        if left_out > 0 {
            let _ = write!(shown, "[{left_out} more lines match: narrow the search]");
        }
        shown
    })
}

/// The auditor adds tests and edits nothing else, so that the code under test stays what it was.
fn may_change(run: &Run, path: &str) -> Result<(), Handled> {
    if run.role == Role::TestAuditor && !is_test(path) {
        return Err(failed(format!(
            "{path} is not a test file. A Test Auditor changes only test files; send the work back if the code is wrong."
        )));
    }
    Ok(())
}

pub(super) fn write_file(run: &mut Run, arguments: &Value) -> Handled {
    let (path, content) = (text(arguments, "path"), text(arguments, "content"));
    if let Err(refused) = may_change(run, path) {
        return refused;
    }
    let written = Files::open(&run.root).and_then(|files| files.write(path, content));
    answer(written, |()| {
        run.written.insert(path.to_owned());
        format!("{path} is written ({} lines).", content.lines().count())
    })
}

pub(super) fn edit_file(run: &mut Run, arguments: &Value) -> Handled {
    let path = text(arguments, "path");
    if let Err(refused) = may_change(run, path) {
        return refused;
    }
    let edited =
        Files::open(&run.root).and_then(|files| files.edit(path, text(arguments, "old"), text(arguments, "new")));
    answer(edited, |()| {
        run.written.insert(path.to_owned());
        format!("{path} is changed.")
    })
}

pub(super) fn delete_file(run: &mut Run, arguments: &Value) -> Handled {
    let path = text(arguments, "path");
    if let Err(refused) = may_change(run, path) {
        return refused;
    }
    let deleted = Files::open(&run.root).and_then(|files| files.delete(path));
    answer(deleted, |()| format!("{path} is deleted."))
}

pub(super) fn move_file(run: &mut Run, arguments: &Value) -> Handled {
    let (from, to) = (text(arguments, "from"), text(arguments, "to"));
    for path in [from, to] {
        if let Err(refused) = may_change(run, path) {
            return refused;
        }
    }
    let moved = Files::open(&run.root).and_then(|files| files.rename(from, to));
    answer(moved, |()| {
        run.written.insert(to.to_owned());
        format!("{from} is {to} now.")
    })
}
