//! Looking at a model file before whisper.cpp does.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use rstest::rstest;
use tempfile::TempDir;
use voice::recognition::model_file::{ModelFile, NotAModel, examine};

use crate::tiny_model::{BINS, TinyModel};

fn model() -> TinyModel {
    TinyModel::saying(&[" Good", " morning", "."])
}

struct File {
    _folder: TempDir,
    path: PathBuf,
}

impl File {
    fn of(bytes: &[u8]) -> File {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin");
        fs::write(&path, bytes).unwrap();
        File { _folder: folder, path }
    }
}

fn examined(bytes: &[u8]) -> Result<ModelFile, NotAModel> {
    examine(&File::of(bytes).path)
}

/// The sentence that stands where the person chose the file.
fn assert_clear(why: &NotAModel) {
    let said = why.to_string();
    assert!(said.starts_with("it ") && said.len() > 15, "{said}");
}

#[rstest]
#[case(model(), false)]
#[case(model().of_many_languages(), true)]
fn a_model_says_what_it_is(#[case] model: TinyModel, #[case] multilingual: bool) {
    let bytes = model.bytes();
    let size = bytes.len() as u64;
    assert_eq!(examined(&bytes).unwrap(), ModelFile { multilingual, size });
}

#[rstest]
#[case::empty(b"")]
#[case::three_letters(b"lmg")]
#[case::text(b"This is my shopping list, and no model at all.")]
#[case::wave(b"RIFF\x24\0\0\0WAVEfmt ")]
#[case::page(b"<!doctype html>")]
fn another_file_is_named_as_such(#[case] bytes: &[u8]) {
    let why = examined(bytes).unwrap_err();
    assert!(matches!(why, NotAModel::Other), "{why:?}");
    assert!(why.to_string().contains("ggml-….bin"), "{why}");
}

#[test]
fn what_other_programs_keep_models_in_is_named() {
    let why = examined(b"GGUF\x03\0\0\0").unwrap_err();
    assert!(matches!(why, NotAModel::Gguf), "{why:?}");
    assert!(
        why.to_string().contains("GGUF") && why.to_string().contains("ggml-….bin"),
        "{why}"
    );
}

#[test]
fn a_folder_and_a_file_that_is_not_there_are_no_models() {
    let folder = tempfile::tempdir().unwrap();
    assert_clear(&examine(folder.path()).unwrap_err());
    let missing = examine(&folder.path().join("gone.bin")).unwrap_err();
    assert!(matches!(missing, NotAModel::Unreadable(_)), "{missing:?}");
    assert_clear(&missing);
}

#[test]
fn a_file_that_ends_too_early_is_incomplete_wherever_it_ends() {
    let whole = model().bytes();
    let header = model().header().len();
    let filters = 4 + 11 * 4 + 8;
    // Each byte of what is read, and every so many of what is skipped.
    let ends = (4..filters)
        .chain((filters..header - 40).step_by(1_013))
        .chain(header - 40..header + 300)
        .chain((header..whole.len()).step_by(100_003))
        .chain(whole.len() - 40..whole.len());
    let file = File::of(&[]);
    for end in ends {
        fs::write(&file.path, &whole[..end]).unwrap();
        let why = examine(&file.path).unwrap_err();
        assert!(matches!(why, NotAModel::Truncated { .. }), "at {end}: {why:?}");
        assert!(
            why.to_string()
                .starts_with("it is incomplete: it ends in the middle of its "),
            "{why}"
        );
    }
}

#[test]
fn a_flipped_byte_is_survived_and_said_clearly() {
    let whole = model().bytes();
    let header = model().header().len();
    let filters = 4 + 11 * 4 + 8;
    // The weights of the last tensor are short: its header is in the last hundred bytes and some.
    let places = (0..filters)
        .chain(header - 40..header + 200)
        .chain(whole.len() - 300..whole.len());
    let file = File::of(&whole);
    let write = |place: usize, byte: u8| {
        let mut open = fs::OpenOptions::new().write(true).open(&file.path).unwrap();
        open.seek(SeekFrom::Start(place as u64)).unwrap();
        open.write_all(&[byte]).unwrap();
    };
    let mut refused = 0;
    for place in places {
        for mask in [0x01, 0x10, 0x80, 0xff] {
            write(place, whole[place] ^ mask);
            if let Err(why) = examine(&file.path) {
                assert_clear(&why);
                refused += 1;
            }
        }
        write(place, whole[place]);
    }
    assert!(refused > 300, "only {refused} were noticed");
}

/// What whisper.cpp would end the whole program over, or read beyond its memory.
#[rstest]
#[case::vocabulary_too_small(0, 51_863)]
#[case::vocabulary_of_languages_that_are_not(0, 51_867)]
#[case::no_audio_context(1, 0)]
#[case::width(2, 33)]
#[case::heads(3, 0)]
#[case::heads_that_do_not_divide(3, 5)]
#[case::depth(4, -1)]
#[case::no_room_for_its_task(5, 1)]
#[case::text_context(5, 100_000)]
#[case::text_width(6, 64)]
#[case::text_heads(7, 7)]
#[case::mels(9, 81)]
#[case::unknown_type(10, 4)]
#[case::unknown_type_of_a_version(10, 1_005)]
#[case::type_beyond_all(10, 500)]
#[case::negative_type(10, -1)]
fn a_parameter_that_cannot_be_is_damage(#[case] which: usize, #[case] value: i32) {
    let mut bytes = model().bytes();
    bytes[4 + 4 * which..8 + 4 * which].copy_from_slice(&value.to_le_bytes());
    let why = examined(&bytes).unwrap_err();
    assert!(matches!(why, NotAModel::Damaged { .. }), "{why:?}");
    assert_clear(&why);
}

#[rstest]
#[case(0)]
#[case(BINS as i32 - 1)]
#[case(4_000)]
fn filters_of_another_width_are_damage(#[case] bins: i32) {
    let mut model = model();
    model.bins = bins;
    let why = examined(&model.bytes()).unwrap_err();
    assert!(why.to_string().contains("mel filters"), "{why}");
}

#[test]
fn a_vocabulary_without_a_space_is_damage() {
    let mut model = model();
    model.words[0] = b"\xa0".to_vec();
    let why = examined(&model.bytes()).unwrap_err();
    assert!(why.to_string().contains("no word for a space"), "{why}");
}

#[test]
fn a_tensor_that_comes_twice_is_damage() {
    let whole = model().bytes();
    let first = whole[model().header().len()..][..100_000].to_vec();
    let why = examined(&[whole, first].concat()).unwrap_err();
    assert!(matches!(why, NotAModel::Damaged { .. }), "{why:?}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_without_waiting_for_what_comes_out_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe.bin");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    assert_clear(&examine(&path).unwrap_err());
}
