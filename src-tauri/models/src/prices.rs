//! What tokens cost: the person's own figure for a connection first, then a table of the person's own, then the table in `prices.json` with
//! its date and its sources. What is in none of them is not known, and never guessed.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{Kind, Usage};

/// US dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Price {
    pub input: f64,
    /// Read from the provider's cache.
    pub cached: f64,
    /// Written into the provider's cache.
    pub cache_written: f64,
    pub output: f64,
}

impl Price {
    /// For what costs nothing: a model on a machine of the person's own.
    pub const FREE: Price = Price {
        input: 0.0,
        cached: 0.0,
        cache_written: 0.0,
        output: 0.0,
    };

    /// One price for all that goes in, and one for what comes out.
    #[must_use]
    pub const fn simple(input: f64, output: f64) -> Price {
        Price {
            input,
            cached: input,
            cache_written: input,
            output,
        }
    }

    /// What a turn costs, in US dollars.
    #[must_use]
    pub fn of(&self, usage: &Usage) -> f64 {
        let special = usage.cached_tokens.saturating_add(usage.cache_written_tokens);
        let plain = usage.input_tokens.saturating_sub(special);
        let sum = f64::from(plain) * self.input
            + f64::from(usage.cached_tokens) * self.cached
            + f64::from(usage.cache_written_tokens) * self.cache_written
            + f64::from(usage.output_tokens) * self.output;
        sum / 1_000_000.0
    }
}

/// A table of prices, with the day for which they were looked up.
#[derive(Debug, Deserialize)]
pub struct Table {
    as_of: String,
    prices: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    model: String,
    #[serde(flatten)]
    price: Price,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test reads the same file.
    serde_json::from_str(include_str!("prices.json")).unwrap_or(Table {
        as_of: String::new(),
        prices: Vec::new(),
    })
});

/// The day for which the table's prices were looked up.
#[must_use]
pub fn as_of() -> &'static str {
    &TABLE.as_of
}

/// Reads a table that the person keeps, in the form of `prices.json`.
///
/// # Errors
/// Where it does not have that form, or a price is below zero.
pub fn read(json: &str) -> Result<Table, String> {
    let table: Table = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let price = |row: &Row| {
        [
            row.price.input,
            row.price.cached,
            row.price.cache_written,
            row.price.output,
        ]
    };
    match table
        .prices
        .iter()
        .find(|row| price(row).iter().any(|figure| *figure < 0.0))
    {
        Some(row) => Err(format!("the price of {} is below zero", row.model)),
        None => Ok(table),
    }
}

/// The price of a model at a kind of provider, by the table that came with the program.
#[must_use]
pub fn known(kind: Kind, model: &str) -> Option<Price> {
    TABLE.price(kind, model)
}

impl Table {
    /// The price of a model at a kind of provider. Providers add dates and their own name to a model's: "claude-opus-5-20261001",
    /// "anthropic/claude-opus-5". Another version is another model.
    #[must_use]
    pub fn price(&self, kind: Kind, model: &str) -> Option<Price> {
        match kind {
            Kind::Ollama | Kind::LmStudio | Kind::LlamaCpp | Kind::Vllm => return Some(Price::FREE),
            Kind::Anthropic | Kind::OpenAi | Kind::Gemini | Kind::OpenRouter => {}
            // The same name may cost anything there.
            Kind::Compatible => return None,
        }
        let name = model.rsplit('/').next().unwrap_or(model);
        let row = self.prices.iter().find(|row| {
            name.strip_prefix(row.model.as_str()).is_some_and(|rest| {
                let date = rest.strip_prefix('-').unwrap_or(rest);
                rest.is_empty()
                    || (date.len() >= 8 && date.chars().all(|letter| letter.is_ascii_digit() || letter == '-'))
            })
        })?;
        Some(row.price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_price_in_the_table_is_one() {
        assert!(!TABLE.prices.is_empty() && as_of().len() == 10);
        for row in &TABLE.prices {
            let price = row.price;
            assert!(
                price.output >= price.input && price.input >= price.cached && price.cached > 0.0,
                "{}",
                row.model
            );
            assert_eq!(known(Kind::Anthropic, &row.model), Some(price), "{}", row.model);
        }
    }

    #[test]
    fn a_date_is_the_same_model_and_another_version_is_not() {
        let opus = known(Kind::Anthropic, "claude-opus-5");
        assert!(opus.is_some());
        assert_eq!(known(Kind::Anthropic, "claude-opus-5-20261001"), opus);
        assert_eq!(known(Kind::OpenRouter, "anthropic/claude-opus-5"), opus);
        assert_eq!(
            known(Kind::OpenAi, "gpt-5.4-2026-03-05"),
            known(Kind::OpenAi, "gpt-5.4")
        );
        for other in ["claude-opus-5-1", "claude-opus-51", "gpt-5.4-pro", "gpt-5", ""] {
            assert_eq!(known(Kind::OpenAi, other), None, "{other}");
        }
        assert_eq!(known(Kind::Ollama, "anything"), Some(Price::FREE));
        assert_eq!(known(Kind::Compatible, "claude-opus-5"), None);
    }

    #[test]
    fn a_table_of_ones_own_is_read_and_one_that_is_none_is_said_to_be() {
        let row = r#"{"model": "gpt-5.4", "input": 1, "cached": 0.5, "cache_written": 1, "output": 2}"#;
        let own = read(&format!(r#"{{"as_of": "2026-11-21", "prices": [{row}]}}"#)).ok();
        let output = |model| own.as_ref()?.price(Kind::OpenAi, model).map(|price| price.output);
        assert_eq!(output("gpt-5.4"), Some(2.0));
        assert_eq!(output("gpt-5.5"), None);
        assert!(read("{").is_err());
        let below = row.replace("\"output\": 2", "\"output\": -2");
        let why = read(&format!(r#"{{"as_of": "", "prices": [{below}]}}"#)).err();
        assert!(why.is_some_and(|why| why.contains("gpt-5.4")));
    }

    #[test]
    fn what_came_from_the_cache_costs_its_own_price() {
        let price = Price {
            input: 5.0,
            cached: 0.5,
            cache_written: 6.25,
            output: 25.0,
        };
        let usage = Usage {
            input_tokens: 1_000_000,
            cached_tokens: 600_000,
            cache_written_tokens: 200_000,
            output_tokens: 100_000,
            reasoning_tokens: 50_000,
        };
        assert!((price.of(&usage) - (1.0 + 0.3 + 1.25 + 2.5)).abs() < 1e-9);
    }
}
