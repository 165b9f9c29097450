//! Runs the `git` program: cut off from prompts, hooks and inherited settings, with a time limit
//! and an output limit.
//!
//! Two surroundings exist. *Reading* a repository takes no configuration but the repository's own,
//! and no transport at all, so that a hostile repository can neither start a program nor reach the
//! network. *Talking to a remote* keeps the configuration of the machine and its user, because that
//! is where credential helpers, proxies, certificates and SSH commands are set up.

use super::error::{GitError, complaint};
use super::remote::{Credentials, Remote};
use crate::redact::{redact, redact_secret};
use std::ffi::OsStr;
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

/// How long one run of the program may take and how much it may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// After this time the program is stopped.
    pub timeout: Duration,
    /// More output than this many bytes is refused.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { timeout: Duration::from_secs(60), output: 64 * 1024 * 1024 }
    }
}

/// What the program said.
pub(super) struct Output {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    /// Redacted.
    pub(super) stderr: String,
}

/// One run of the program, being put together.
pub(super) struct Git {
    command: Command,
    subcommand: &'static str,
    limits: Limits,
    secret: Option<String>,
}

/// Variables of a surrounding git (a hook, a CI job) that would point the program elsewhere.
const INHERITED: [&str; 25] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_QUARANTINE_PATH",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_EDITOR",
    "GIT_TRACE",
    "GIT_TRACE_CURL",
    "GIT_TRACE_PACKET",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_CURL_VERBOSE",
    "GIT_REDIRECT_STDOUT",
    "GIT_REDIRECT_STDERR",
    "GIT_TEMPLATE_DIR",
    "GIT_DEFAULT_HASH",
];

/// Settings that hold for every run.
const ALWAYS: [&str; 9] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.quotePath=false",
    "log.showSignature=false",
    "protocol.ext.allow=never",
    "gc.autoDetach=false",
    "color.ui=false",
];

impl Git {
    /// A run that reads or writes local repositories only.
    pub(super) fn local(subcommand: &'static str, limits: Limits) -> Self {
        let mut git = Git::new(subcommand, limits);
        git.command
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env_remove("GIT_CONFIG_PARAMETERS")
            .env_remove("GIT_CONFIG_COUNT")
            .env("GIT_ATTR_NOSYSTEM", "1")
            // No transport is named "none": not even a partial copy's missing objects are fetched.
            .env("GIT_ALLOW_PROTOCOL", "none")
            .env("GIT_NO_LAZY_FETCH", "1");
        git.set("safe.directory=*").subcommand()
    }

    /// A run that talks to `remote`, with the settings of the machine and its user.
    pub(super) fn network(subcommand: &'static str, remote: &Remote, limits: Limits) -> Self {
        let mut git = Git::new(subcommand, limits);
        git.command.env("GIT_ALLOW_PROTOCOL", remote.protocols());
        git = git
            .set("http.lowSpeedLimit=1")
            .set("http.lowSpeedTime=60")
            .set("protocol.file.allow=always")
            .set("fetch.unpackLimit=1")
            .set("push.gpgSign=false")
            .set("submodule.recurse=false");
        for setting in remote.pins() {
            git = git.set(setting);
        }
        if let Some(credentials) = remote.credentials() {
            git = git.credentials(credentials);
        }
        git.subcommand()
    }

