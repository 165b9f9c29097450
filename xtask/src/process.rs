//! Runs other programs so that Ctrl-C stops all of them and nothing is left behind.
//!
//! Every child gets a process group of its own. The terminal's Ctrl-C then reaches only this
//! program, which stops the groups in order and waits for them.

use anyhow::{Context, Result, bail};
use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// How long a program may take to end by itself after it was asked to.
const GRACE: Duration = Duration::from_secs(8);

/// From now on Ctrl-C (and SIGTERM) only sets a flag; waiting loops look at it.
pub fn listen_for_interrupt() -> Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&INTERRUPTED))
            .context("listening for Ctrl-C")?;
    }
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::clone(&INTERRUPTED))
        .context("listening for the terminal's end")?;
    Ok(())
}

/// True once the person asked for the end.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Fails once the person asked for the end, so that `?` unwinds everything.
pub fn check_interrupt() -> Result<()> {
    if interrupted() { bail!("stopped") } else { Ok(()) }
}

/// Waits, but not longer than the person does.
pub fn sleep(time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    loop {
        check_interrupt()?;
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(Duration::from_millis(50)));
    }
}

/// A `cargo` command in a folder, free of the variables that `cargo run` set for this program:
/// they would make inner builds look different from those started by hand.
pub fn cargo(folder: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || ["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"]
                .contains(&text.as_ref())
        {
            command.env_remove(&name);
        }
    }
    if crate::report::coloured() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// The `rustc` that cargo would call, in a folder whose toolchain file counts.
pub fn rustc(folder: &Path) -> Command {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

/// A program on the PATH.
pub fn which(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|path| is_executable(path))
}

pub fn is_executable(path: &Path) -> bool {
    let Ok(metadata) = std::fs::metadata(path) else { return false };
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let executable = true;
    metadata.is_file() && executable
}

/// Runs to the end with the terminal's output; a failing exit status is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs to the end with the terminal's output.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    Running::start(command)?.wait()
}

/// Runs a short program to its end and gives its standard output; its errors go into the message.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("starting `{}`", shown(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({}): {}",
            shown(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` printed something that is not UTF-8", shown(command)))
}

/// Runs to the end and hands over each line of its output as it comes. Both outputs go through one
/// pipe, so that they stay in order.
pub fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<ExitStatus> {
    let (reader, writer) = std::io::pipe().context("making a pipe")?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut running = Running::start(command)?;
    // The command keeps its ends of the pipe open, and the reader waits for the last of them.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
            if sender.send(text).is_err() {
                break;
            }
            line.clear();
        }
    });
    loop {
        check_interrupt()?;
        match receiver.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => each(&line),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return running.wait(),
        }
    }
}

/// A program that runs beside this one; it is stopped when the value goes.
pub struct Running {
    child: Child,
    name: String,
    ended: bool,
    end_signal: &'static str,
}

impl Running {
    pub fn start(command: &mut Command) -> Result<Self> {
        check_interrupt()?;
        let name = shown(command);
        command.stdin(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.spawn().with_context(|| format!("starting `{name}`"))?;
        Ok(Self { child, name, ended: false, end_signal: "TERM" })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The signal that asks this program for an orderly end, when it is not SIGTERM.
    pub fn ends_with(mut self, signal: &'static str) -> Self {
        self.end_signal = signal;
        self
    }

    /// Waits for the end; stops the program when the person asks for the end first.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let mut pause = Duration::from_millis(2);
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            if interrupted() {
                self.stop();
                bail!("stopped");
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    /// The exit status when it has ended.
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>> {
        let status =
            self.child.try_wait().with_context(|| format!("waiting for `{}`", self.name))?;
        self.ended |= status.is_some();
        Ok(status)
    }

    /// Asks it to end, waits, and ends it and everything it started when it does not.
    pub fn stop(&mut self) {
        if self.ended {
            return;
        }
        signal_group(&mut self.child, self.end_signal);
        let patience = Instant::now() + GRACE;
        while Instant::now() < patience && !matches!(self.try_wait(), Ok(Some(_)) | Err(_)) {
            thread::sleep(Duration::from_millis(20));
        }
        // Also after an orderly end: a grandchild may have stayed.
        signal_group(&mut self.child, "KILL");
        if !self.ended {
            let _ = self.child.wait();
            self.ended = true;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Sends a signal to the child's whole group. The shell's own `kill` is the one that is everywhere.
#[cfg(unix)]
fn signal_group(child: &mut Child, signal: &str) {
    let _ = Command::new("sh")
        .args(["-c", "kill -s \"$1\" -- \"-$2\" 2>/dev/null", "sh", signal])
        .arg(child.id().to_string())
        .stdin(Stdio::null())
        .status();
}

#[cfg(not(unix))]
fn signal_group(child: &mut Child, _signal: &str) {
    let _ = child.kill();
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text =
        program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    for arg in command.get_args().map(OsStr::to_string_lossy) {
        text.push(' ');
        text.push_str(&arg);
    }
    text
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_program_takes_its_children_along() {
        let marker = std::env::temp_dir().join(format!("callboard-stop-{}", std::process::id()));
        let script = format!("sh -c 'trap \"\" TERM; sleep 30; : > {}' & wait", marker.display());
        let mut running = Running::start(Command::new("sh").args(["-c", &script])).unwrap();
        thread::sleep(Duration::from_millis(100));
        let group = running.child.id().to_string();
        running.stop();
        let alive = Command::new("sh")
            .args(["-c", "kill -0 -- \"-$1\" 2>/dev/null", "sh", &group])
            .status()
            .unwrap();
        assert!(!alive.success(), "the group {group} still has a member");
        assert!(!marker.exists());
    }

    #[test]
    fn lines_arrive_in_order() {
        let mut seen = Vec::new();
        let status = lines(Command::new("sh").args(["-c", "echo a; echo b >&2; exit 3"]), |line| {
            seen.push(line.to_owned());
        })
        .unwrap();
        assert_eq!((seen, status.code()), (vec!["a".to_owned(), "b".to_owned()], Some(3)));
    }

    #[test]
    fn a_failure_names_the_command_and_its_errors() {
        let error = output(Command::new("sh").args(["-c", "echo broken >&2; exit 1"])).unwrap_err();
        assert!(error.to_string().contains("broken"), "{error}");
    }
}
