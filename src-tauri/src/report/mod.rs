//! A build's history to take along: as JSON that can be verified offline, as Markdown, or as one page of HTML that needs nothing else.
//!
//! A report is for whoever was not there: people are called by their names, and times are in UTC.

mod exported;
mod gathered;
mod markdown;
#[cfg(test)]
mod tests;

use askama::Template;

pub use exported::{Verified, verify};
pub use gathered::{Report, gather};

use crate::dto::ReportFormat;

#[derive(Template)]
#[template(path = "report.html", config = "src-tauri/src/report/askama.toml")]
struct Page<'a> {
    report: &'a Report,
}

#[derive(Template)]
#[template(path = "report.md", config = "src-tauri/src/report/askama.toml")]
struct Document<'a> {
    report: &'a Report,
}

impl Report {
    /// The report as text of that format.
    ///
    /// # Errors
    /// Where a value cannot be written, as a sentence.
    pub fn write(&self, format: ReportFormat) -> Result<String, String> {
        match format {
            ReportFormat::Json => self.exported.write(),
            ReportFormat::Markdown => Document { report: self }.render().map_err(|error| error.to_string()),
            ReportFormat::Html => Page { report: self }.render().map_err(|error| error.to_string()),
        }
    }

    /// What its file is called.
    #[must_use]
    pub fn file_name(&self, format: ReportFormat) -> String {
        let words: Vec<&str> = self
            .title
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let name: String = words.join("-").to_lowercase().chars().take(60).collect();
        let name = if name.is_empty() { "build" } else { &name };
        format!("{name}-history.{}", extension(format))
    }
}

/// How the files of a format end.
#[must_use]
pub const fn extension(format: ReportFormat) -> &'static str {
    match format {
        ReportFormat::Json => "json",
        ReportFormat::Markdown => "md",
        ReportFormat::Html => "html",
    }
}
