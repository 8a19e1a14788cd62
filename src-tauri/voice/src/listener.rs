//! Listening to a microphone until it is enough.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use cpal::ErrorKind;

use crate::level::Level;
use crate::microphone::HearingProblem;
use crate::recording::{Account, Heard, Over, Recording, Until};
use crate::sound::Sound;
use crate::source::{DELIVERY, Delivered, Source};

/// What a listener tells, in order; the last is always [`Told::Ended`].
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// Sound arrives from this microphone: now the person can speak.
    Listening {
        name: String,
    },
    /// The system changed over to another microphone; the recording goes on.
    Replaced {
        name: String,
    },
    Level(Level),
    Began,
    Piece(Sound),
    Ended {
        account: Account,
        why: Ending,
    },
}

/// Why a listener ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    Asked,
    Over(Over),
    Problem(HearingProblem),
}

/// Listens until asked to end, until the recording is over by itself, or until nothing can be heard any more.
pub struct Listener {
    orders: Sender<Order>,
}

enum Order {
    End,
    Until(Until),
}

/// How long the last words may still be on their way from the microphone when the button is let go.
const ON_ITS_WAY: Duration = Duration::from_millis(40);

/// A microphone that delivers nothing for so long delivers nothing.
const NOTHING_ARRIVES: Duration = Duration::from_secs(3);

/// So many microphones in a row that are lost before they deliver anything are none.
const REPLACEMENTS: u32 = 3;

/// How long a microphone may take to be opened; the system may ask the person first.
const OPENING: Duration = Duration::from_secs(20);

impl Listener {
    /// Opens the microphone of this id, or the system's own choice, and tells what is heard. Never blocks.
    pub fn start(microphone: Option<String>, until: Until, tell: impl FnMut(Told) + Send + 'static) -> Listener {
        let (orders, received) = channel();
        std::thread::spawn(move || {
            let course = Course {
                tell,
                orders: received,
                microphone,
                source: None,
                recording: None,
                name: String::new(),
            };
            course.run(until);
        });
        Listener { orders }
    }

    /// Asks it to end. What was said until now is still told.
    pub fn end(&self) {
        // One that has ended by itself is not there to hear it.
        let _ = self.orders.send(Order::End);
    }

    /// Changes what makes the recording end: a button that was only touched listens until there is silence.
    pub fn until(&self, until: Until) {
        let _ = self.orders.send(Order::Until(until));
    }
}

struct Course<F> {
    tell: F,
    orders: Receiver<Order>,
    /// None for the system's own choice.
    microphone: Option<String>,
    source: Option<Source>,
    /// From the first microphone that was opened on.
    recording: Option<Recording>,
    /// The microphone's.
    name: String,
}

impl<F: FnMut(Told)> Course<F> {
    fn run(mut self, until: Until) {
        let why = self.listen(until);
        // First of all the microphone: it is let go before anything else is thought about. What it has delivered was said.
        let delivered: Vec<Delivered> = self
            .source
            .take()
            .map(|source| source.delivered.try_iter().collect())
            .unwrap_or_default();
        for samples in delivered {
            if let (Delivered::Samples(samples), Some(recording), Ending::Asked) = (samples, &mut self.recording, &why)
            {
                let heard = recording.take(&samples);
                // That it is over is known.
                let _ = self.told(heard);
            }
        }
        let (last, account) = self.recording.as_mut().map_or((Vec::new(), NOTHING), Recording::end);
        for sound in last {
            (self.tell)(Told::Piece(sound));
        }
        (self.tell)(Told::Ended { account, why });
    }

    fn listen(&mut self, mut until: Until) -> Ending {
        let mut ends_at: Option<Instant> = None;
        let mut waits_since = Instant::now();
        let mut listening = false;
        let mut in_vain = 0;
        self.source = Some(Source::open(self.microphone.clone()));
        loop {
            match self.orders.try_recv() {
                Ok(Order::End) => {
                    ends_at.get_or_insert_with(|| Instant::now() + ON_ITS_WAY);
                }
                Ok(Order::Until(other)) => {
                    until = other;
                    if let Some(recording) = &mut self.recording {
                        recording.until(until);
                    }
                }
                // Who listened is gone with the sender: nobody wants to hear any more.
                Err(TryRecvError::Disconnected) => return Ending::Asked,
                Err(TryRecvError::Empty) => {}
            }
            if ends_at.is_some_and(|at| Instant::now() >= at) {
                return Ending::Asked;
            }
            let Some(source) = &self.source else {
                return Ending::Asked;
            };
            match source.delivered.recv_timeout(DELIVERY) {
                Ok(Delivered::Opened(opened)) => {
                    waits_since = Instant::now();
                    let replaced = !self.name.is_empty();
                    self.name = opened.name;
                    let conforms = match &mut self.recording {
                        Some(recording) => recording
                            .replaced(opened.rate, opened.channels)
                            .map(|heard| self.told(heard)),
                        None => Recording::new(opened.rate, opened.channels, until).map(|new| {
                            self.recording = Some(new);
                            None
                        }),
                    };
                    if let Err(why) = conforms {
                        return Ending::Problem(HearingProblem::Unusable {
                            name: self.name.clone(),
                            why: why.to_string(),
                        });
                    }
                    if replaced {
                        (self.tell)(Told::Replaced {
                            name: self.name.clone(),
                        });
                    }
                }
                Ok(Delivered::NotOpened(problem)) => {
                    return Ending::Problem(if self.name.is_empty() { problem } else { self.lost() });
                }
                Ok(Delivered::Samples(samples)) => {
                    waits_since = Instant::now();
                    in_vain = 0;
                    if !std::mem::replace(&mut listening, true) {
                        (self.tell)(Told::Listening {
                            name: self.name.clone(),
                        });
                    }
                    let heard = self.recording.as_mut().map(|recording| recording.take(&samples));
                    if let Some(over) = self.told(heard.unwrap_or_default()) {
                        return Ending::Over(over);
                    }
                }
                Ok(Delivered::Failed(error)) if passes(&error) => {}
                Ok(Delivered::Failed(_)) | Err(RecvTimeoutError::Disconnected) => {
                    in_vain += 1;
                    // Who listens to the system's own choice goes on with what the system chooses next.
                    if self.microphone.is_some() || in_vain > REPLACEMENTS {
                        return Ending::Problem(self.lost());
                    }
                    waits_since = Instant::now();
                    self.source = Some(Source::open(None));
                }
                Err(RecvTimeoutError::Timeout) => {
                    let opened = self.recording.is_some();
                    if opened && waits_since.elapsed() > NOTHING_ARRIVES {
                        let name = self.name.clone();
                        return Ending::Problem(HearingProblem::NothingArrives { name });
                    }
                    if !opened && waits_since.elapsed() > OPENING {
                        return Ending::Problem(HearingProblem::Hangs);
                    }
                }
            }
        }
    }

    fn lost(&self) -> HearingProblem {
        HearingProblem::Lost {
            name: self.name.clone(),
        }
    }

    fn told(&mut self, heard: Vec<Heard>) -> Option<Over> {
        let mut ended = None;
        for heard in heard {
            match heard {
                Heard::Level(level) => (self.tell)(Told::Level(level)),
                Heard::Began => (self.tell)(Told::Began),
                Heard::Piece(sound) => (self.tell)(Told::Piece(sound)),
                Heard::Over(over) => ended = Some(over),
            }
        }
        ended
    }
}

const NOTHING: Account = Account {
    length: Duration::ZERO,
    speech: false,
    fault: None,
};

/// Errors after which sound goes on.
fn passes(error: &cpal::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged
    )
}
