//! Is this file a Whisper model? Looked at before it is handed to whisper.cpp, which is C++ and ends the whole program over some
//! files that it does not expect.
//!
//! The format, after whisper.cpp's `whisper_model_load`, all numbers little-endian: a magic number; eleven parameters; the mel
//! filters; the vocabulary; and then, until the end of the file, tensors: dimensions, length of the name, type, sizes, name, data.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// "ggml", read as a number.
const MAGIC: u32 = 0x6767_6d6c;
/// "GGUF" as the first four bytes: what other programs keep models in.
const GGUF: u32 = 0x4655_4747;

/// The first quantisation version is multiplied by this in the type of a file.
const VERSIONS: i32 = 1000;

/// The types that `ggml_ftype_to_ggml_type` and [`block`] know: numbers of 32 and 16 bits, and what they are quantised to. It ends the
/// program over others.
const TYPES: [i32; 12] = [0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14];

/// Frequencies of a spectrum of 25 ms at 16 kHz. whisper.cpp makes so many, and reads as many as the file says.
const BINS: i32 = 201;

/// Whisper looks this word up without asking whether there is one.
const BLANK: &[u8] = b" ";

/// What a model's file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelFile {
    /// Knows more languages than English.
    pub multilingual: bool,
    /// Bytes.
    pub size: u64,
}

/// Why a file is no model that can be used.
#[derive(Debug, thiserror::Error)]
pub enum NotAModel {
    #[error("it is incomplete: it ends in the middle of {of}")]
    Truncated { of: &'static str },
    #[error("it is no Whisper model of the ggml form (ggml-….bin)")]
    Other,
    #[error("it is a GGUF file; Whisper models of the ggml form (ggml-….bin) are needed")]
    Gguf,
    #[error("it is damaged: {what}")]
    Damaged { what: String },
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
}

/// Reads what the file says of itself, and whether it is all there. The weights are not read.
///
/// # Errors
/// What is wrong with it.
pub fn examine(path: &Path) -> Result<ModelFile, NotAModel> {
    // Before it is opened: a pipe would let the reader wait for ever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(NotAModel::Other);
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut reader = Reader {
        file: BufReader::new(file),
        at: 0,
        size,
    };
    let magic = reader.number("its beginning").map_err(|_| NotAModel::Other)?;
    match magic.cast_unsigned() {
        MAGIC => {}
        GGUF => return Err(NotAModel::Gguf),
        _ => return Err(NotAModel::Other),
    }
    let parameters = Parameters::read(&mut reader)?;
    reader.mel_filters(&parameters)?;
    reader.vocabulary(&parameters)?;
    reader.tensors(&parameters)?;
    Ok(ModelFile {
        multilingual: parameters.vocabulary >= MULTILINGUAL,
        size,
    })
}

/// From this many tokens on, a model knows more than English.
const MULTILINGUAL: i32 = 51_865;

struct Parameters {
    vocabulary: i32,
    audio_layers: i32,
    text_layers: i32,
    mels: i32,
}

impl Parameters {
    fn read(reader: &mut Reader) -> Result<Parameters, NotAModel> {
        const OF: &str = "its parameters";
        let mut next = |what: &str, least: i32, most: i32| {
            let number = reader.number(OF)?;
            if (least..=most).contains(&number) {
                Ok(number)
            } else {
                Err(NotAModel::Damaged {
                    what: format!("{what} is {number}"),
                })
            }
        };
        // All of Whisper's sizes, from tiny to large-v3, with room around them. Fewer tokens than 51,864 leave no place for the
        // special ones, whose numbers are fixed; each more than 51,865 is a language more, and whisper.cpp knows one more.
        let vocabulary = next("its vocabulary", 51_864, 51_866)?;
        next("its audio context", 1, 3_000)?;
        let audio_state = next("its audio width", 8, 4_096)?;
        let audio_heads = next("its audio heads", 1, 64)?;
        let audio_layers = next("its audio depth", 1, 64)?;
        // What it is told about its task must have room in it.
        next("its text context", 16, 1_024)?;
        let text_state = next("its text width", 8, 4_096)?;
        let text_heads = next("its text heads", 1, 64)?;
        let text_layers = next("its text depth", 1, 64)?;
        let mels = next("its number of mel filters", 1, 256)?;
        let kind = next("its type", 0, 4 * VERSIONS)?;
        if !TYPES.contains(&(kind % VERSIONS)) {
            return Err(NotAModel::Damaged {
                what: format!("its type is {kind}"),
            });
        }
        if audio_state != text_state || audio_state % audio_heads != 0 || text_state % text_heads != 0 {
            return Err(NotAModel::Damaged {
                what: "its widths do not fit each other".to_owned(),
            });
        }
        Ok(Parameters {
            vocabulary,
            audio_layers,
            text_layers,
            mels,
        })
    }

