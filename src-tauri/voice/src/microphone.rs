//! Microphones: which there are, and listening to one. The only place that touches a sound card.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig};

use crate::conform::NoSuchSound;
use crate::level::Level;
use crate::recording::{Account, Heard, Over, Recording, Until};
use crate::sound::Sound;

/// A microphone that could be listened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Microphone {
    /// Stays the same over restarts.
    pub id: String,
    pub name: String,
    /// The one that the system uses where nothing else is said.
    pub is_default: bool,
}

/// Why nothing can be heard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HearingProblem {
    #[error("No microphone was found. Connect one, or choose one in Settings, Voice.")]
    NoMicrophone,
    #[error("The chosen microphone is not connected. Connect it, or choose another one in Settings, Voice.")]
    NotThere,
    #[error("{name} is used by another program. Close that program, or choose another microphone in Settings, Voice.")]
    Busy { name: String },
    #[error(
        "This system does not let Q Assistant hear {name}. Allow it in the system's privacy settings for microphones, then try again."
    )]
    Denied { name: String },
    #[error("{name} was disconnected. What you said before that is kept.")]
    Lost { name: String },
    #[error("No sound arrives from {name}. Check its plug and its switch, or choose another one in Settings, Voice.")]
    NothingArrives { name: String },
    #[error("{name} cannot be used: {why} Choose another one in Settings, Voice.")]
    Unusable { name: String, why: String },
}

/// All microphones, the system's own choice first.
///
/// # Errors
/// A system without sound.
pub fn microphones() -> Result<Vec<Microphone>, HearingProblem> {
    let host = cpal::default_host();
    let chosen = host.default_input_device().and_then(|device| device.id().ok());
    let devices = host.input_devices().map_err(|_| HearingProblem::NoMicrophone)?;
    let mut found: Vec<Microphone> = devices
        .filter_map(|device| {
            let id = device.id().ok()?;
            Some(Microphone {
                name: name(&device),
                is_default: Some(&id) == chosen.as_ref(),
                id: id.to_string(),
            })
        })
        .collect();
    found.sort_by_key(|microphone| (!microphone.is_default, microphone.name.to_lowercase()));
    Ok(found)
}

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

/// How much sound is delivered at once.
const DELIVERY: Duration = Duration::from_millis(20);

/// How long the system may take to open a microphone.
const OPENING: Duration = Duration::from_secs(5);

