//! What of an answer goes where the person writes.

use std::time::Duration;

use rstest::rstest;
use voice::words::words;

#[rstest]
#[case::as_it_is("Make a tip calculator.", "Make a tip calculator.")]
#[case::on_one_line("Make\n\na  tip\tcalculator.\r\n", "Make a tip calculator.")]
#[case::nothing(" \n ", "")]
#[case::markup_is_text("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>")]
#[case::escapes("a\u{1b}[31mb\0c\u{7}", "a[31mbc")]
#[case::turned_around("safe\u{202e}exe.txt \u{2066}b\u{2069}", "safeexe.txt b")]
#[case::only_unseen("\u{feff} \u{200b}", "")]
#[case::joined_letters_stay("👩\u{200d}💻 नमस्ते", "👩\u{200d}💻 नमस्ते")]
fn only_words_are_taken(#[case] answer: &str, #[case] expected: &str) {
    assert_eq!(words(answer, Duration::from_secs(3)), expected);
}

#[test]
fn no_more_than_can_have_been_said() {
    let answer = "thank you ".repeat(10_000);
    let taken = words(&answer, Duration::from_secs(10));
    assert!((1_000..=1_500).contains(&taken.len()), "{}", taken.len());
    assert!(answer.starts_with(&taken), "the beginning of it");
}