    /// How many tensors such a model has: five and three around the layers, fifteen and twenty-four in each.
    fn tensors(&self) -> usize {
        usize::try_from(self.audio_layers * 15 + self.text_layers * 24).unwrap_or_default() + 11
    }
}

struct Reader {
    file: BufReader<File>,
    at: u64,
    size: u64,
}

impl Reader {
    fn number(&mut self, of: &'static str) -> Result<i32, NotAModel> {
        let mut bytes = [0; 4];
        self.bytes(&mut bytes, of)?;
        Ok(i32::from_le_bytes(bytes))
    }

    fn bytes(&mut self, into: &mut [u8], of: &'static str) -> Result<(), NotAModel> {
        self.room(into.len() as u64, of)?;
        self.file.read_exact(into)?;
        self.at += into.len() as u64;
        Ok(())
    }

    fn skip(&mut self, bytes: u64, of: &'static str) -> Result<(), NotAModel> {
        self.room(bytes, of)?;
        let by = i64::try_from(bytes).map_err(|_| NotAModel::Truncated { of })?;
        // Within the buffer where it can: a model has hundreds of tensors, and fifty thousand words.
        self.file.seek_relative(by)?;
        self.at += bytes;
        Ok(())
    }

    fn room(&self, bytes: u64, of: &'static str) -> Result<(), NotAModel> {
        if self.at.saturating_add(bytes) > self.size {
            return Err(NotAModel::Truncated { of });
        }
        Ok(())
    }

    fn mel_filters(&mut self, parameters: &Parameters) -> Result<(), NotAModel> {
        const OF: &str = "its mel filters";
        let (mels, bins) = (self.number(OF)?, self.number(OF)?);
        if mels != parameters.mels || bins != BINS {
            return Err(NotAModel::Damaged {
                what: format!("its mel filters are {mels} by {bins}"),
            });
        }
        self.skip(4 * u64::from(mels.unsigned_abs()) * u64::from(bins.unsigned_abs()), OF)
    }

    fn vocabulary(&mut self, parameters: &Parameters) -> Result<(), NotAModel> {
        const OF: &str = "its vocabulary";
        let words = self.number(OF)?;
        if !(1..=parameters.vocabulary).contains(&words) {
            return Err(NotAModel::Damaged {
                what: format!("it has {words} words"),
            });
        }
        let mut blank = false;
        for _ in 0..words {
            let length = self.number(OF)?;
            if !(0..=1_024).contains(&length) {
                return Err(NotAModel::Damaged {
                    what: format!("a word of {length} bytes"),
                });
            }
            let mut word = vec![0; usize::try_from(length).unwrap_or_default()];
            self.bytes(&mut word, OF)?;
            blank |= word == BLANK;
        }
        if !blank {
            return Err(NotAModel::Damaged {
                what: "it has no word for a space".to_owned(),
            });
        }
        Ok(())
    }

    fn tensors(&mut self, parameters: &Parameters) -> Result<(), NotAModel> {
        const OF: &str = "its weights";
        let mut names = HashSet::new();
        while self.at < self.size {
            let (dimensions, length, kind) = (self.number(OF)?, self.number(OF)?, self.number(OF)?);
            if !(1..=3).contains(&dimensions) || !(1..=256).contains(&length) {
                return Err(NotAModel::Damaged {
                    what: format!("a tensor of {dimensions} dimensions, its name {length} bytes long"),
                });
            }
            let mut elements: u64 = 1;
            let mut row = 1;
            for dimension in 0..dimensions {
                let size = self.number(OF)?;
                if !(1..=1 << 24).contains(&size) {
                    return Err(NotAModel::Damaged {
                        what: format!("a tensor {size} wide"),
                    });
                }
                if dimension == 0 {
                    row = u64::from(size.unsigned_abs());
                }
                elements = elements.saturating_mul(u64::from(size.unsigned_abs()));
            }
            let mut name = vec![0; usize::try_from(length).unwrap_or_default()];
            self.bytes(&mut name, OF)?;
            let (block, bytes) = block(kind).ok_or_else(|| NotAModel::Damaged {
                what: format!("a tensor of the unknown type {kind}"),
            })?;
            if row % block != 0 || !names.insert(name) {
                return Err(NotAModel::Damaged {
                    what: "its tensors do not fit each other".to_owned(),
                });
            }
            self.skip((elements / block).saturating_mul(bytes), OF)?;
        }
        if names.len() < parameters.tensors() {
            return Err(NotAModel::Truncated { of: OF });
        }
        Ok(())
    }
}

/// How many numbers a block of this type holds, and in how many bytes (ggml's `type_traits`).
fn block(kind: i32) -> Option<(u64, u64)> {
    Some(match kind {
        0 => (1, 4),
        1 => (1, 2),
        2 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        10 => (256, 84),
        11 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        _ => return None,
    })
}
