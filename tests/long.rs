//! Figures of a conversation of ten thousand messages, and of twenty builds at once, printed and never asserted:
//! `cargo xtask bench conversation`, `cargo xtask bench many`. Both are of the optimised program.

use std::time::Duration;

use rusqlite::{Connection, params};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::figures::{MEASURE, Sample, Sampled, during, median, web_process};
use crate::support::TIP_CALCULATOR;
use crate::support::model_server::{ModelServer, Say};
use crate::support::window::Window;

const MESSAGES: u32 = 10_000;
const FEW: u32 = 10;
/// Each is opened so often, in turn.
const OPENINGS: usize = 7;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of two minutes"]
async fn figures_of_a_long_conversation() {
    let (home, [long, short]) = two_builds().await;
    let window = Window::open_optimised("long-conversation", home, &[]).await;
    let (mut cold, mut warm) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for _ in 0..OPENINGS {
        for (at, build) in [&long, &short].into_iter().enumerate() {
            // A page that knows nothing yet.
            window.click("[data-testid=new-build]").await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            window.driver.refresh().await.unwrap();
            window.see("[data-testid=composer]").await;
            window.see(&format!("[data-testid=build-row-{}]", build.id)).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            cold[at].push(opening(&window, build).await);
            window.click("[data-testid=new-build]").await;
            window.see("[data-testid=composer]").await;
            warm[at].push(opening(&window, build).await);
        }
    }
    for (what, [long, short]) in [("for the first time", &cold), ("once more", &warm)] {
        println!(
            "from the click to the end of the conversation, {what}, median of {OPENINGS}: {:.0} ms with {MESSAGES} messages (longest {:.0} ms; wanted: \
             under 200), {:.0} ms with {FEW}; ratio {:.2}",
            median(long),
            long.iter().copied().fold(0.0, f64::max),
            median(short),
            median(long) / median(short)
        );
    }
    opening(&window, &long).await;
    all_is_there(&window).await;
    let thread = Sampled::begin(web_process());
    window.run(MEASURE).await;
    window
        .driver
        .set_script_timeout(Duration::from_secs(120))
        .await
        .unwrap();
    let travelled = window.driver.execute_async(SCROLL, Vec::new()).await.unwrap();
    let measured = window.run("return JSON.stringify(window.measured())").await;
    let samples = thread.end();
    println!(
        "scrolled {} pixels up and down, milliseconds: {measured}",
        travelled.json()
    );
    own_work(&window, &samples, 50.0).await;
}

/// A build, and the message at the end of its conversation.
pub struct Talk {
    pub id: String,
    pub last: String,
}

/// Two builds whose talk waits for the person: one of ten thousand messages, one of ten.
pub async fn two_builds() -> (TempDir, [Talk; 2]) {
    let window = Window::open("two-builds").await;
    for _ in 0..2 {
        window.click("[data-testid=new-build]").await;
        window.type_into("[data-testid=composer]", TIP_CALCULATOR).await;
        window.click("[data-testid=start-build]").await;
        window.see("[data-testid=quick-reply-0]").await;
    }
    let home = window.close().await;
    let database = Connection::open(home.path().join("data/q-assistant.db")).unwrap();
    let ids: Vec<String> = database
        .prepare("SELECT id FROM build_workflows ORDER BY created_at")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let talks = [(&ids[0], MESSAGES), (&ids[1], FEW)].map(|(id, count)| fill(&database, id, count));
    (home, talks)
}

