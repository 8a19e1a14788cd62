//! Folders of a person, and git as a person uses it.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use workspace::{Project, Worktree};

pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Mira", "-c", "user.email=mira@localhost"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

pub fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap()
}

/// A repository with one commit, in a folder with a space and letters beyond ASCII in its name.
pub struct Desk {
    pub dir: TempDir,
}

impl Desk {
    pub fn new() -> Desk {
        let desk = Desk {
            dir: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir_all(desk.project()).unwrap();
        git(&desk.project(), &["init", "-q", "-b", "main"]);
        write(&desk.project(), "README.md", "Hello\n");
        desk.commit("first");
        desk
    }

    pub fn project(&self) -> PathBuf {
        self.dir.path().join("Mein Projekt – ü")
    }

    pub fn commit(&self, message: &str) -> String {
        git(&self.project(), &["add", "-A"]);
        git(&self.project(), &["commit", "-q", "-m", message]);
        self.head()
    }

    pub fn head(&self) -> String {
        git(&self.project(), &["rev-parse", "HEAD"])
    }

    pub async fn open(&self) -> Project {
        Project::open(&self.project()).await.unwrap()
    }

    pub async fn worktree(&self) -> (Project, Worktree) {
        let project = self.open().await;
        let worktree = project
            .add_worktree(&self.dir.path().join("data/worktrees/w1"), "q/tips-1")
            .await
            .unwrap();
        (project, worktree)
    }
}
