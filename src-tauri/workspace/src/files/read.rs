//! Reading text: by lines, from wherever, without holding the file.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use encoding_rs_io::DecodeReaderBytesBuilder;

use super::{Files, inside, refused};
use crate::WorkspaceError;

/// Lines of a text file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Number of the first line, from 1.
    pub first: usize,
    pub lines: Vec<String>,
    /// Whether lines follow that are not here.
    pub more: bool,
    /// Size of the file.
    pub bytes: u64,
}

/// Lines that are read without being asked for a number of them.
const LINES: usize = 2_000;
/// Letters that are read at once, at most.
const LETTERS: usize = 100_000;
/// Letters of a line; what is longer was not written to be read.
const LINE: usize = 2_000;
/// Where a byte of zero shows that a file is no text.
const SNIFFED: usize = 8_192;

impl Files {
    /// Reads lines of a text file; `from_line` counts from 1. UTF-16 with its mark is read as text.
    ///
    /// # Errors
    /// A path that leads out, a file that is not there or is not text.
    pub fn read(&self, path: &str, from_line: Option<usize>, lines: Option<usize>) -> Result<Text, WorkspaceError> {
        let inner = inside(path)?;
        let (file, bytes) = self.open_text(&inner)?;
        let first = from_line.unwrap_or(1).max(1);
        let most = lines.unwrap_or(LINES).min(LINES);
        let mut reader = BufReader::new(
            DecodeReaderBytesBuilder::new()
                .bom_override(true)
                .strip_bom(true)
                .build(file),
        );
        let mut text = Text {
            first,
            lines: Vec::new(),
            more: false,
            bytes,
        };
        let mut letters = 0;
        let mut number = 0;
        while let Some(line) = next_line(&mut reader).map_err(|error| refused(&inner, &error))? {
            number += 1;
            if number < first {
                continue;
            }
            if text.lines.len() >= most || letters > LETTERS {
                text.more = true;
                break;
            }
            letters += line.len();
            text.lines.push(line);
        }
        if text.lines.is_empty() && number > 0 && number < first {
            return Err(WorkspaceError::File {
                what: format!("{path} has only {number} lines."),
            });
        }
        Ok(text)
    }

    /// Opens a regular file that is text, from its beginning. A pipe or a device would hold the reader for ever.
    fn open_text(&self, inner: &Path) -> Result<(impl Read + use<>, u64), WorkspaceError> {
        let kind = self.dir.metadata(inner).map_err(|error| refused(inner, &error))?;
        if !kind.is_file() {
            return Err(WorkspaceError::File {
                what: format!("{} is not a file.", inner.display()),
            });
        }
        let mut file = self.dir.open(inner).map_err(|error| refused(inner, &error))?.into_std();
        let mut beginning = vec![0; SNIFFED];
        let mut filled = 0;
        while let Some(room) = beginning.get_mut(filled..).filter(|room| !room.is_empty()) {
            match file.read(room).map_err(|error| refused(inner, &error))? {
                0 => break,
                count => filled += count,
            }
        }
        beginning.truncate(filled);
        if looks_binary(&beginning) {
            return Err(WorkspaceError::File {
                what: format!("{} is not a text file ({} bytes).", inner.display(), kind.len()),
            });
        }
        Ok((std::io::Cursor::new(beginning).chain(file), kind.len()))
    }
}

/// Whether bytes are something else than text: a zero, unless a mark says that it is UTF-16.
pub(super) fn looks_binary(beginning: &[u8]) -> bool {
    let utf16 = beginning.starts_with(&[0xff, 0xfe]) || beginning.starts_with(&[0xfe, 0xff]);
    !utf16 && beginning.contains(&0)
}

/// The next line without its end; a very long one is cut, and read to its end all the same.
fn next_line(reader: &mut impl BufRead) -> std::io::Result<Option<String>> {
    let mut line = Vec::new();
    let mut whole = 0;
    loop {
        let available = reader.fill_buf()?;
        if available.is_empty() {
            if whole == 0 {
                return Ok(None);
            }
            break;
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(available.len());
        let room = (4 * LINE).saturating_sub(line.len()).min(taken);
        line.extend_from_slice(available.get(..room).unwrap_or_default());
        whole += taken;
        let consumed = taken + usize::from(end.is_some());
        reader.consume(consumed);
        if end.is_some() {
            whole += 1;
            break;
        }
    }
    let text = String::from_utf8_lossy(&line);
    let text = text.strip_suffix('\r').unwrap_or(&text);
    let cut: String = text.chars().take(LINE).collect();
    Ok(Some(if whole > line.len() + 1 || cut.len() < text.len() {
        format!("{cut}… [this line is longer]")
    } else {
        cut
    }))
}
