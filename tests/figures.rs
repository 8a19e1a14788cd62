//! Figures of the real window and the real program, printed and never asserted: `cargo xtask bench stream`, `cargo xtask bench voice`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::support::model_server::{ModelServer, Say};
use crate::support::program::Home;
use crate::support::sound::SoundSystem;
use crate::support::speech_server::SpeechServer;
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
    let thread = Sampled::begin(web_process());
    tokio::time::sleep(Duration::from_secs(u64::from(SECONDS) - 3)).await;
    let streaming = window.run("return JSON.stringify(window.measured())").await;
    println!("{TOKENS} tokens a second in the window, milliseconds: {streaming}");
    window.gone("li[aria-busy=true]").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = window.run("return JSON.stringify(window.measured())").await;
    println!("and with its end, when the build goes on: {after}");
    let gaps: Vec<(f64, f64)> =
        serde_json::from_str(&window.run("return JSON.stringify(window.gaps())").await).unwrap();
    let samples = thread.end();
    // Not before: a picture keeps the page busy.
    window.picture("streamed").await;
    for (from, length) in gaps {
        let (worked, waited) = during(&samples, from, from + length);
        println!(
            "of {length:.0} ms without an answer the page itself worked {worked:.0} ms, and waited {waited:.0} ms for a processor"
        );
    }
}

/// How often something is said.
const SAID: usize = 20;

/// From the button that is let go to the words in the composer: what the program takes, and what the recogniser takes.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of a minute"]
async fn figures_of_spoken_words() {
    let sound = tokio::task::spawn_blocking(SoundSystem::start).await.unwrap();
    let server = tokio::task::spawn_blocking(SpeechServer::start).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    crate::voice::settings(
        home.path(),
        &json!({"by": "server", "server": {"base_url": server.base_url(), "model": "m", "has_key": false}}),
    );
    let window = Window::open_with("spoken", home, &sound.desk()).await;
    window.see("[data-testid=composer]").await;
    window.run(FROM_THE_BUTTON_TO_THE_WORDS).await;
    let voice = sound.voice("make a tip calculator");
    for said in 1..=SAID {
        crate::voice::hold(&window).await;
        tokio::task::block_in_place(|| sound.play(&voice));
        crate::voice::let_go(&window).await;
        window
            .wait_for_value(
                "[data-testid=composer]",
                vec!["make a tip calculator"; said].join(" ").as_str(),
            )
            .await;
        window.see("[data-testid=microphone][data-phase=idle]").await;
    }
    let waited: Vec<f64> = serde_json::from_str(&window.run("return JSON.stringify(window.waited)").await).unwrap();
    assert_eq!(
        (waited.len(), server.heard().len()),
        (SAID, SAID),
        "each was heard whole"
    );
    let took: Vec<f64> = server
        .heard()
        .iter()
        .map(|heard| heard.took.as_secs_f64() * 1000.0)
        .collect();
    let mut own: Vec<f64> = waited.iter().zip(&took).map(|(waited, took)| waited - took).collect();
    own.sort_by(f64::total_cmp);
    let recogniser = median(&took);
    println!(
        "from the end of speech to the words, without the recogniser, over {SAID}: median {:.0} ms, longest {:.0} ms; \
         the recogniser beside it: median {recogniser:.0} ms, ratio {:.2}",
        median(&own),
        own[SAID - 1],
        median(&own) / recogniser
    );
}

pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Milliseconds from each button that was let go to the words that followed.
const FROM_THE_BUTTON_TO_THE_WORDS: &str = "
    let up = 0;
    window.waited = [];
    window.addEventListener('pointerup', () => { up = performance.now(); }, true);
    document.querySelector('[data-testid=composer]').addEventListener('input', () => window.waited.push(performance.now() - up));
";

/// What the scheduler says of a thread at a moment: milliseconds since the epoch, nanoseconds it ran, nanoseconds it was ready and had no
/// processor (proc(5), schedstat).
pub type Sample = (f64, u64, u64);

/// A thread that is looked at every few milliseconds.
pub struct Sampled {
    stop: Arc<AtomicBool>,
    samples: JoinHandle<Vec<Sample>>,
}

impl Sampled {
    /// Looks at the first thread of a process.
    pub fn begin(pid: u32) -> Sampled {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let samples = std::thread::spawn(move || {
            let mut samples = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1000.0;
                let text = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/schedstat")).unwrap_or_default();
                let mut figures = text.split_whitespace().filter_map(|figure| figure.parse().ok());
                if let (Some(ran), Some(waited)) = (figures.next(), figures.next()) {
                    samples.push((now, ran, waited));
                }
                std::thread::sleep(Duration::from_millis(3));
            }
            samples
        });
        Sampled { stop, samples }
    }

    pub fn end(self) -> Vec<Sample> {
        self.stop.store(true, Ordering::Relaxed);
        self.samples.join().unwrap()
    }
}

/// Milliseconds that the thread ran, and that it was kept from running, between two moments.
pub fn during(samples: &[Sample], from: f64, to: f64) -> (f64, f64) {
    let at = |moment: f64| samples.iter().rfind(|sample| sample.0 <= moment).or(samples.first());
    let (Some(first), Some(last)) = (
        at(from),
        samples.iter().find(|sample| sample.0 >= to).or(samples.last()),
    ) else {
        return (0.0, 0.0);
    };
    let span = |first: u64, last: u64| last.saturating_sub(first) as f64 / 1e6;
    (span(first.1, last.1), span(first.2, last.2))
}

/// The process that draws the page: the one of WebKit's that was started last.
pub fn web_process() -> u32 {
    let started = |pid: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let after_name = stat.rsplit(')').next()?;
        after_name.split_whitespace().nth(19)?.parse::<u64>().ok()
    };
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok())
        .filter(|pid| {
            std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.starts_with("WebKitWebProces"))
        })
        .max_by_key(started)
        .expect("a page is drawn")
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
pub const MEASURE: &str = "
    const gaps = [], blocks = [], long = [];
    let frame = performance.now(), beat = frame;
    const onFrame = (now) => { gaps.push(now - frame); frame = now; requestAnimationFrame(onFrame); };
    requestAnimationFrame(onFrame);
    const { port1, port2 } = new MessageChannel();
    const send = () => { beat = performance.now(); port2.postMessage(0); };
    port1.onmessage = () => {
        const gap = performance.now() - beat;
        blocks.push(gap);
        if (gap > 50) long.push([performance.timeOrigin + beat, gap]);
        setTimeout(send, 4);
    };
    window.gaps = () => long;
    send();
    const of = (all) => {
        const sorted = [...all].sort((a, b) => a - b);
        const at = (part) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] * 10) / 10;
        return { count: sorted.length, median: at(0.5), p99: at(0.99), longest: at(1), over50: sorted.filter((each) => each > 50).length };
    };
    const talk = document.querySelector('ol[aria-label=Conversation]') ?? document.body;
    window.measured = () => ({ frames: of(gaps), script: of(blocks), letters: talk.textContent.length });
";

/// Processor time of a process, from Linux's accounts (proc_pid_stat(5): utime and stime, a hundred ticks a second).
fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = after_name[11].parse::<f64>().unwrap() + after_name[12].parse::<f64>().unwrap();
    ticks / 100.0
}