    fn new(subcommand: &'static str, limits: Limits) -> Self {
        let mut command = Command::new("git");
        for name in INHERITED {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_LFS_SKIP_SMUDGE", "1")
            .env("GCM_INTERACTIVE", "never")
            // SSH would ask on the terminal of whoever started the server; this makes it give up.
            .env("SSH_ASKPASS", "false")
            .env("SSH_ASKPASS_REQUIRE", "force")
            .arg("--no-pager");
        let mut git = Git { command, subcommand, limits, secret: None };
        for setting in ALWAYS {
            git = git.set(setting);
        }
        git
    }

    /// The values travel in the environment, where other users of the machine cannot read them, and
    /// are bound to the host: after a redirect to another host git asks again and gets nothing.
    fn credentials(mut self, credentials: &Credentials) -> Self {
        self.command
            .env("CALLBOARD_GIT_USER", &credentials.user)
            .env("CALLBOARD_GIT_PASSWORD", &credentials.password);
        self.secret = Some(credentials.password.clone());
        let helper = "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \
                      \"$CALLBOARD_GIT_USER\" \"$CALLBOARD_GIT_PASSWORD\"; }; f";
        self.set("credential.helper=")
            .set(format!("credential.{}.helper={helper}", credentials.origin))
    }

    fn set(mut self, setting: impl AsRef<OsStr>) -> Self {
        self.command.arg("-c").arg(setting);
        self
    }

    fn subcommand(mut self) -> Self {
        // Repository and work tree are named in the environment, so nothing has to precede this.
        self.command.arg(self.subcommand);
        self
    }

    /// Works on this repository and looks for no other.
    pub(super) fn in_repository(mut self, git_dir: &Path) -> Self {
        self.command.env("GIT_DIR", git_dir);
        self
    }

    /// Works on the files in this folder.
    pub(super) fn with_files(mut self, folder: &Path) -> Self {
        self.command.env("GIT_WORK_TREE", folder).current_dir(folder);
        self
    }

    /// Runs in this folder.
    pub(super) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(super) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(super) fn arg(mut self, value: impl AsRef<OsStr>) -> Self {
        self.command.arg(value);
        self
    }

    pub(super) fn args<A: AsRef<OsStr>>(mut self, values: impl IntoIterator<Item = A>) -> Self {
        self.command.args(values);
        self
    }

    /// Runs the program; a failure of its own is in the output's status.
    pub(super) async fn output(mut self) -> Result<Output, GitError> {
        let what = format!("git {}", self.subcommand);
        let mut child = self.spawn(Stdio::null(), Stdio::piped())?;
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(GitError::Io { what, reason: "its output could not be read".to_owned() });
        };
        let limit = self.limits.output;
        let work = async {
            let reading = both(read_up_to(stdout, limit), read_and_drop(stderr, 64 * 1024));
            let (stdout, stderr) = reading.await;
            let stdout = stdout.map_err(|e| GitError::io(&what, &e))?;
            let stdout = stdout.ok_or_else(|| GitError::TooLarge {
                what: format!("The output of {what}"),
                limit: bytes_in_words(limit as u64),
            })?;
            let status = child.wait().await.map_err(|e| GitError::io(&what, &e))?;
            let stderr = String::from_utf8_lossy(&stderr.unwrap_or_default()).into_owned();
            Ok(Output { status, stdout, stderr: self.redacted(&stderr) })
        };
        match tokio::time::timeout(self.limits.timeout, work).await {
            Ok(result) => result,
            // Dropping the child stops it.
            Err(_) => {
                Err(GitError::Timeout { what, seconds: self.limits.timeout.as_secs().max(1) })
            }
        }
    }

    /// Runs the program and takes its output when it succeeds.
    pub(super) async fn text(self) -> Result<Vec<u8>, GitError> {
        let command = self.subcommand;
        let output = self.output().await?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(GitError::Failed { command: command.to_owned(), detail: complaint(&output.stderr) })
        }
    }

    /// Starts the program with its input open, for a conversation.
    pub(super) fn converse(mut self) -> Result<Child, GitError> {
        self.spawn(Stdio::piped(), Stdio::null())
    }

    fn spawn(&mut self, stdin: Stdio, stderr: Stdio) -> Result<Child, GitError> {
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(stderr).kill_on_drop(true);
        self.command.spawn().map_err(|error| {
            // A folder to work in that is gone gives the same error as a program that is not there.
            let folder = self.command.as_std().get_current_dir();
            match error.kind() {
                std::io::ErrorKind::NotFound if folder.is_none_or(Path::is_dir) => {
                    GitError::NotInstalled
                }
                _ => GitError::io(format!("Starting git {}", self.subcommand), &error),
            }
        })
    }

    fn redacted(&self, text: &str) -> String {
        let text = redact(text);
        match &self.secret {
            Some(secret) => redact_secret(&text, secret),
            None => text,
        }
    }
}

