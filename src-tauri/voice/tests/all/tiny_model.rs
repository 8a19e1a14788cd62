//! The smallest Whisper model there can be, of the ggml form: everything about it is real but that it does not listen. It says one
//! sentence whatever it hears.
//!
//! How: every token of the sentence has a direction of its own, and the only layer's feed-forward part knows which direction comes
//! after which. Where the tokens stand makes no difference, so that a prompt before them makes none either.

#![allow(dead_code, reason = "who includes it needs a part of it")]

/// Numbers in each vector; also the longest sentence, with its beginning and its end.
const WIDTH: usize = 32;
const MELS: usize = 80;
/// Frequencies of a spectrum of 25 ms at 16 kHz.
pub const BINS: usize = 201;

/// The layers that a file names its tensors after.
const AUDIO: &str = "encoder";
const TEXT: &str = "decoder";

/// 32 and 16 bits, as a file says it.
const F32: i32 = 0;
const F16: i32 = 1;

pub struct TinyModel {
    /// What the file says of itself: vocabulary, audio context, width, heads and layers, text context, width, heads and layers, mels,
    /// type.
    pub parameters: [i32; 11],
    /// How many frequencies the mel filters have.
    pub bins: i32,
    /// The vocabulary's beginning; Whisper makes up the rest.
    pub words: Vec<Vec<u8>>,
    /// The sentence, as places in the vocabulary.
    sentence: Vec<usize>,
    /// Begins again when it is over, and never ends.
    forever: bool,
}

impl TinyModel {
    /// A model that knows English and says this, each word as it joins the one before; no two of them are alike.
    pub fn saying(words: &[&str]) -> TinyModel {
        assert!(words.len() + 2 <= WIDTH, "too long a sentence");
        let vocabulary = std::iter::once(" ").chain(words.iter().copied());
        TinyModel {
            parameters: [51_864, 64, WIDTH as i32, 1, 1, 64, WIDTH as i32, 1, 1, MELS as i32, F16],
            bins: BINS as i32,
            words: vocabulary.map(|word| word.as_bytes().to_vec()).collect(),
            sentence: (1..=words.len()).collect(),
            forever: false,
        }
    }

    /// The same of many languages.
    pub fn of_many_languages(mut self) -> TinyModel {
        self.parameters[0] = 51_865;
        self
    }

    /// The same without an end: it is stuck in what it says.
    pub fn forever(mut self) -> TinyModel {
        self.forever = true;
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut file = self.header();
        for tensor in self.tensors() {
            tensor.write(&mut file);
        }
        file
    }

    /// All that comes before the weights.
    pub fn header(&self) -> Vec<u8> {
        let mut file = b"lmgg".to_vec();
        for number in self.parameters {
            file.extend(number.to_le_bytes());
        }
        let (mels, bins) = (self.parameters[9], self.bins);
        file.extend(mels.to_le_bytes());
        file.extend(bins.to_le_bytes());
        file.resize(file.len() + 4 * (mels * bins) as usize, 0);
        file.extend((self.words.len() as i32).to_le_bytes());
        for word in &self.words {
            file.extend((word.len() as i32).to_le_bytes());
            file.extend(word);
        }
        file
    }

    /// The special tokens' numbers are fixed, and one higher where there are languages.
    fn special(&self, number: usize) -> usize {
        number + usize::from(self.parameters[0] > 51_864)
    }

    /// Tokens in the order in which they are said: the last one of the prompt, the sentence, the end.
    fn order(&self) -> Vec<usize> {
        let mut order = vec![self.special(50_362)];
        order.extend(&self.sentence);
        order.push(self.special(50_256));
        order
    }

