//! Everything that must hold before a change is good.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, find, npm, output, step};
use crate::interface;
use crate::whisper;

/// What the workflow may name: none that does I/O, waits, tells the time or throws dice.
const PURE: &[&str] = &["workflow", "serde", "serde_json", "sha2", "hex", "thiserror"];

/// Every check and test, cheapest first.
///
/// # Errors
/// The first that fails.
pub fn everything() -> Result<()> {
    interface::install()?;
    step("Format", cargo().args(["fmt", "--all", "--check"]))?;
    pure_core()?;
    step("Interface: style", &mut npm(&["run", "lint"])?)?;
    step("Interface: tests", &mut npm(&["test"])?)?;
    interface::build()?;
    step("Interface: first load", &mut npm(&["run", "--silent", "first-load"])?)?;
    step(
        "Clippy",
        whisper::add(cargo().args(["clippy", "--workspace", "--all-targets"])).args(["--", "-D", "warnings"]),
    )?;
    rust_tests()
}

/// The decisions stay pure: cargo itself says what they rest on.
fn pure_core() -> Result<()> {
    let tree = output(cargo().args([
        "tree",
        "--package",
        "workflow",
        "--edges",
        "normal",
        "--depth",
        "1",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]));
    let Some(tree) = tree else {
        bail!("cargo tree failed for the workflow crate")
    };
    for line in tree.lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        if !name.is_empty() && !PURE.contains(&name) {
            bail!("The workflow crate must stay pure, and now rests on {name}. Move what needs it into the engine.");
        }
    }
    eprintln!("── Pure core: nothing but data");
    Ok(())
}

/// Rust's tests, the window's among them: under a display and a session bus of their own where there is a driver for them.
fn rust_tests() -> Result<()> {
    let nextest = output(cargo().args(["nextest", "--version"])).is_some();
    let mut tests = in_a_session_of_its_own(&cargo());
    if nextest {
        // Three more than there are cores: the stories of the window, of voice, of the kills and of the models wait more than they work.
        let threads = std::thread::available_parallelism().map_or(2, usize::from) + 3;
        whisper::add(tests.args(["nextest", "run", "--workspace", "--test-threads", &threads.to_string()]));
    } else {
        whisper::add(tests.args(["test", "--workspace"]));
    }
    step("Rust and window tests", &mut tests)
}

fn in_a_session_of_its_own(inner: &Command) -> Command {
    if !cfg!(target_os = "linux") || find("xvfb-run").is_none() || find("dbus-run-session").is_none() {
        return Command::new(inner.get_program());
    }
    let mut outer = Command::new("xvfb-run");
    outer
        .args([
            "--auto-servernum",
            "--server-args=-screen 0 1600x1000x24",
            "dbus-run-session",
            "--",
        ])
        .arg(inner.get_program());
    outer
}

/// Writes the bindings instead of comparing them.
///
/// # Errors
/// Where they cannot be made or written.
pub fn write_bindings() -> Result<()> {
    let mut write = cargo();
    write
        .env("WRITE_BINDINGS", "1")
        .args(["test", "--package", "q-assistant", "--lib"]);
    step("TypeScript bindings", whisper::add(&mut write).arg("bindings"))
}

/// The benchmarks: each prints what it is measured against.
///
/// # Errors
/// A benchmark that does not compile or run.
pub fn bench(named: &[String]) -> Result<()> {
    let wanted = |name: &str| named.is_empty() || named.iter().any(|each| each == name);
    let of_the_window = |name: &String| WINDOW_FIGURES.iter().any(|(figure, _)| figure == name);
    let of_the_engine: Vec<_> = named.iter().filter(|each| !of_the_window(each)).collect();
    if named.is_empty() || !of_the_engine.is_empty() {
        let mut bench = cargo();
        bench.args(["bench", "--package", "engine", "--bench", "figures", "--"]);
        step("Benchmarks", bench.args(of_the_engine))?;
    }
    let figures: Vec<_> = WINDOW_FIGURES.iter().filter(|(figure, _)| wanted(figure)).collect();
    if !figures.is_empty() {
        // They are asked of the program that people get.
        let mut build = cargo();
        whisper::add(build.args(["build", "--release", "--package", "q-assistant"]));
        step(
            "Optimised programs",
            build.args(["--bins", "--example", "empty_window"]),
        )?;
    }
    for (_, test) in figures {
        let mut figures = in_a_session_of_its_own(&cargo());
        whisper::add(figures.args(["test", "--package", "q-assistant", "--test", "stories"]));
        step(
            "Figures of the window",
            figures.args(["--", "--ignored", "--nocapture", test]),
        )?;
    }
    Ok(())
}

/// The figures that need a window, and the tests that measure them: what opening it costs, a fast stream, speaking, a long
/// conversation, many builds at once, and a large diff.
const WINDOW_FIGURES: [(&str, &str); 6] = [
    ("open", "opening::figures_of_opening"),
    ("stream", "figures::figures_of_a_fast_stream"),
    ("voice", "figures::figures_of_spoken_words"),
    ("conversation", "long::figures_of_a_long_conversation"),
    ("many", "long::figures_of_many_builds_at_once"),
    ("diff", "figures::figures_of_a_large_diff"),
];

/// What the README shows, and where the window tests leave it.
const PICTURES: [(&str, &str); 4] = [
    ("first", "tip-calculator/01-first.png"),
    ("plan", "tip-calculator/03-plan.png"),
    ("handoff", "photo-renamer/06-handoff-3.png"),
    ("live", "tip-calculator/16-live-dark.png"),
];

/// Copies the pictures of the last test run.
///
/// # Errors
/// Where there was no such run.
pub fn renew_pictures() -> Result<()> {
    fs::create_dir_all(".github/pictures")?;
    for (name, made) in PICTURES {
        let made = Path::new("test-output").join(made);
        fs::copy(&made, format!(".github/pictures/{name}.png"))
            .with_context(|| format!("{} is not there. Run cargo xtask test first", made.display()))?;
    }
    Ok(())
}
