//! The person's data in their own hands: thrown away and brought back, backed up and restored, written down and deleted.

mod files;
#[cfg(target_os = "linux")]
mod window;
