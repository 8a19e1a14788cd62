//! Ids, times and JSON as they stand in columns.

use chrono::{SecondsFormat, Utc};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// RFC 3339 in UTC with microseconds. For people and durations; order comes from sequence numbers, because clocks jump.
pub type Timestamp = String;

/// The time now, as it is stored.
#[must_use]
pub fn now() -> Timestamp {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A new row id: a UUID whose order follows the time it was made, so that indexes grow at their end.
#[must_use]
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A value as the JSON text of a column.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Row {
        what: error.to_string(),
    })
}

/// A column of JSON text as a value. What does not fit is an error, never a default.
pub(crate) fn json_column<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text, row, column)
}

pub(crate) fn optional_json_column<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(|text| parse(text, row, column)).transpose()
}

fn parse<T: DeserializeOwned>(text: &str, row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(|error| unreadable(row, column, error))
}

/// The error for a column that holds what it never should.
pub(crate) fn unreadable(
    row: &Row<'_>,
    column: &str,
    why: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    let index = row.as_ref().column_index(column).unwrap_or(0);
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(why))
}

/// A column that holds one of a few wire names.
pub(crate) fn wire_column<T>(row: &Row<'_>, column: &str, read: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    read(&text).ok_or_else(|| unreadable(row, column, std::io::Error::other(format!("unknown value {text}"))))
}
