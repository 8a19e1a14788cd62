//! Listing: as deep as fits, so that a large repository is seen in outline and a small one whole.

use std::path::Path;

use super::Files;
use crate::WorkspaceError;

/// One file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the worktree; a folder ends with a slash.
    pub path: String,
    /// None for a folder.
    pub bytes: Option<u64>,
}

/// What lies below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Sorted. Folders are entries only where what is in them is not shown.
    pub entries: Vec<Entry>,
    /// Whether some folders are shown without what is in them.
    pub folded: bool,
    /// Whether even so there is more than is shown.
    pub cut: bool,
}

/// So many lines are read by a model without harm.
const MOST: usize = 400;

impl Files {
    /// What lies below `path` ("" for all), as git sees it.
    ///
    /// # Errors
    /// A path that leads out, or is not there.
    pub fn list(&self, path: &str) -> Result<Listing, WorkspaceError> {
        let start = self.start(path)?;
        let mut best = self.to_depth(&start, 1);
        for depth in 2.. {
            if best.cut || !best.folded {
                break;
            }
            let deeper = self.to_depth(&start, depth);
            if deeper.cut {
                break;
            }
            best = deeper;
        }
        Ok(best)
    }

    /// Everything down to a depth; folders at that depth stay closed. Stops as soon as there is too much.
    fn to_depth(&self, start: &Path, depth: usize) -> Listing {
        let mut entries = Vec::new();
        let (mut folded, mut cut) = (false, false);
        let walk = self.walk(start).max_depth(Some(depth)).build();
        for entry in walk
            .flatten()
            .filter(|entry| entry.depth() > 0 || !entry.path().is_dir())
        {
            let Some(kind) = entry.file_type() else { continue };
            let is_folder = kind.is_dir();
            if is_folder && entry.depth() < depth {
                continue;
            }
            if !is_folder && !kind.is_file() && !kind.is_symlink() {
                continue;
            }
            if entries.len() >= MOST {
                cut = true;
                break;
            }
            folded |= is_folder;
            let mut path = self.shown(entry.path());
            if is_folder {
                path.push('/');
            }
            let bytes = (!is_folder).then(|| entry.metadata().map_or(0, |meta| meta.len()));
            entries.push(Entry { path, bytes });
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Listing { entries, folded, cut }
    }
}
