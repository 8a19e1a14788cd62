//! Q Assistant writes no code: a fenced block in its reply is withheld.

/// The reply without its fenced blocks, and whether there was one.
pub(super) fn withhold_code(text: &str) -> (String, bool) {
    let mut kept = String::new();
    let mut fenced = false;
    let mut found = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
            found = true;
        } else if !fenced {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    (kept.trim_end().to_owned(), found)
}

/// How much of a text that is still streaming may be shown: nothing from the first sign of a fence on.
pub(super) fn safe_length(text: &str) -> usize {
    let fence = text.find("```").into_iter().chain(text.find("~~~")).min();
    fence.unwrap_or_else(|| text.trim_end_matches(['`', '~']).len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fenced_block_is_withheld_and_the_words_stay() {
        let (text, found) = withhold_code("Before.\n```js\nalert(1)\n```\nAfter.");
        assert!(found);
        assert_eq!(text, "Before.\nAfter.");
    }

    #[test]
    fn a_block_without_an_end_is_withheld_to_the_end() {
        assert_eq!(withhold_code("So:\n~~~\nrm -rf"), ("So:".to_owned(), true));
    }

    #[test]
    fn streaming_stops_before_a_fence_that_is_only_half_there() {
        assert_eq!(safe_length("Look: ``"), "Look: ".len());
        assert_eq!(safe_length("Look:\n```js\nx"), "Look:\n".len());
        assert_eq!(safe_length("plain"), 5);
    }
}
