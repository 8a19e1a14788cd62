//! The commands of a program that was killed end too. It cannot end them itself any longer, and there is nobody it could ask to: so a
//! shell of its own waits from the first command on, knows which process groups are at work, and kills them when its input ends
//! with the program. (Windows needs none of it: there the job object of a command ends with the program.)

#[cfg(unix)]
mod watch {
    use std::io::Write;
    use std::os::unix::process::CommandExt;
    use std::process::{ChildStdin, Command, Stdio};
    use std::sync::{LazyLock, Mutex, PoisonError};

    /// Reads "+ group" and "- group"; when nobody can write any more, every group that is left is killed.
    const WATCHER: &str = r#"
groups=" "
while read -r sign group; do
    case $sign in
        +) groups="$groups$group " ;;
        -) rest=${groups#* "$group" }; [ "$rest" = "$groups" ] || groups="${groups%% "$group" *} $rest" ;;
    esac
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
"#;

    static WATCHER_INPUT: LazyLock<Option<Mutex<ChildStdin>>> = LazyLock::new(|| {
        let watcher = Command::new("/bin/sh")
            .args(["-c", WATCHER])
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

/// A process group at work. While this lives, the group ends with the program.
pub(crate) struct AtWork {
    #[cfg(unix)]
    group: Option<u32>,
}

impl AtWork {
    /// `group` is the id of the process that leads it.
    pub(crate) fn begin(group: Option<u32>) -> AtWork {
        #[cfg(unix)]
        {
            if let Some(group) = group {
                watch::tell('+', group);
            }
            AtWork { group }
        }
        #[cfg(not(unix))]
        {
            let _ = group;
            AtWork {}
        }
    }
}

#[cfg(unix)]
impl Drop for AtWork {
    fn drop(&mut self) {
        if let Some(group) = self.group {
            watch::tell('-', group);
        }
    }
}
