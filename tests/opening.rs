//! What opening the window costs, printed and never asserted: `cargo xtask bench open`. The optimised program on a machine with five
//! hundred builds, beside an empty window of the same Tauri in the same run.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use crate::support::TIP_CALCULATOR;
use crate::support::program::{Home, optimised, shown};
use crate::support::window::Window;

const BUILDS: u32 = 500;
/// Each is opened so often, in turn.
const ROUNDS: usize = 7;

/// Milliseconds to a field that can be typed in, and kilobytes of all processes once it rests.
#[derive(Default)]
struct Figures {
    usable: Vec<f64>,
    memory: Vec<f64>,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of optimised programs, which have to be built before"]
async fn figures_of_opening() {
    let mut home = tokio::task::spawn_blocking(a_full_desk).await.unwrap();
    let mut empty_home = tempfile::tempdir().unwrap();
    let (mut ours, mut layered, mut empty) = (Figures::default(), Figures::default(), Figures::default());
    for round in 0..=ROUNDS {
        // Each is opened once before it counts: what was just built has to come from the disk.
        if round == 1 {
            (ours, layered, empty) = Default::default();
        }
        empty_home = look(&mut empty, &optimised("examples/empty_window"), empty_home, json!([])).await;
        for (figures, graphics) in [(&mut ours, "automatic"), (&mut layered, "always")] {
            let settings = json!({"settings": {"desktop": {"graphics": graphics}}});
            std::fs::write(home.path().join("data/settings.json"), settings.to_string()).unwrap();
            let data = json!(["--data", home.path().join("data")]);
            home = look(figures, &optimised("q-assistant"), home, data).await;
        }
    }
    let (usable, memory) = (median(&mut empty.usable), median(&mut empty.memory) / 1024.0);
    println!(
        "the empty window, median of {ROUNDS}: {usable:.0} ms to a field that can be typed in, {memory:.1} MB in all processes (PSS)"
    );
    for (what, mut figures) in [
        ("graphics as this machine has them", ours),
        ("layers put together by OpenGL, whatever draws it", layered),
    ] {
        let (took, takes) = (median(&mut figures.usable), median(&mut figures.memory) / 1024.0);
        println!(
            "{BUILDS} builds, {what}: {took:.0} ms, ratio {:.2} (wanted: at most 1.5); {takes:.1} MB, {:.1} MB more (wanted: at most 60)",
            took / usable,
            takes - memory
        );
    }
}

/// One build went the whole way; the others are told after it.
fn a_full_desk() -> TempDir {
    let home = Home::new();
    let built = home.build(&home.path().join("Builds/tips"), TIP_CALCULATOR);
    assert_eq!(built.status.code(), Some(0), "{}", shown(&built));
    let database = rusqlite::Connection::open(home.data().join("q-assistant.db")).unwrap();
    let columns = |table: &str| -> Vec<String> {
        let mut statement = database
            .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
            .unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    };
    let copy = |table: &str, anew: &[(&str, &str)]| {
        let names = columns(table);
        let values: Vec<String> = names
            .iter()
            .map(|name| {
                anew.iter()
                    .find(|(column, _)| column == name)
                    .map_or(name.clone(), |(_, value)| (*value).to_owned())
            })
            .collect();
        let sql = format!(
            "WITH RECURSIVE n(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < {BUILDS}) \
             INSERT INTO {table} ({}) SELECT {} FROM {table}, n",
            names.join(", "),
            values.join(", ")
        );
        database.execute(&sql, []).unwrap();
    };
    copy(
        "build_workflows",
        &[
            ("id", "id || '-' || n"),
            ("build_id", "build_id || '-' || n"),
            ("title", "title || ' ' || n"),
        ],
    );
    copy(
        "messages",
        &[("id", "id || '-' || n"), ("workflow_id", "workflow_id || '-' || n")],
    );
    home.hand_over()
}

/// Opens it once.
async fn look(figures: &mut Figures, program: &Path, home: TempDir, arguments: serde_json::Value) -> TempDir {
    let window = Window::open_program("opening", home, &[], program, arguments).await;
    let usable = "return String((([mark]) => mark ? performance.timeOrigin + mark.startTime : '')(performance.getEntriesByName('usable')))";
    let at = loop {
        let at = window.run(usable).await;
        if !at.is_empty() {
            break at.parse::<f64>().unwrap();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let pid = window.program();
    figures.usable.push(at - started(pid));
    // What was only needed to begin is let go.
    tokio::time::sleep(Duration::from_secs(3)).await;
    figures.memory.push(family(pid).into_iter().map(proportional_set).sum());
    let _ = window.driver.clone().quit().await;
    window.into_home()
}

/// When a process was started, in milliseconds since the epoch: proc(5), stat's starttime in hundredths since the machine was.
fn started(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let since_boot: f64 = after_name[19].parse::<f64>().unwrap() * 10.0;
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
    let uptime: f64 = uptime.split_whitespace().next().unwrap().parse::<f64>().unwrap() * 1000.0;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    now.as_secs_f64() * 1000.0 - uptime + since_boot
}

/// A process and all that come from it.
fn family(pid: u32) -> Vec<u32> {
    let children = std::process::Command::new("pgrep")
        .args(["--parent", &pid.to_string()])
        .output()
        .unwrap();
    let children = String::from_utf8_lossy(&children.stdout).into_owned();
    let mut all = vec![pid];
    all.extend(
        children
            .split_whitespace()
            .flat_map(|child| family(child.parse().unwrap())),
    );
    all
}

/// Kilobytes of a process, what it shares with others in parts (proc(5), smaps_rollup).
fn proportional_set(pid: u32) -> f64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = rollup
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .unwrap_or("0 kB");
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

fn median(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