    fn tensors(&self) -> Vec<Tensor> {
        let vocabulary = self.parameters[0] as usize;
        let (audio_context, text_context) = (self.parameters[1] as usize, self.parameters[5] as usize);
        let order = self.order();
        let mut embedding = Tensor::zeros(format!("{TEXT}.token_embedding.weight"), F16, &[WIDTH, vocabulary]);
        for (direction, token) in order.iter().enumerate() {
            embedding.set(token * WIDTH + direction, 1.0);
        }
        let mut tensors = vec![
            Tensor::zeros(format!("{AUDIO}.positional_embedding"), F32, &[WIDTH, audio_context]),
            Tensor::zeros(format!("{AUDIO}.conv1.weight"), F16, &[3, MELS, WIDTH]),
            Tensor::zeros(format!("{AUDIO}.conv1.bias"), F32, &[1, WIDTH]),
            Tensor::zeros(format!("{AUDIO}.conv2.weight"), F16, &[3, WIDTH, WIDTH]),
            Tensor::zeros(format!("{AUDIO}.conv2.bias"), F32, &[1, WIDTH]),
            Tensor::zeros(format!("{AUDIO}.ln_post.weight"), F32, &[WIDTH]),
            Tensor::zeros(format!("{AUDIO}.ln_post.bias"), F32, &[WIDTH]),
            Tensor::zeros(format!("{TEXT}.positional_embedding"), F32, &[WIDTH, text_context]),
            embedding,
            // So sure that no other word comes near.
            Tensor::all(8.0, format!("{TEXT}.ln.weight"), &[WIDTH]),
            Tensor::zeros(format!("{TEXT}.ln.bias"), F32, &[WIDTH]),
        ];
        for of in [AUDIO, TEXT] {
            tensors.extend(Self::attention(&format!("{of}.blocks.0.attn")));
            tensors.extend(self.feed_forward(of));
        }
        tensors.extend(Self::attention(&format!("{TEXT}.blocks.0.cross_attn")));
        tensors
    }

    /// Attends to nothing.
    fn attention(name: &str) -> Vec<Tensor> {
        let mut tensors = vec![
            Tensor::zeros(format!("{name}_ln.weight"), F32, &[WIDTH]),
            Tensor::zeros(format!("{name}_ln.bias"), F32, &[WIDTH]),
        ];
        for part in ["query", "key", "value", "out"] {
            tensors.push(Tensor::zeros(format!("{name}.{part}.weight"), F16, &[WIDTH, WIDTH]));
            if part != "key" {
                tensors.push(Tensor::zeros(format!("{name}.{part}.bias"), F32, &[WIDTH]));
            }
        }
        tensors
    }

    /// In the text's part, each direction turns into the one that comes after it.
    fn feed_forward(&self, of: &str) -> Vec<Tensor> {
        const INNER: usize = 4 * WIDTH;
        let name = |what: &str| format!("{of}.blocks.0.{what}");
        let mut wide = Tensor::zeros(name("mlp.0.weight"), F16, &[WIDTH, INNER]);
        let mut narrow = Tensor::zeros(name("mlp.2.weight"), F16, &[INNER, WIDTH]);
        if of == TEXT {
            let last = self.sentence.len();
            for at in 0..=last {
                let next = if self.forever && at == last { 1 } else { at + 1 };
                // What is this direction and nothing else comes through, five times as long as the rest together.
                wide.set(at * WIDTH + at, 1.0);
                narrow.set(next * INNER + at, 4.0);
            }
        }
        vec![
            Tensor::all(1.0, name("mlp_ln.weight"), &[WIDTH]),
            Tensor::zeros(name("mlp_ln.bias"), F32, &[WIDTH]),
            wide,
            Tensor::all(-3.0, name("mlp.0.bias"), &[INNER]),
            narrow,
            Tensor::zeros(name("mlp.2.bias"), F32, &[WIDTH]),
        ]
    }
}

struct Tensor {
    name: String,
    kind: i32,
    sizes: Vec<usize>,
    data: Vec<u8>,
}

impl Tensor {
    fn zeros(name: String, kind: i32, sizes: &[usize]) -> Tensor {
        let bytes = if kind == F16 { 2 } else { 4 };
        Tensor {
            name,
            kind,
            sizes: sizes.to_vec(),
            data: vec![0; bytes * sizes.iter().product::<usize>()],
        }
    }

    fn all(value: f32, name: String, sizes: &[usize]) -> Tensor {
        let mut tensor = Tensor::zeros(name, F32, sizes);
        for at in 0..tensor.data.len() / 4 {
            tensor.set(at, value);
        }
        tensor
    }

    fn set(&mut self, at: usize, value: f32) {
        if self.kind == F16 {
            // Only powers of two are set, whose half-precision form has no fraction.
            let exponent = (value.to_bits() >> 23) as u16 - 127 + 15;
            self.data[2 * at..2 * at + 2].copy_from_slice(&(exponent << 10).to_le_bytes());
        } else {
            self.data[4 * at..4 * at + 4].copy_from_slice(&value.to_le_bytes());
        }
    }

    fn write(&self, file: &mut Vec<u8>) {
        for number in [self.sizes.len(), self.name.len(), self.kind as usize] {
            file.extend((number as i32).to_le_bytes());
        }
        for size in &self.sizes {
            file.extend((*size as i32).to_le_bytes());
        }
        file.extend(self.name.as_bytes());
        file.extend(&self.data);
    }
}
