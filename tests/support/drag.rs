//! A drag from another program onto the window, as XDND has it: no hand is needed for it.

use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use super::display::Frame;

const VERSION: u32 = 5;

struct Source<'a> {
    frame: &'a Frame,
    uri_list: Atom,
    /// What is dragged.
    uris: String,
}

/// Drops files onto the window at a point of the display.
pub fn drop_files(frame: &Frame, uris: &[String], at: (u32, u32)) {
    let x = &frame.x;
    let window = x.generate_id().unwrap();
    x.create_window(
        0,
        window,
        frame.root,
        -10,
        -10,
        1,
        1,
        0,
        WindowClass::INPUT_ONLY,
        0,
        &CreateWindowAux::new(),
    )
    .unwrap()
    .check()
    .unwrap();
    let source = Source {
        frame,
        uri_list: frame.atom("text/uri-list"),
        uris: uris.iter().map(|uri| format!("{uri}\r\n")).collect(),
    };
    x.set_selection_owner(window, frame.atom("XdndSelection"), x11rb::CURRENT_TIME)
        .unwrap()
        .check()
        .unwrap();
    source.tell("XdndEnter", [window, VERSION << 24, source.uri_list, 0, 0]);
    let copy = frame.atom("XdndActionCopy");
    for step in 0..12 {
        // A hand that is on its way.
        let point = ((at.0 + step) << 16) | at.1;
        source.tell("XdndPosition", [window, 0, point, x11rb::CURRENT_TIME, copy]);
        source.answer(Duration::from_millis(80), None);
    }
    source.tell("XdndDrop", [window, 0, x11rb::CURRENT_TIME, 0, 0]);
    assert!(
        source.answer(Duration::from_secs(10), Some(frame.atom("XdndFinished"))),
        "the window did not take what was dropped"
    );
}

impl Source<'_> {
    fn tell(&self, kind: &str, data: [u32; 5]) {
        self.frame.tell(self.frame.atom(kind), data);
    }

    /// Answers who asks for what is dragged, for a while, or until this message comes.
    fn answer(&self, patience: Duration, until: Option<Atom>) -> bool {
        let end = Instant::now() + patience;
        while Instant::now() < end {
            match self.frame.x.poll_for_event().unwrap() {
                Some(Event::SelectionRequest(asked)) => self.hand_over(&asked),
                Some(Event::ClientMessage(ClientMessageEvent { type_, .. })) if Some(type_) == until => return true,
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        false
    }

    fn hand_over(&self, asked: &SelectionRequestEvent) {
        let x = &self.frame.x;
        let known = asked.target == self.uri_list;
        if known {
            x.change_property8(
                PropMode::REPLACE,
                asked.requestor,
                asked.property,
                asked.target,
                self.uris.as_bytes(),
            )
            .unwrap();
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: asked.requestor,
            selection: asked.selection,
            target: asked.target,
            property: if known { asked.property } else { x11rb::NONE },
        };
        x.send_event(false, asked.requestor, EventMask::NO_EVENT, answer)
            .unwrap();
        x.flush().unwrap();
    }
}
