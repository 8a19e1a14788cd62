//! One dictation: a recording whose pieces become words, in order, while the person still speaks. A piece that could not be
//! understood waits, with all that come after it, until the person tries again or lets it go.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::level::Level;
use crate::listener::{Ending, Listener, Told};
use crate::recognition::{Hint, Recogniser, RecognitionProblem};
use crate::recording::{Account, Until};
use crate::sound::Sound;
use crate::words::words;

/// So much speech may wait to be understood: half an hour, 58 MB. Beyond, the microphone is let go and that is said.
const WAITING: Duration = Duration::from_secs(30 * 60);

/// Takes sound that the person wants to keep; why it could not be kept, as a sentence.
pub type Keep = Box<dyn Fn(&Sound) -> Result<(), String> + Send>;

/// What a dictation is begun with.
pub struct Wanted {
    /// None for the system's own choice.
    pub microphone: Option<String>,
    pub until: Until,
    pub recogniser: Arc<dyn Recogniser>,
    pub hint: Hint,
    /// Gets each piece that has become words, where the person keeps recordings.
    pub keep: Option<Keep>,
}

/// What happens in a dictation; the last is always [`Event::Done`].
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Sound arrives: speak now.
    Listening {
        name: String,
    },
    /// Another microphone took over.
    Replaced {
        name: String,
    },
    Level(Level),
    /// Somebody speaks.
    Speaking,
    /// The microphone is let go. Words may still follow.
    Stopped {
        account: Account,
        why: Stopped,
    },
    /// Words, to go where the person writes.
    Text(String),
    /// A piece did not become words. It waits, with so much speech in all.
    NotUnderstood {
        problem: RecognitionProblem,
        waiting: Duration,
    },
    /// What should be kept could not be; a sentence.
    NotKept(String),
    /// Something was said, and none of it was words.
    NoWords,
    /// Nothing is left to be understood.
    Done,
}

/// Why the microphone was let go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    Ended(Ending),
    /// [`WAITING`] is full.
    TooMuchWaiting,
}

enum Order {
    Finish,
    Until(Until),
    Again(Arc<dyn Recogniser>),
    LetGo,
}

/// A dictation that runs. Dropping it ends it at once and forgets what was not understood yet.
pub struct Dictation {
    orders: UnboundedSender<Order>,
}

impl Dictation {
    /// Begins to listen. Must be called within a tokio runtime.
    pub fn begin(wanted: Wanted, tell: impl Fn(Event) + Send + 'static) -> Dictation {
        let recogniser = Arc::clone(&wanted.recogniser);
        tokio::spawn(async move { recogniser.prepare().await });
        let (orders, received) = unbounded_channel();
        let (told, hears) = unbounded_channel();
        let listener = Listener::start(wanted.microphone, wanted.until, move |what| {
            // Who dictated is gone.
            let _ = told.send(what);
        });
        let course = Course {
            listener,
            recogniser: wanted.recogniser,
            hint: wanted.hint,
            keep: wanted.keep,
            tell,
            waiting: VecDeque::new(),
            stuck: false,
            listening: true,
            too_much: false,
            outcome: Outcome::NothingSaid,
        };
        tokio::spawn(course.run(hears, received));
        Dictation { orders }
    }

    /// Lets the microphone go; what was said still becomes words.
    pub fn finish(&self) {
        let _ = self.orders.send(Order::Finish);
    }

    /// Changes what makes it end: a button that was only touched listens until there is silence.
    pub fn until(&self, until: Until) {
        let _ = self.orders.send(Order::Until(until));
    }

    /// Tries again what was not understood, with the same recogniser or with another one.
    pub fn again_with(&self, recogniser: Arc<dyn Recogniser>) {
        let _ = self.orders.send(Order::Again(recogniser));
    }

    /// Forgets what was not understood yet, and lets the microphone go.
    pub fn let_go(&self) {
        let _ = self.orders.send(Order::LetGo);
    }
}

struct Course<F> {
    listener: Listener,
    recogniser: Arc<dyn Recogniser>,
    hint: Hint,
    keep: Option<Keep>,
    tell: F,
    waiting: VecDeque<Sound>,
    /// The first of those that wait was tried in vain.
    stuck: bool,
    listening: bool,
    too_much: bool,
    outcome: Outcome,
}