/// `1.5 GiB`, `64 MiB`, `12 bytes`.
pub(super) fn bytes_in_words(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    for (unit, size) in UNITS {
        if bytes >= size {
            let tenths = bytes * 10 / size;
            return match tenths % 10 {
                0 => format!("{} {unit}", tenths / 10),
                rest => format!("{}.{rest} {unit}", tenths / 10),
            };
        }
    }
    format!("{bytes} bytes")
}

/// Everything, or nothing when it is more than `limit` bytes.
async fn read_up_to(
    source: impl AsyncRead + Unpin,
    limit: usize,
) -> std::io::Result<Option<Vec<u8>>> {
    let mut buffer = Vec::new();
    source.take(limit as u64 + 1).read_to_end(&mut buffer).await?;
    Ok((buffer.len() <= limit).then_some(buffer))
}

/// The first `keep` bytes; the rest is read and dropped, so that the program never has to wait.
async fn read_and_drop(
    mut source: impl AsyncRead + Unpin,
    keep: usize,
) -> std::io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = source.read(&mut chunk).await?;
        if count == 0 {
            return Ok(kept);
        }
        let room = keep.saturating_sub(kept.len()).min(count);
        kept.extend_from_slice(&chunk[..room]);
    }
}

/// Runs both at once. The second is given up when the first has failed or refused its input: a
/// program that says too much would otherwise be waited for.
async fn both<T, U>(
    first: impl Future<Output = std::io::Result<Option<T>>>,
    second: impl Future<Output = std::io::Result<U>>,
) -> (std::io::Result<Option<T>>, std::io::Result<U>)
where
    U: Default,
{
    let mut first = pin!(first);
    let mut second = pin!(second);
    let (mut one, mut two) = (None, None);
    std::future::poll_fn(|context| {
        if one.is_none()
            && let Poll::Ready(value) = first.as_mut().poll(context)
        {
            one = Some(value);
        }
        if two.is_none()
            && let Poll::Ready(value) = second.as_mut().poll(context)
        {
            two = Some(value);
        }
        match (&one, &two) {
            (Some(Ok(Some(_))), None) | (None, _) => Poll::Pending,
            _ => Poll::Ready(()),
        }
    })
    .await;
    (one.unwrap_or(Ok(None)), two.unwrap_or_else(|| Ok(U::default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_sizes_in_words() {
        assert_eq!(bytes_in_words(12), "12 bytes");
        assert_eq!(bytes_in_words(64 << 20), "64 MiB");
        assert_eq!(bytes_in_words(3 << 29), "1.5 GiB");
    }

    #[tokio::test]
    async fn keeps_what_fits_and_refuses_more() {
        assert_eq!(read_up_to(&b"abc"[..], 3).await.unwrap(), Some(b"abc".to_vec()));
        assert_eq!(read_up_to(&b"abcd"[..], 3).await.unwrap(), None);
        assert_eq!(read_and_drop(&b"abcd"[..], 2).await.unwrap(), b"ab");
    }

    #[tokio::test]
    async fn says_that_the_program_is_missing() {
        let git = || Git::local("version", Limits::default());
        let error = git().env("PATH", "/nowhere").text().await.unwrap_err();
        assert_eq!(error, GitError::NotInstalled);
        let error = git().within(Path::new("/nowhere")).text().await.unwrap_err();
        assert!(matches!(error, GitError::Io { .. }), "{error}");
    }

    /// Two layers keep a reading run off the network; this is the one every version of git has.
    #[tokio::test]
    async fn reads_without_any_transport() {
        let folder = tempfile::tempdir().unwrap();
        let repository = folder.path().join("a.git");
        let limits = Limits::default();
        let init = Git::local("init", limits).args(["--bare", "--quiet", "--template="]);
        init.arg(&repository).text().await.unwrap();
        let error = Git::local("ls-remote", limits).arg(&repository).text().await.unwrap_err();
        assert!(error.to_string().contains("transport 'file' not allowed"), "{error}");
    }

    #[tokio::test]
    async fn refuses_output_beyond_the_limit() {
        let limits = Limits { timeout: Duration::from_secs(10), output: 10 };
        let error = Git::local("help", limits).arg("-a").text().await.unwrap_err();
        assert!(matches!(error, GitError::TooLarge { .. }), "{error}");
    }
}