impl Listener {
    /// Opens the microphone of this id, or the system's own choice, and tells what is heard. Never blocks: the sound system is
    /// talked to on a thread of its own, which may wait for a person to answer a question of the system's.
    pub fn start(microphone: Option<String>, until: Until, tell: impl FnMut(Told) + Send + 'static) -> Listener {
        let (orders, received) = channel();
        std::thread::spawn(move || Thread { tell, orders: received }.run(microphone.as_deref(), until));
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

/// What the sound card's thread sends.
enum Delivered {
    Samples(Vec<f32>),
    Failed(cpal::Error),
}

struct Thread<F> {
    tell: F,
    orders: Receiver<Order>,
}

/// A stream that plays, and what it delivers.
struct Open {
    name: String,
    rate: u32,
    channels: u16,
    delivered: Receiver<Delivered>,
    /// Sound ends when it is dropped.
    _stream: cpal::Stream,
}

impl<F: FnMut(Told)> Thread<F> {
    fn run(mut self, microphone: Option<&str>, until: Until) {
        let mut recording = None;
        let why = self.listen(microphone, until, &mut recording);
        let (last, account) = recording.as_mut().map_or((Vec::new(), NOTHING), Recording::end);
        for sound in last {
            (self.tell)(Told::Piece(sound));
        }
        (self.tell)(Told::Ended { account, why });
    }

    fn listen(&mut self, microphone: Option<&str>, until: Until, recording: &mut Option<Recording>) -> Ending {
        let mut open = match Open::new(microphone) {
            Ok(open) => open,
            Err(problem) => return Ending::Problem(problem),
        };
        let unusable = |open: &Open, why: &NoSuchSound| {
            Ending::Problem(HearingProblem::Unusable {
                name: open.name.clone(),
                why: why.to_string(),
            })
        };
        let recording = match Recording::new(open.rate, open.channels, until) {
            Ok(new) => recording.insert(new),
            Err(why) => return unusable(&open, &why),
        };
        let mut listening = false;
        let mut in_vain = 0;
        let mut ends_at: Option<Instant> = None;
        let mut last_sound = Instant::now();
        loop {
            match self.orders.try_recv() {
                Ok(Order::End) => {
                    ends_at.get_or_insert_with(|| Instant::now() + ON_ITS_WAY);
                }
                Ok(Order::Until(until)) => recording.until(until),
                // Who listened is gone with the sender: nobody wants to hear any more.
                Err(TryRecvError::Disconnected) => return Ending::Asked,
                Err(TryRecvError::Empty) => {}
            }
            if ends_at.is_some_and(|at| Instant::now() >= at) {
                return Ending::Asked;
            }
            match open.delivered.recv_timeout(DELIVERY) {
                Ok(Delivered::Samples(samples)) => {
                    last_sound = Instant::now();
                    in_vain = 0;
                    if !std::mem::replace(&mut listening, true) {
                        (self.tell)(Told::Listening {
                            name: open.name.clone(),
                        });
                    }
                    if let Some(over) = self.told(recording.take(&samples)) {
                        return Ending::Over(over);
                    }
                }
                Ok(Delivered::Failed(error)) if passes(&error) => {}
                Ok(Delivered::Failed(_)) | Err(RecvTimeoutError::Disconnected) => {
                    let lost = HearingProblem::Lost {
                        name: open.name.clone(),
                    };
                    // Who listens to the system's own choice goes on with what the system chooses next.
                    in_vain += 1;
                    let next = (microphone.is_none() && in_vain <= REPLACEMENTS)
                        .then(|| Open::new(None))
                        .and_then(Result::ok);
                    let Some(next) = next else {
                        return Ending::Problem(lost);
                    };
                    open = next;
                    match recording.replaced(open.rate, open.channels) {
                        Ok(heard) => self.told(heard),
                        Err(why) => return unusable(&open, &why),
                    };
                    last_sound = Instant::now();
                    (self.tell)(Told::Replaced {
                        name: open.name.clone(),
                    });
                }
                Err(RecvTimeoutError::Timeout) => {
                    if last_sound.elapsed() > NOTHING_ARRIVES {
                        let name = open.name.clone();
                        return Ending::Problem(HearingProblem::NothingArrives { name });
                    }
                }
            }
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

impl Open {
    fn new(microphone: Option<&str>) -> Result<Open, HearingProblem> {
        let host = cpal::default_host();
        let device = match microphone {
            None => host.default_input_device().ok_or(HearingProblem::NoMicrophone)?,
            Some(id) => id
                .parse()
                .ok()
                .and_then(|id| host.device_by_id(&id))
                .ok_or(HearingProblem::NotThere)?,
        };
        let name = name(&device);
        let failed = |error: &cpal::Error| opening_failed(&name, microphone.is_none(), error);
        let supported = device.default_input_config().map_err(|error| failed(&error))?;
        let (sender, delivered) = channel();
        let mut config = supported.config();
        let by_delivery = config.sample_rate / u32::try_from(1000 / DELIVERY.as_millis()).unwrap_or(50);
        config.buffer_size = BufferSize::Fixed(by_delivery.max(1));
        let stream = build(&device, &config, supported.sample_format(), &sender)
            .or_else(|_| {
                // A sound card that will not be told how much to deliver.
                config.buffer_size = BufferSize::Default;
                build(&device, &config, supported.sample_format(), &sender)
            })
            .map_err(|error| failed(&error))?;
        stream.play().map_err(|error| failed(&error))?;
        Ok(Open {
            name,
            rate: config.sample_rate,
            channels: config.channels,
            delivered,
            _stream: stream,
        })
    }
}

fn build(
    device: &cpal::Device,
    config: &StreamConfig,
    format: SampleFormat,
    to: &Sender<Delivered>,
) -> Result<cpal::Stream, cpal::Error> {
    match format {
        SampleFormat::I8 => stream::<i8>(device, config, to),
        SampleFormat::I16 => stream::<i16>(device, config, to),
        SampleFormat::I24 => stream::<cpal::I24>(device, config, to),
        SampleFormat::I32 => stream::<i32>(device, config, to),
        SampleFormat::I64 => stream::<i64>(device, config, to),
        SampleFormat::U8 => stream::<u8>(device, config, to),
        SampleFormat::U16 => stream::<u16>(device, config, to),
        SampleFormat::U24 => stream::<cpal::U24>(device, config, to),
        SampleFormat::U32 => stream::<u32>(device, config, to),
        SampleFormat::U64 => stream::<u64>(device, config, to),
        SampleFormat::F32 => stream::<f32>(device, config, to),
        SampleFormat::F64 => stream::<f64>(device, config, to),
        // The library may learn more; a sound card's bit streams are no samples.
        other @ (SampleFormat::DsdU8 | SampleFormat::DsdU16 | SampleFormat::DsdU32 | _) => Err(
            cpal::Error::with_message(ErrorKind::UnsupportedConfig, format!("its samples are {other}")),
        ),
    }
}

fn stream<T>(device: &cpal::Device, config: &StreamConfig, to: &Sender<Delivered>) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let (samples, errors) = (to.clone(), to.clone());
    device.build_input_stream(
        *config,
        move |delivered: &[T], _: &_| {
            let delivered = delivered.iter().map(|sample| f32::from_sample_(*sample)).collect();
            // Who listened has gone: the stream is about to be dropped.
            let _ = samples.send(Delivered::Samples(delivered));
        },
        move |error| {
            let _ = errors.send(Delivered::Failed(error));
        },
        Some(OPENING),
    )
}

fn name(device: &cpal::Device) -> String {
    device.description().map_or_else(
        |_| "The microphone".to_owned(),
        |description| description.name().to_owned(),
    )
}

/// Errors after which sound goes on.
fn passes(error: &cpal::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Xrun | ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged
    )
}

fn opening_failed(name: &str, is_default: bool, error: &cpal::Error) -> HearingProblem {
    let name = name.to_owned();
    let kind = error.kind();
    if kind == ErrorKind::DeviceBusy {
        HearingProblem::Busy { name }
    } else if kind == ErrorKind::PermissionDenied {
        HearingProblem::Denied { name }
    } else if matches!(kind, ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable) {
        if is_default {
            HearingProblem::NoMicrophone
        } else {
            HearingProblem::NotThere
        }
    } else {
        let why = format!("{}.", error.to_string().trim_end_matches('.'));
        HearingProblem::Unusable { name, why }
    }
}
