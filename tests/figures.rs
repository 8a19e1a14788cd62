//! Figures of the real window and the real program, printed and never asserted: `cargo xtask bench stream`, `cargo xtask bench voice`,
//! `cargo xtask bench diff`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::support::model_server::{ModelServer, Say, turn};
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
    let mut window = Window::open_optimised("stream", home, &[]).await;
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
    let window = Window::open_optimised("spoken", home, &sound.desk()).await;
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

/// So many files change, with so many lines before each; every third line of them becomes another.
const FILES: usize = 300;
const LINES: usize = 100;
const CHANGED: usize = FILES * LINES.div_ceil(3) * 2;

/// How often each diff is opened.
const OPENED: usize = 7;

/// A change of twenty thousand lines in three hundred files: how soon it is there after the click, beside the change of one small file, and
/// how it scrolls.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of two minutes"]
async fn figures_of_a_large_diff() {
    let home = tokio::task::spawn_blocking(two_builds).await.unwrap();
    let mut window = Window::open_optimised("diff", home, &[]).await;
    window.resize(1440, 900).await;
    let (mut small, mut large) = (Vec::new(), Vec::new());
    for _ in 0..OPENED {
        small.push(opened(&window, "small").await);
        large.push(opened(&window, "large").await);
    }
    let (of_small, of_large) = (median(&small), median(&large));
    println!(
        "a diff of {CHANGED} lines in {FILES} files, from the click to the drawn lines: median {of_large:.0} ms of {OPENED} ({large:.0?}); \
         one small file: median {of_small:.0} ms; ratio {:.2}",
        of_large / of_small
    );
    window.click("[data-testid=tab-changes]").await;
    window.see("[data-testid=line-number]").await;
    window.picture("large").await;
    window.run(SCROLL).await;
    let end = std::time::Instant::now() + Duration::from_secs(120);
    let scrolled = loop {
        let scrolled = window.run("return window.scrolled ?? ''").await;
        if !scrolled.is_empty() {
            break scrolled;
        }
        assert!(std::time::Instant::now() < end, "the end is not reached");
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    println!("scrolling through it, milliseconds: {scrolled}");
    window.picture("scrolled").await;
}

/// Two builds that wait at their first handoff: one changed a small file, the other much.
fn two_builds() -> tempfile::TempDir {
    let home = Home::new();
    let change = "import fs from 'node:fs';\nfor (const folder of fs.readdirSync('src')) for (const file of fs.readdirSync(`src/${folder}`)) {\n\
        const path = `src/${folder}/${file}`;\n\
        const lines = fs.readFileSync(path, 'utf8').split('\\n');\n\
        fs.writeFileSync(path, lines.map((line, at) => at % 3 === 0 && line ? `${line} // changed` : line).join('\\n'));\n}\n\
        fs.rmSync('change.mjs');\n";
    let finish = || {
        let result = json!({"summary": "written", "tasks": [{"id": "T1", "status": "done"}]});
        turn("Done.", &[("finish_phase", json!({"result": result}))])
    };
    let write = |path: &str, content: &str| ("write_file", json!({"path": path, "content": content}));
    let mut script = crate::endpoint::talking();
    script.push(turn("A line.", &[write("one.js", "export const one = 1;\n")]));
    script.push(finish());
    script.extend(crate::endpoint::talking());
    script.push(turn(
        "Many lines.",
        &[
            ("write_file", json!({"path": "change.mjs", "content": change})),
            ("run_command", json!({"command": "node change.mjs"})),
        ],
    ));
    script.push(finish());
    let server = ModelServer::start(script);
    crate::endpoint::connect(&home, &server);
    for name in ["small", "large"] {
        let project = home.path().join(name);
        std::fs::create_dir_all(&project).unwrap();
        if name == "large" {
            for file in 0..FILES {
                let folder = project.join(format!("src/part{:02}", file / 12));
                std::fs::create_dir_all(&folder).unwrap();
                let text: String = (0..LINES)
                    .map(|line| format!("export const value{line} = compute({file}, {line}, \"a word of text\");\n"))
                    .collect();
                std::fs::write(folder.join(format!("file{file:03}.ts")), text).unwrap();
            }
        }
        let brief = home.path().join("brief.txt");
        std::fs::write(&brief, crate::endpoint::BRIEF).unwrap();
        // Ready to Build is answered; at the first handoff nobody is there any more.
        let answer = home.path().join("answer.txt");
        std::fs::write(&answer, "y\n").unwrap();
        let mut program = home.program();
        program.args(["build", "--model", "Scripted", "--approve", "every", "--project"]);
        program.stdin(std::fs::File::open(answer).unwrap());
        let built = program.arg(&project).arg("--brief").arg(&brief).output().unwrap();
        assert_eq!(server.complaints(), Vec::<String>::new());
        let state = home.json(&["status", "--json"])["current_state"].clone();
        assert_eq!(state, "handoff_to_tester", "{}", crate::support::program::shown(&built));
    }
    home.hand_over()
}

/// Opens a build's changes in a page that has seen nothing of them yet. Milliseconds from the click until its lines are drawn.
async fn opened(window: &Window, project: &str) -> f64 {
    window.driver.refresh().await.unwrap();
    window.see("[data-testid^=build-row]").await;
    let row = format!(
        "const row = [...document.querySelectorAll('[data-testid^=build-row]')].find((row) => row.textContent.includes('{project}') \
         || row.title?.includes('{project}')); row?.click(); return row ? 'found' : document.body.textContent;"
    );
    assert_eq!(window.run(&row).await, "found");
    window.click("[data-testid=tab-conversation]").await;
    window.see("[data-testid=handoff-card]").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.run(FROM_THE_CLICK_TO_THE_LINES).await;
    let end = std::time::Instant::now() + Duration::from_secs(30);
    loop {
        let took = window
            .run("return window.took === undefined ? '' : String(window.took)")
            .await;
        if let Ok(took) = took.parse() {
            window.click("[data-testid=tab-conversation]").await;
            return took;
        }
        assert!(std::time::Instant::now() < end, "no lines appear");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Lines are drawn when a frame has passed since they stand in the page.
const FROM_THE_CLICK_TO_THE_LINES: &str = "
    window.took = undefined;
    const clicked = performance.now();
    document.querySelector('[data-testid=tab-changes]').click();
    const look = () => {
        if (document.querySelector('[data-testid=diff-lines] [data-line]') === null) return requestAnimationFrame(look);
        requestAnimationFrame(() => setTimeout(() => { window.took = performance.now() - clicked; }, 0));
    };
    look();
";

/// Through it, half a page a frame: the time between two frames.
const SCROLL: &str = "
    const begin = () => {
        const list = document.querySelector('[data-testid=diff]');
        if (list === null || list.querySelector('[data-line]') === null) return requestAnimationFrame(begin);
        const gaps = [];
        let frame = performance.now(), still = 0, lines = new Set();
        const step = (now) => {
            gaps.push(now - frame);
            frame = now;
            const before = list.scrollTop;
            list.scrollTop += 400;
            for (const each of list.querySelectorAll('[data-path]')) lines.add(each.dataset.path);
            still = list.scrollTop === before ? still + 1 : 0;
            if (still < 30 && gaps.length < 600) return requestAnimationFrame(step);
            const sorted = gaps.slice(1).sort((a, b) => a - b);
            const at = (part) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] * 10) / 10;
            window.scrolled = JSON.stringify({ files: lines.size, frames: sorted.length, median: at(0.5), p99: at(0.99), longest: at(1),
                over50: sorted.filter((gap) => gap > 50).length, height: list.scrollHeight });
        };
        requestAnimationFrame(step);
    };
    begin();
";

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
