//! A model that writes whatever could load, navigate or run something: it is shown, and nothing comes of it.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::endpoint::connect;
use crate::support::model_server::{ModelServer, turn};
use crate::support::program::Home;
use crate::support::window::Window;

/// Somebody on this machine who only counts who calls.
struct Listener {
    port: u16,
    called: Arc<AtomicUsize>,
}

impl Listener {
    fn start() -> Listener {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let called = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&called);
        // It ends with the test's process.
        std::thread::spawn(move || {
            while socket.accept().is_ok() {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
        Listener { port, called }
    }
}

/// Everything that Markdown, HTML or a renderer's extras could be talked into.
fn hostile(port: u16) -> String {
    let there = format!("http://127.0.0.1:{port}");
    let long = "wide".repeat(5_000);
    format!(
        "# <img src=\"{there}/heading.png\">A title\n\n\
         ![picture]({there}/picture.png) ![by name][p] <img src=\"{there}/tag.png\" onerror=\"window.ran='img'\">\n\n\
         <script>window.ran = 'script'</script><script src=\"{there}/script.js\"></script>\n\n\
         <svg onload=\"window.ran='svg'\"><image href=\"{there}/svg.png\"/></svg>\n\n\
         <iframe src=\"{there}/frame\"></iframe><object data=\"{there}/object\"></object><embed src=\"{there}/embed\">\n\n\
         <video src=\"{there}/video\" poster=\"{there}/poster\" autoplay></video><audio src=\"{there}/audio\" autoplay></audio>\n\n\
         <style>@import url('{there}/style.css'); body {{ display: none }}</style><link rel=\"stylesheet\" href=\"{there}/link.css\">\n\n\
         <meta http-equiv=\"refresh\" content=\"0;url={there}/refresh\"><base href=\"{there}/\">\n\n\
         <form action=\"{there}/form\"><input name=\"a\"><button>Send</button></form>\n\n\
         <details open ontoggle=\"window.ran='toggle'\"><summary>More</summary></details>\n\n\
         [run](javascript:window.ran='link') [data](data:text/html,<script>opener.ran=1</script>) [file](file:///etc/passwd)\n\n\
         [web]({there}/clicked) <{there}/auto> [vb](vbscript:x) [ours](tauri://localhost/index.html) [ipc](ipc://localhost/send_message)\n\n\
         <a href=\"{there}/anchor\" onclick=\"window.ran='anchor'\">anchor</a>\n\n\
         | a | b |\n|---|---|\n| {long} | <img src=\"{there}/cell.png\"> |\n\n\
         {long}\n\n\
         \u{202e}desrever si siht\u{202c} zero\u{200b}width \u{1b}[31mred\u{7}\n\n\
         $$\\href{{{there}/math}}{{x}}$$\n\n[p]: {there}/reference.png\n"
    )
}

/// What `xdg-open` is asked to open is written down instead.
fn a_browser_that_takes_notes(home: &Path) -> String {
    let bin = home.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let script = format!("#!/bin/sh\necho \"$1\" >> {}\n", home.join("opened.txt").display());
    std::fs::write(bin.join("xdg-open"), script).unwrap();
    std::fs::set_permissions(bin.join("xdg-open"), std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_writes_loads_navigates_and_runs_nothing() {
    let listener = Listener::start();
    let page = hostile(listener.port);
    let question = format!(
        "<img src=\"http://127.0.0.1:{}/q.png\" onerror=\"window.ran='q'\"> Which?",
        listener.port
    );
    let (server, home) = tokio::task::spawn_blocking(move || {
        let server = ModelServer::start(vec![turn(
            &page,
            &[(
                "ask_person",
                json!({"question": question, "choices": ["<b onclick=alert(1)>Yes</b>", "No"]}),
            )],
        )]);
        let home = Home::new();
        connect(&home, &server);
        let settings = home.data().join("settings.json");
        let text = std::fs::read_to_string(&settings).unwrap();
        std::fs::write(
            settings,
            text.replace("\"models\"", "\"default_model\": \"m1\", \"models\""),
        )
        .unwrap();
        (server, home.hand_over())
    })
    .await
    .unwrap();
    let path = a_browser_that_takes_notes(home.path());
    let mut window = Window::open_with("hostile", home, &[("PATH", path)]).await;
    let address = window.run("return location.href").await;
    window.type_into("[data-testid=composer]", "Something harmless").await;
    window.click("[data-testid=start-build]").await;
    window.see("[data-testid=quick-reply-0]").await;
    window.picture("shown").await;
    let faults = window.layout_faults().await;
    assert!(faults.is_empty(), "{faults:#?}");

    let forbidden = "return [...document.querySelectorAll('#view :is(script, iframe, object, embed, video, audio, style, link, meta, base, form[action], a[href]), #view img:not([src^=\"data:image/\"]), #view svg image, #view [onclick], #view [onload], #view [onerror]')].map(found => found.outerHTML.slice(0, 120)).join('\\n')";
    assert_eq!(window.run(forbidden).await, "", "nothing of it became an element");

    // Every part of it is clicked, the link to the web among them.
    window
        .run("document.querySelectorAll('.prose *').forEach(part => part.click?.())")
        .await;
    let opened = window.home().join("opened.txt");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !std::fs::read_to_string(&opened)
        .unwrap_or_default()
        .contains("/clicked")
    {
        assert!(std::time::Instant::now() < end, "a link to the web opens the browser");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let opened = std::fs::read_to_string(&opened).unwrap();
    assert!(
        opened.lines().all(|line| line.starts_with("http://127.0.0.1:")),
        "and no other kind of address is opened: {opened}"
    );
    assert_eq!(
        window.run("return location.href").await,
        address,
        "the window stays where it is"
    );
    assert_eq!(window.run("return String(window.ran)").await, "undefined");

    // Even from within the page nothing of the kind would work.
    let tries = format!(
        "const done = arguments[arguments.length - 1]; const there = 'http://127.0.0.1:{}'; \
         const add = (tag, set) => {{ const made = document.createElement(tag); Object.assign(made, set); document.body.append(made); }}; \
         add('script', {{ textContent: \"window.ran = 'inline'\" }}); add('script', {{ src: there + '/s.js' }}); \
         add('img', {{ src: there + '/i.png' }}); add('iframe', {{ src: there + '/f' }}); \
         add('link', {{ rel: 'stylesheet', href: there + '/c.css' }}); add('form', {{ action: there + '/form' }}); \
         document.body.lastChild.submit(); \
         let evaluated = 'refused'; try {{ evaluated = String((0, eval)('6 * 7')); }} catch {{}} \
         fetch(there + '/fetch').then(() => 'fetched', () => 'refused') \
           .then(fetched => setTimeout(() => done([String(window.ran), evaluated, fetched].join(' ')), 300));",
        listener.port
    );
    let tried = window.driver.execute_async(tries, Vec::new()).await.unwrap();
    assert_eq!(tried.json().as_str(), Some("undefined refused refused"));
    let foreign = "return performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin) && !name.startsWith('ipc:')).filter(name => !/127\\.0\\.0\\.1:\\d+\\/(s\\.js|i\\.png|f|c\\.css|fetch)$/.test(name)).join(' ')";
    assert_eq!(
        window.run(foreign).await,
        "",
        "all that was loaded came out of the program"
    );
    assert_eq!(listener.called.load(Ordering::SeqCst), 0, "nobody was called");
    drop(server);
}