/// What has come of it so far.
#[derive(PartialEq, Eq)]
enum Outcome {
    NothingSaid,
    NoWords,
    Words,
    LetGo,
}

impl<F: Fn(Event) + Send + 'static> Course<F> {
    async fn run(mut self, mut hears: UnboundedReceiver<Told>, mut orders: UnboundedReceiver<Order>) {
        let mut understood = None;
        while self.listening || !self.waiting.is_empty() {
            if understood.is_none() && !self.stuck {
                understood = self.waiting.front().map(|sound| {
                    let (recogniser, sound, hint) = (Arc::clone(&self.recogniser), sound.clone(), self.hint.clone());
                    Box::pin(async move { recogniser.recognise(&sound, &hint).await })
                });
            }
            tokio::select! {
                told = hears.recv(), if self.listening => match told {
                    Some(told) => self.heard(told),
                    None => self.listening = false,
                },
                order = orders.recv() => match order {
                    Some(Order::Finish) => self.listener.end(),
                    Some(Order::Until(until)) => self.listener.until(until),
                    Some(Order::Again(recogniser)) => {
                        self.recogniser = recogniser;
                        self.stuck = false;
                    }
                    Some(Order::LetGo) => {
                        understood = None;
                        self.stuck = false;
                        self.waiting.clear();
                        self.outcome = Outcome::LetGo;
                        self.listener.end();
                        self.forget(&mut hears).await;
                    }
                    None => {
                        self.listener.end();
                        return;
                    }
                },
                answer = async { understood.as_mut()?.await.into() }, if understood.is_some() => {
                    understood = None;
                    if let Some(answer) = answer {
                        self.became(answer);
                    }
                }
            }
        }
        if self.outcome == Outcome::NoWords {
            (self.tell)(Event::NoWords);
        }
        (self.tell)(Event::Done);
    }

    /// Waits for the microphone to be let go, and keeps nothing of what it still delivers.
    async fn forget(&mut self, hears: &mut UnboundedReceiver<Told>) {
        while self.listening {
            match hears.recv().await {
                Some(Told::Piece(_)) => {}
                Some(told) => self.heard(told),
                None => self.listening = false,
            }
        }
    }

    fn heard(&mut self, told: Told) {
        match told {
            Told::Listening { name } => (self.tell)(Event::Listening { name }),
            Told::Replaced { name } => (self.tell)(Event::Replaced { name }),
            Told::Level(level) => (self.tell)(Event::Level(level)),
            Told::Began => (self.tell)(Event::Speaking),
            Told::Piece(sound) => {
                self.waiting.push_back(sound);
                if self.waits() > WAITING {
                    // What is being said right now still comes.
                    self.too_much = true;
                    self.listener.end();
                }
            }
            Told::Ended { account, why } => {
                self.listening = false;
                (self.tell)(Event::Stopped {
                    account,
                    why: if self.too_much {
                        Stopped::TooMuchWaiting
                    } else {
                        Stopped::Ended(why)
                    },
                });
            }
        }
    }

    fn became(&mut self, answer: Result<String, RecognitionProblem>) {
        match answer {
            Ok(text) => {
                let spoken = self.waiting.front().map(Sound::duration).unwrap_or_default();
                if let (Some(sound), Some(keep)) = (self.waiting.pop_front(), &self.keep)
                    && let Err(why) = keep(&sound)
                {
                    (self.tell)(Event::NotKept(why));
                }
                if self.outcome == Outcome::NothingSaid {
                    self.outcome = Outcome::NoWords;
                }
                let text = words(&text, spoken);
                if !text.is_empty() {
                    self.outcome = Outcome::Words;
                    self.hint.before = text.clone();
                    (self.tell)(Event::Text(text));
                }
            }
            Err(problem) => {
                self.stuck = true;
                (self.tell)(Event::NotUnderstood {
                    problem,
                    waiting: self.waits(),
                });
            }
        }
    }

    fn waits(&self) -> Duration {
        self.waiting.iter().map(Sound::duration).sum()
    }
}
