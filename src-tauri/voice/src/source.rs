//! The sound card, on a thread of its own: it may hang, ask the person something, or end in its own time, and nobody waits for it.

use std::convert::Infallible;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig};

use crate::microphone::{HearingProblem, name, opening_failed};

/// How much sound is delivered at once.
pub const DELIVERY: Duration = Duration::from_millis(20);

/// How long the library waits for a stream.
const STREAM: Duration = Duration::from_secs(5);

/// What the sound card's thread sends.
pub enum Delivered {
    /// The first: this is what samples will be like.
    Opened(Opened),
    NotOpened(HearingProblem),
    /// Frames, the channels of each beside one another.
    Samples(Vec<f32>),
    Failed(cpal::Error),
}

pub struct Opened {
    pub name: String,
    pub rate: u32,
    pub channels: u16,
}

/// A microphone that is open, or is being opened. It is let go when this is dropped.
pub struct Source {
    pub delivered: Receiver<Delivered>,
    /// The thread sees that it is gone.
    _held: Sender<Infallible>,
}

impl Source {
    /// Opens the microphone of this id, or the system's own choice.
    #[must_use]
    pub fn open(microphone: Option<String>) -> Source {
        let (to, delivered) = channel();
        let (held, let_go) = channel();
        std::thread::spawn(move || match open(microphone.as_deref(), &to) {
            Ok(stream) => {
                // Until nobody listens any more.
                let _: Result<Infallible, _> = let_go.recv();
                drop(stream);
            }
            Err(problem) => {
                let _ = to.send(Delivered::NotOpened(problem));
            }
        });
        Source { delivered, _held: held }
    }
}

fn open(microphone: Option<&str>, to: &Sender<Delivered>) -> Result<cpal::Stream, HearingProblem> {
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
    let mut config = supported.config();
    let by_delivery = config.sample_rate / u32::try_from(1000 / DELIVERY.as_millis()).unwrap_or(50);
    config.buffer_size = BufferSize::Fixed(by_delivery.max(1));
    let stream = build(&device, &config, supported.sample_format(), to)
        .or_else(|_| {
            // A sound card that will not be told how much to deliver.
            config.buffer_size = BufferSize::Default;
            build(&device, &config, supported.sample_format(), to)
        })
        .map_err(|error| failed(&error))?;
    // Before the first sample, so that whoever listens knows what it is.
    let _ = to.send(Delivered::Opened(Opened {
        name: name.clone(),
        rate: config.sample_rate,
        channels: config.channels,
    }));
    stream.play().map_err(|error| failed(&error))?;
    Ok(stream)
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
        Some(STREAM),
    )
}
