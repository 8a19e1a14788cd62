//! What lies around the window: where the person is led from outside, other programs, newer versions.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Something outside the window asked for a place in it. The page takes what it is with a command of its own, so that nothing is lost while
/// it is still loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct AskedFor;

/// What was asked for: by a notification, the tray, a menu or a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wanted {
    Build {
        workflow_id: String,
        view: BuildView,
    },
    NewBuild,
    /// A new build in this folder.
    Folder {
        path: String,
    },
    Settings,
    /// It leads nowhere; why, as a sentence.
    Nothing {
        sentence: String,
    },
}

/// The view of a build where the person is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum BuildView {
    Conversation,
    Plan,
}

/// How the program behaves on the desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DesktopSettings {
    /// Closing the window leaves the program in the tray, where there is one.
    pub keep_in_background: bool,
    pub start_minimised: bool,
    /// Id of an editor; none, or one that is gone: the first that is found.
    pub editor: Option<String>,
    pub terminal: Option<String>,
    pub check_for_updates: bool,
    /// Where the newest version is said. Nothing is asked while it is empty.
    pub update_address: String,
    pub graphics: Graphics,
}

/// Whether the graphics processor puts the page together from layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Graphics {
    /// Where there is one.
    Automatic,
    Always,
    Never,
}

/// What this desktop has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Surroundings {
    pub editors: Vec<Program>,
    pub terminals: Vec<Program>,
    /// Ids of those that are used now.
    pub editor: Option<String>,
    pub terminal: Option<String>,
    /// Whether there is a tray that shows our icon.
    pub has_tray: bool,
    /// Whether the program has a say in who draws the page.
    pub chooses_graphics: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Program {
    pub id: String,
    pub title: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum OpenWith {
    FileManager,
    Editor,
    Terminal,
}

/// What was dropped onto the page, where the page itself is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, Default)]
pub struct Dropped {
    pub folder: Option<String>,
    pub files: Vec<DroppedFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DroppedFile {
    pub name: String,
    /// Base64.
    pub data: String,
}

/// Whether there is a newer version, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, Default)]
pub struct UpdateStatus {
    pub newer: Option<NewerVersion>,
    /// When it was asked last.
    pub asked_at: Option<String>,
    /// Why the last asking brought no answer, as a sentence.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NewerVersion {
    pub version: String,
    /// The page to read and download from, in a browser; none where the answer named none that may be opened.
    pub url: Option<String>,
    pub notes: String,
}

/// It was asked whether there is a newer version, and something came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct UpdateAsked;