/// Words such as models write them, of every kind and length.
fn words(number: u32) -> String {
    let sentence = "It reads the field, works out the **tip**, and shows `total` beside it; a [link](https://example.com/tips) says more. ";
    let list = "- one thing that counts\n- another *thing* with `code` in it\n- and a third\n\n";
    let code = "```js\nexport function tip(bill, rate = 0.15) {\n  // Whole cents only.\n  const cents = Math.round(bill * rate * 100);\n  return { tip: cents / 100, total: bill + cents / 100 };\n}\n```\n\n";
    let table = "| case | bill | tip |\n|---|---|---|\n| small | 10.00 | 1.50 |\n| large | 200.00 | 30.00 |\n\n";
    let mut text = format!("Step {number}. {}\n\n", sentence.repeat(1 + (number % 4) as usize));
    for (every, part) in [(3, list), (5, code), (7, table)] {
        if number.is_multiple_of(every) {
            text.push_str(part);
        }
    }
    if number.is_multiple_of(40) {
        text.push_str(&format!("## A longer part\n\n{sentence}{list}").repeat(6));
    }
    text
}

fn fill(database: &Connection, id: &str, count: u32) -> Talk {
    let authors = ["you", "q_assistant", "code_writer", "test_auditor"];
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let there: u32 = database
        .query_row("SELECT max(seq) FROM messages WHERE workflow_id = ?1", [id], |row| {
            row.get(0)
        })
        .unwrap();
    for number in there + 1..=count {
        let author = if number == count {
            "q_assistant"
        } else {
            authors[(number % 4) as usize]
        };
        let text = if author == "you" {
            format!("And what of case {number}?")
        } else {
            words(number)
        };
        database
            .prepare_cached(
                "INSERT INTO messages (id, workflow_id, seq, author, text, state, created_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, 'discovery', '2026-11-20T10:00:00.000000Z')",
            )
            .unwrap()
            .execute(params![format!("{id}-{number}"), id, number, author, text])
            .unwrap();
    }
    // Nobody has to answer them.
    database
        .execute(
            "UPDATE role_runs SET read_up_to = ?2 WHERE workflow_id = ?1",
            params![id, count],
        )
        .unwrap();
    database.execute_batch("COMMIT").unwrap();
    Talk {
        id: id.to_owned(),
        last: format!("{id}-{count}"),
    }
}

/// Milliseconds from the click on a build to the frame after the one that drew the end of its conversation.
async fn opening(window: &Window, talk: &Talk) -> f64 {
    let script = format!(
        "const done = arguments[arguments.length - 1];
        const row = document.querySelector('[data-testid=\"build-row-{}\"]');
        const begun = performance.now();
        row.click();
        const look = () => {{
            const last = document.querySelector('[data-message=\"{}\"]');
            const view = document.querySelector('[data-testid=conversation]');
            const seen = last && view && last.textContent.length > 10 && last.getBoundingClientRect().bottom <= view.getBoundingClientRect().bottom + 2;
            if (seen) requestAnimationFrame(() => done(performance.now() - begun));
            else requestAnimationFrame(look);
        }};
        look();",
        talk.id, talk.last
    );
    let took = window.driver.execute_async(script, Vec::new()).await.unwrap();
    took.json().as_f64().unwrap()
}

