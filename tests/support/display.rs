//! A display of a test's own, where its window has the keyboard to itself and disturbs no other.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, InputFocus, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

const PATIENCE: Duration = Duration::from_secs(60);

pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    pub fn start() -> Display {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "2560x1440x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts (package xvfb)");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        Display {
            server,
            name: format!(":{}", number.trim()),
        }
    }

    /// The value of `DISPLAY`.
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// The program's window on it, once it is there.
    pub fn frame(&self) -> Frame {
        let end = Instant::now() + PATIENCE;
        loop {
            let (x, screen) = x11rb::connect(Some(&self.name)).unwrap();
            let root = x.setup().roots[screen].root;
            let mut frame = Frame { x, root, window: root };
            for window in frame.x.query_tree(root).unwrap().reply().unwrap().children {
                frame.window = window;
                if frame.title().ends_with("Q Assistant") {
                    return frame;
                }
            }
            assert!(Instant::now() < end, "there is no window on {}", self.name);
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Clicks what closes a window in its frame.
    pub fn click_close(&self) {
        let frame = self.frame();
        let (protocols, delete) = (frame.atom("WM_PROTOCOLS"), frame.atom("WM_DELETE_WINDOW"));
        frame.tell(protocols, [delete, 0, 0, 0, 0]);
    }
}

/// The program's window, as the display knows it.
pub struct Frame {
    pub x: RustConnection,
    pub root: Window,
    pub window: Window,
}

impl Frame {
    pub fn atom(&self, name: &str) -> Atom {
        let asked = self.x.intern_atom(false, name.as_bytes()).unwrap();
        asked.reply().unwrap().atom
    }

    pub fn title(&self) -> String {
        let asked = self
            .x
            .get_property(false, self.window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64);
        String::from_utf8_lossy(&asked.unwrap().reply().unwrap().value).into_owned()
    }

    /// Sends what a window manager or another program would.
    pub fn tell(&self, kind: Atom, data: [u32; 5]) {
        let message = ClientMessageEvent::new(32, self.window, kind, data);
        let sent = self.x.send_event(false, self.window, EventMask::NO_EVENT, message);
        sent.unwrap().check().unwrap();
    }

    pub fn is_shown(&self) -> bool {
        let asked = self.x.get_window_attributes(self.window).unwrap();
        asked.reply().unwrap().map_state == MapState::VIEWABLE
    }

    /// Where its upper left corner is on the display, and how large it is.
    pub fn place(&self) -> (i16, i16, u16, u16) {
        let size = self.x.get_geometry(self.window).unwrap().reply().unwrap();
        let at = self.x.translate_coordinates(self.window, self.root, 0, 0).unwrap();
        let at = at.reply().unwrap();
        (at.dst_x, at.dst_y, size.width, size.height)
    }

    /// The person looks at something else. (With the focus on the root, a window under the pointer would have it.)
    pub fn look_away(&self) {
        self.x
            .set_input_focus(InputFocus::NONE, x11rb::NONE, x11rb::CURRENT_TIME)
            .unwrap()
            .check()
            .unwrap();
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
