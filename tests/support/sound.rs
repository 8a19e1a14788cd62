//! A desk with a loudspeaker and a microphone of its own: PulseAudio with one loudspeaker that nobody hears, whose monitor is the only microphone. What
//! espeak-ng says into the loudspeaker, the program hears.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub struct SoundSystem {
    dir: TempDir,
    server: Option<Child>,
}

impl SoundSystem {
    pub fn start() -> SoundSystem {
        let mut sound = SoundSystem {
            dir: tempfile::tempdir().unwrap(),
            server: None,
        };
        sound.plug_in();
        sound
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("native")
    }

    /// What a program needs in its environment to hear it.
    pub fn desk(&self) -> [(&'static str, String); 1] {
        [("PULSE_SERVER", self.address())]
    }

    fn address(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// The sound system begins, with its loudspeaker and its microphone.
    pub fn plug_in(&mut self) {
        let server = Command::new("pulseaudio")
            .args([
                "-n",
                // Before whatever else is at work here: sound that comes too late is gone.
                "--high-priority=yes",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--use-pid-file=no",
                "--disable-shm=yes",
            ])
            .arg("--load=module-null-sink sink_name=speech rate=48000 channels=2")
            .arg(format!(
                "--load=module-native-protocol-unix socket={} auth-anonymous=1",
                self.socket().display()
            ))
            .env("HOME", self.dir.path())
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .env("XDG_CONFIG_HOME", self.dir.path())
            .env_remove("DISPLAY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pulseaudio starts (package pulseaudio)");
        self.server = Some(server);
        let end = Instant::now() + Duration::from_secs(20);
        while !self.sources().contains("speech.monitor") {
            assert!(Instant::now() < end, "the sound system does not begin");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The microphone is gone, and everything with it.
    pub fn unplug(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
        let _ = std::fs::remove_file(self.socket());
    }

    /// The sound system does nothing any more, and does not end either.
    #[cfg(feature = "whisper")]
    pub fn hang(&self) {
        if let Some(server) = &self.server {
            let stopped = Command::new("kill").args(["-STOP", &server.id().to_string()]).status();
            assert!(stopped.unwrap().success());
        }
    }

    fn sources(&self) -> String {
        let listed = Command::new("pactl")
            .args(["--server", &self.address(), "list", "short", "sources"])
            .output()
            .expect("pactl starts (package pulseaudio-utils)");
        String::from_utf8_lossy(&listed.stdout).into_owned()
    }

    /// How many programs listen to the microphone now.
    pub fn listeners(&self) -> usize {
        count(&self.address(), "source-outputs")
    }

    /// Waits until a program says something by itself.
    pub fn speaks(&self) -> impl Future<Output = ()> + use<> {
        let address = self.address();
        async move {
            while count(&address, "sink-inputs") == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// What a voice makes of it, as a file to be played.
    pub fn voice(&self, sentence: &str) -> PathBuf {
        let file = self.dir.path().join(format!("{}.wav", sentence.replace(' ', "-")));
        let spoken = Command::new("espeak-ng").arg("-w").arg(&file).arg(sentence).status();
        assert!(spoken.expect("espeak-ng starts (package espeak-ng)").success());
        file
    }

    /// Plays a file to its end.
    pub fn play(&self, file: &std::path::Path) {
        let played = Command::new("paplay")
            .args(["--server", &self.address(), "--device=speech"])
            .arg(file)
            .status();
        assert!(played.expect("paplay starts (package pulseaudio-utils)").success());
    }

    /// Says a sentence where the microphone is.
    pub fn say(&self, sentence: &str) {
        self.play(&self.voice(sentence));
    }
}

fn count(address: &str, what: &str) -> usize {
    let listed = Command::new("pactl")
        .args(["--server", address, "list", "short", what])
        .output()
        .unwrap();
    String::from_utf8_lossy(&listed.stdout).lines().count()
}

impl Drop for SoundSystem {
    fn drop(&mut self) {
        self.unplug();
    }
}