/// Waits until the earlier messages have come, too.
pub async fn all_is_there(window: &Window) {
    let first = "return document.querySelector('[data-testid=conversation] li')?.getAttribute('aria-setsize') ?? ''";
    let height = "return String(document.querySelector('[data-testid=conversation]').scrollHeight)";
    let mut before = String::new();
    loop {
        let now = window.run(height).await;
        if now == before && window.run(first).await == MESSAGES.to_string() {
            return;
        }
        before = now;
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
}

/// Up through hundreds of messages as a wheel does, then to the very beginning and a few places between, and back.
const SCROLL: &str = "
    const done = arguments[arguments.length - 1];
    const view = document.querySelector('[data-testid=conversation]');
    let frames = 0, travelled = 0;
    const go = (by) => { view.scrollTop += by; travelled += Math.abs(by); };
    const step = () => {
        frames += 1;
        if (frames < 500) go(-160);
        else if (frames < 900) go(-800);
        else if (frames % 20 === 0 && frames < 1200) view.scrollTop = (view.scrollHeight * ((frames / 20) % 7)) / 7;
        else if (frames === 1200) view.scrollTop = 0;
        else if (frames > 1220 && frames < 1600) go(300);
        else if (frames === 1600) view.scrollTop = view.scrollHeight;
        else if (frames > 1640) return done(travelled);
        requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
";

/// On a machine that does other things too, most of a long pause may be the wait for a processor: how much of it was the page's own work.
async fn own_work(window: &Window, samples: &[Sample], wanted: f64) {
    let gaps: Vec<(f64, f64)> =
        serde_json::from_str(&window.run("return JSON.stringify(window.gaps())").await).unwrap();
    let worked: Vec<f64> = gaps
        .iter()
        .map(|(from, length)| during(samples, *from, from + length).0)
        .collect();
    println!(
        "{} times it gave no answer for more than 50 ms; its own work in these: longest {:.0} ms, {} times over {wanted:.0} ms",
        gaps.len(),
        worked.iter().copied().fold(0.0, f64::max),
        worked.iter().filter(|own| **own > wanted).count()
    );
}

const BUILDS: usize = 20;
/// Of each of them.
const TOKENS: u32 = 40;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement of two minutes"]
async fn figures_of_many_builds_at_once() {
    let server = tokio::task::spawn_blocking(|| {
        ModelServer::thinking(|_: &Value| Say::Flow {
            a_second: TOKENS,
            seconds: 120,
        })
    })
    .await
    .unwrap();
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let model =
        json!({"id": "m1", "name": "Scripted", "base_url": server.base_url(), "model": "scripted-1", "has_key": false});
    let settings = json!({"settings": {"models": [model], "default_model": "m1", "notifications": false}});
    std::fs::write(data.join("settings.json"), settings.to_string()).unwrap();
    let mut window = Window::open_optimised("many", home, &[]).await;
    for number in 1..=BUILDS {
        window.click("[data-testid=new-build]").await;
        window
            .type_into("[data-testid=composer]", &format!("Build {number}"))
            .await;
        window.click("[data-testid=start-build]").await;
        window.see("li[aria-busy=true]").await;
    }
    assert_eq!(server.asked().len(), BUILDS, "all of them are being answered");
    tokio::time::sleep(Duration::from_secs(2)).await;
    window.run(MEASURE).await;
    let thread = Sampled::begin(web_process());
    tokio::time::sleep(Duration::from_secs(20)).await;
    let resting = window.run("return JSON.stringify(window.measured())").await;
    println!("{BUILDS} builds at {TOKENS} tokens a second each, one of them looked at, milliseconds: {resting}");
    window
        .driver
        .set_script_timeout(Duration::from_secs(120))
        .await
        .unwrap();
    let switched = window.driver.execute_async(SWITCH, Vec::new()).await.unwrap();
    let took: Vec<f64> = serde_json::from_value(switched.json().clone()).unwrap();
    println!(
        "from one of them to the next, with what it said so far: median {:.0} ms, longest {:.0} ms, of {}",
        median(&took),
        took.iter().copied().fold(0.0, f64::max),
        took.len()
    );
    let all = window.run("return JSON.stringify(window.measured())").await;
    println!("and with the switching: {all}");
    own_work(&window, &thread.end(), 100.0).await;
    window.picture("streaming").await;
}

/// Opens each build in turn; how long it takes until a message that is being said stands there with words.
const SWITCH: &str = "
    const done = arguments[arguments.length - 1];
    const rows = [...document.querySelectorAll('[data-testid^=build-row]')].map(row => row.dataset.testid);
    const took = [];
    const next = (at) => {
        if (at === rows.length) return done(took);
        const row = document.querySelector(`[data-testid=\"${rows[at]}\"]`);
        if (row.getAttribute('aria-current') === 'page') return next(at + 1);
        const begun = performance.now();
        row.click();
        const look = () => {
            const said = document.querySelector('li[aria-busy=true] .prose');
            if (row.getAttribute('aria-current') === 'page' && said?.textContent.length > 100) {
                took.push(performance.now() - begun);
                setTimeout(() => next(at + 1), 400);
            } else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    };
    next(0);
";
