//! Figures of the real window and the real program, printed and never asserted: `cargo xtask bench stream`.

use std::time::Duration;

use serde_json::json;

use crate::support::model_server::{ModelServer, Say};
use crate::support::program::Home;
use crate::support::window::Window;

const SECONDS: u32 = 60;
const TOKENS: u32 = 500;

fn server() -> ModelServer {
    let mut script = crate::endpoint::whole_script();
    // Code Writer's first turn.
    let flow = Say::Flow {
        a_second: TOKENS,
        seconds: SECONDS,
    };
    script.insert(3, flow);
    ModelServer::start(script)
}

/// A model that says five hundred tokens a second for a minute: what it costs the page, and the engine.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of two minutes"]
async fn figures_of_a_fast_stream() {
    in_the_window().await;
    tokio::task::spawn_blocking(without_one).await.unwrap();
}

async fn in_the_window() {
    let server = tokio::task::spawn_blocking(server).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let model =
        json!({"id": "m1", "name": "Scripted", "base_url": server.base_url(), "model": "scripted-1", "has_key": false});
    let settings = json!({"settings": {"models": [model], "default_model": "m1"}});
    std::fs::write(data.join("settings.json"), settings.to_string()).unwrap();
    let mut window = Window::open_in("stream", home).await;
    crate::window::talk(&mut window, crate::endpoint::BRIEF).await;
    window.click("[data-testid=ready-to-build]").await;
    window.click("[data-testid=tab-conversation]").await;
    window.see("ol[aria-label=Conversation] li[aria-busy=true]").await;
    window.run(MEASURE).await;
    tokio::time::sleep(Duration::from_secs(u64::from(SECONDS) - 3)).await;
    let streaming = window.run("return JSON.stringify(window.measured())").await;
    println!("{TOKENS} tokens a second in the window, milliseconds: {streaming}");
    window.picture("streaming").await;
    window.gone("li[aria-busy=true]").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = window.run("return JSON.stringify(window.measured())").await;
    println!("and with its end, when the build goes on: {after}");
}

fn without_one() {
    let server = server();
    let home = Home::new();
    crate::endpoint::connect(&home, &server);
    let mut program = crate::endpoint::building_in(&home)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while server.asked().len() < 4 {
        std::thread::sleep(Duration::from_millis(50));
    }
    let before = cpu_seconds(program.id());
    std::thread::sleep(Duration::from_secs(u64::from(SECONDS) - 2));
    let used = cpu_seconds(program.id()) - before;
    println!(
        "{TOKENS} tokens a second through the engine: {:.1} % of one core",
        used / f64::from(SECONDS - 2) * 100.0
    );
    program.wait().unwrap();
}

/// `frames`: the time between two frames. `script`: how long the page did not come to a message that it sent to itself, so long its own
/// script, and what follows from it, kept it.
const MEASURE: &str = "
    const gaps = [], blocks = [];
    let frame = performance.now(), beat = frame;
    const onFrame = (now) => { gaps.push(now - frame); frame = now; requestAnimationFrame(onFrame); };
    requestAnimationFrame(onFrame);
    const { port1, port2 } = new MessageChannel();
    const send = () => { beat = performance.now(); port2.postMessage(0); };
    port1.onmessage = () => { blocks.push(performance.now() - beat); setTimeout(send, 4); };
    send();
    const of = (all) => {
        const sorted = [...all].sort((a, b) => a - b);
        const at = (part) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] * 10) / 10;
        return { count: sorted.length, median: at(0.5), p99: at(0.99), longest: at(1), over50: sorted.filter((each) => each > 50).length };
    };
    const talk = document.querySelector('ol[aria-label=Conversation]');
    window.measured = () => ({ frames: of(gaps), script: of(blocks), letters: talk.textContent.length });
";

/// Processor time of a process, from Linux's accounts (proc_pid_stat(5): utime and stime, a hundred ticks a second).
fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = after_name[11].parse::<f64>().unwrap() + after_name[12].parse::<f64>().unwrap();
    ticks / 100.0
}
