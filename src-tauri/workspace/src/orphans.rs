//! What commands leave behind ends with them. A process group ends with its command; a daemon that left the group is known by a mark in its
//! environment (Linux). And when the program itself is killed it cannot end anything any longer: so a shell of its own waits from the
//! first command on, knows which groups are at work, and kills them and whatever carries the program's mark when its input ends with
//! the program. (Windows needs none of it: there the job object of a command ends with the program.)

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The variable that marks a command and everything that it starts.
pub(crate) const MARK: &str = "Q_ASSISTANT_COMMAND";

/// The part of the mark that all commands of this process share, and no other process has.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}", std::process::id(), now.as_nanos())
});

/// A mark for one command.
pub(crate) fn mark() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", *PROGRAM, COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(unix)]
mod watch {
    use std::io::Write;
    use std::os::unix::process::CommandExt;
    use std::process::{ChildStdin, Command, Stdio};
    use std::sync::{LazyLock, Mutex, PoisonError};

    /// Reads "+ group" and "- group"; when nobody can write any more, every group that is left is killed, and what carries the mark.
    const WATCHER: &str = r#"
groups=" "
while read -r sign group; do
    case $sign in
        +) groups="$groups$group " ;;
        -) rest=${groups#* "$group" }; [ "$rest" = "$groups" ] || groups="${groups%% "$group" *} $rest" ;;
    esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
for environ in /proc/[0-9]*/environ; do
    if grep -qs "$1" "$environ" 2>/dev/null; then
        process=${environ#/proc/}
        kill -KILL "${process%/environ}" 2>/dev/null
    fi
done
"#;

    static WATCHER_INPUT: LazyLock<Option<Mutex<ChildStdin>>> = LazyLock::new(|| {
        let watcher = Command::new("/bin/sh")
            .args(["-c", WATCHER, "sh"])
            .arg(format!("{}={}-", super::MARK, *super::PROGRAM))
            .env_clear()
            // Not in the group that a terminal interrupts together with the program.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match watcher {
            Ok(mut watcher) => watcher.stdin.take().map(Mutex::new),
            Err(error) => {
                tracing::warn!(%error, "commands of a killed program would go on");
                None
            }
        }
    });

    pub(super) fn tell(sign: char, group: u32) {
        if let Some(input) = &*WATCHER_INPUT {
            let mut input = input.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = writeln!(input, "{sign} {group}");
        }
    }
}

/// A command at work. While this lives, its group ends with the program; afterwards nothing of it is left.
pub(crate) struct AtWork {
    #[cfg(unix)]
    group: Option<u32>,
    #[cfg(target_os = "linux")]
    mark: String,
}

impl AtWork {
    /// `group` is the id of the process that leads the command's group, `mark` what it carries in its environment.
    pub(crate) fn begin(group: Option<u32>, mark: &str) -> AtWork {
        #[cfg(unix)]
        if let Some(group) = group {
            watch::tell('+', group);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = mark;
        #[cfg(not(unix))]
        let _ = group;
        AtWork {
            #[cfg(unix)]
            group,
            #[cfg(target_os = "linux")]
            mark: mark.to_owned(),
        }
    }
}

#[cfg(unix)]
impl Drop for AtWork {
    fn drop(&mut self) {
        #[cfg(target_os = "linux")]
        end_marked(&self.mark);
        if let Some(group) = self.group {
            watch::tell('-', group);
        }
    }
}

/// Kills what carries the mark; twice, because what was found may have started another one meanwhile.
#[cfg(target_os = "linux")]
fn end_marked(mark: &str) {
    let wanted = format!("{MARK}={mark}");
    for _ in 0..2 {
        let marked: Vec<String> = std::fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
            .filter(|id| {
                std::fs::read(format!("/proc/{id}/environ"))
                    .is_ok_and(|environ| environ.split(|byte| *byte == 0).any(|pair| pair == wanted.as_bytes()))
            })
            .collect();
        if marked.is_empty() {
            return;
        }
        let _ = std::process::Command::new("/bin/sh")
            .args(["-c", "kill -KILL \"$@\"", "sh"])
            .args(&marked)
            .stderr(std::process::Stdio::null())
            .status();
    }
}
