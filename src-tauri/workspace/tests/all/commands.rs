//! Commands end: by themselves, in time, or because the person said so.

#![cfg(unix)]

use std::path::Path;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use workspace::{CommandOutcome, CommandSpec, Ending, run};

fn shell(script: &str, cwd: &Path) -> CommandSpec {
    CommandSpec {
        argv: vec!["sh".to_owned(), "-c".to_owned(), script.to_owned()],
        cwd: cwd.to_owned(),
        timeout: Duration::from_secs(20),
        output_cap: 4096,
        log: None,
    }
}

async fn ran(script: &str) -> CommandOutcome {
    let dir = tempfile::tempdir().unwrap();
    run(&shell(script, dir.path()), None, &CancellationToken::new())
        .await
        .unwrap()
}

fn is_alive(pid: &str) -> bool {
    // A process that ended and waits to be collected is not alive.
    std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).is_ok_and(|stat| !stat.contains(") Z"))
}

#[tokio::test]
async fn output_of_both_kinds_and_the_exit_code_come_back() {
    let outcome = ran("echo out; echo err >&2; exit 3").await;
    assert_eq!((outcome.ending, outcome.exit_code), (Ending::Exited, Some(3)));
    assert!(outcome.output.contains("out") && outcome.output.contains("err"));
}

#[tokio::test]
async fn nothing_can_be_typed_into_it() {
    let outcome = ran("read answer; echo \"got [$answer]\"; test -t 0 || echo no terminal").await;
    assert!(
        outcome.output.contains("got []") && outcome.output.contains("no terminal"),
        "{}",
        outcome.output
    );
}

#[tokio::test]
async fn what_this_process_knows_does_not_reach_it() {
    let outcome = ran("env").await;
    assert!(!outcome.output.contains("CARGO_MANIFEST_DIR"), "{}", outcome.output);
    assert!(outcome.output.contains("PATH="));
}

#[tokio::test]
async fn output_without_end_is_cut_and_said_to_be() {
    let mut spec = shell("yes endless", Path::new("/"));
    spec.timeout = Duration::from_millis(700);
    let outcome = run(&spec, None, &CancellationToken::new()).await.unwrap();
    assert_eq!(outcome.ending, Ending::TimedOut);
    assert!(
        outcome.truncated && outcome.output.len() < 3 * spec.output_cap,
        "{}",
        outcome.output.len()
    );
}

#[tokio::test]
async fn a_long_output_is_whole_in_its_log_and_a_short_one_needs_none() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("deep/er/out.log");
    let mut spec = shell("seq 1 20000", dir.path());
    spec.log = Some(log.clone());
    let outcome = run(&spec, None, &CancellationToken::new()).await.unwrap();
    assert!(outcome.truncated && outcome.output.starts_with("1\n2\n") && outcome.output.ends_with("20000\n"));
    let whole: String = (1..=20_000).map(|number| format!("{number}\n")).collect();
    assert_eq!(std::fs::read_to_string(&log).unwrap(), whole);
    let other = dir.path().join("other.log");
    let mut spec = shell("seq 1 10", dir.path());
    spec.log = Some(other.clone());
    assert!(!run(&spec, None, &CancellationToken::new()).await.unwrap().truncated);
    assert!(!other.exists());
}

#[tokio::test]
async fn cancelled_it_ends_within_a_second_with_all_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let script = "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > pid; sleep 60' & sleep 60";
    let cancel = CancellationToken::new();
    let spec = shell(script, dir.path());
    let running = tokio::spawn({
        let cancel = cancel.clone();
        async move { run(&spec, None, &cancel).await.unwrap() }
    });
    let file = dir.path().join("pid");
    while std::fs::read_to_string(&file).unwrap_or_default().trim().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let pid = std::fs::read_to_string(&file).unwrap();
    let begun = Instant::now();
    cancel.cancel();
    let outcome = running.await.unwrap();
    assert_eq!(outcome.ending, Ending::Cancelled);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let end = Instant::now() + Duration::from_secs(3);
    while is_alive(&pid) {
        assert!(Instant::now() < end, "the grandchild {pid} lives on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_daemon_that_left_its_group_ends_with_the_command() {
    let dir = tempfile::tempdir().unwrap();
    let script =
        "setsid sh -c 'echo $$ > pid; exec sleep 60' > /dev/null 2>&1 & while ! [ -s pid ]; do sleep 0.01; done";
    run(&shell(script, dir.path()), None, &CancellationToken::new())
        .await
        .unwrap();
    let pid = std::fs::read_to_string(dir.path().join("pid")).unwrap();
    let end = Instant::now() + Duration::from_secs(3);
    while is_alive(&pid) {
        assert!(Instant::now() < end, "the daemon {pid} lives on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_grandchild_that_holds_the_output_does_not_hold_the_answer() {
    let begun = Instant::now();
    let outcome = ran("sleep 30 & echo done").await;
    assert_eq!((outcome.ending, outcome.exit_code), (Ending::Exited, Some(0)));
    assert!(outcome.output.contains("done"));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn output_is_seen_while_it_comes() {
    let dir = tempfile::tempdir().unwrap();
    let (chunks, mut live) = tokio::sync::mpsc::unbounded_channel();
    let spec = shell(
        "echo first; while [ ! -e go ]; do sleep 0.02; done; echo second",
        dir.path(),
    );
    let go = dir.path().join("go");
    let running = tokio::spawn(async move { run(&spec, Some(&chunks), &CancellationToken::new()).await.unwrap() });
    assert_eq!(live.recv().await.unwrap().trim(), "first");
    std::fs::write(go, "").unwrap();
    assert!(running.await.unwrap().output.contains("second"));
}

#[tokio::test]
async fn a_program_or_a_folder_that_is_not_there_is_said_so() {
    let spec = CommandSpec {
        argv: vec!["no-such-program-at-all".to_owned()],
        ..shell("", Path::new("/"))
    };
    assert_eq!(
        run(&spec, None, &CancellationToken::new()).await.unwrap_err().code(),
        "tool_missing"
    );
    let spec = shell("true", Path::new("/no/such/folder"));
    assert_eq!(
        run(&spec, None, &CancellationToken::new()).await.unwrap_err().code(),
        "folder_gone"
    );
}
