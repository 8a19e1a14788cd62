//! Text in Markdown: whatever it says, it is words.

use std::fmt::{self, Write};

use askama::filters::Escaper;

/// Escapes what would be markup, and keeps a text in its line: nothing becomes a heading, a cell, a link or HTML by what it says.
#[derive(Debug, Clone, Copy)]
pub struct Markdown;

impl Escaper for Markdown {
    fn write_escaped_str<W: Write>(&self, mut to: W, text: &str) -> fmt::Result {
        text.chars()
            .try_for_each(|letter| self.write_escaped_char(&mut to, letter))
    }

    fn write_escaped_char<W: Write>(&self, mut to: W, letter: char) -> fmt::Result {
        match letter {
            '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '!' => {
                to.write_char('\\')?;
                to.write_char(letter)
            }
            letter if letter.is_whitespace() || letter.is_control() => to.write_char(' '),
            letter => to.write_char(letter),
        }
    }
}
