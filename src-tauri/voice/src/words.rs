//! What a recogniser answers is data from outside: words are taken out of it, and nothing else.

use std::time::Duration;

/// Nobody speaks more letters a second than this; a recogniser that is stuck writes without end.
const LETTERS_A_SECOND: u64 = 100;

/// The least that is always taken.
const LEAST: u64 = 500;

/// The words of an answer on one line: no line breaks, no characters that cannot be seen or that turn the direction of others, and no
/// more than can have been said in this time.
#[must_use]
pub fn words(answer: &str, spoken: Duration) -> String {
    let most = LEAST + spoken.as_secs() * LETTERS_A_SECOND;
    let mut words = String::new();
    let mut letters = 0;
    for word in answer.split_whitespace() {
        let word: String = word.chars().filter(|letter| is_seen(*letter)).collect();
        letters += u64::try_from(word.chars().count()).unwrap_or(u64::MAX) + 1;
        if letters > most + 1 {
            break;
        }
        if !word.is_empty() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(&word);
        }
    }
    words
}

/// Not a control character, and none that changes how others are shown: Unicode's marks of direction, its invisible letters
/// (Unicode Standard Annex 9, and chapter 23.2).
#[must_use]
pub fn is_seen(letter: char) -> bool {
    !letter.is_control()
        && !matches!(
            letter,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}
