//! Programs the tests need from the system: finds them, and installs them where apt can.

use crate::process;
use anyhow::{Context, Result, bail, ensure};
use std::{path::PathBuf, process::Command};

/// The oldest Node.js whose test runner the browser tests work with.
const NODE_MAJOR: u32 = 18;

/// The names under which a Chromium may be installed.
const CHROMIUMS: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Where Chromium lies on systems that do not put it on the PATH.
const CHROMIUM_PLACES: [&str; 4] = [
    "/usr/lib/chromium/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/// What the browser tests are started with.
pub struct Browser {
    pub node: PathBuf,
    pub npm: PathBuf,
    pub chromium: PathBuf,
}

/// Finds Node.js, npm and Chromium, installing what is missing.
pub fn browser() -> Result<Browser> {
    let mut missing = Vec::new();
    if process::which("node").is_none() {
        missing.push("nodejs");
    }
    if process::which("npm").is_none() {
        missing.push("npm");
    }
    if find_chromium().is_none() {
        missing.extend(["chromium", "fonts-dejavu-core"]);
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    let node = process::which("node").context("node is still not on the PATH")?;
    let version = process::output(Command::new(&node).arg("--version"))?;
    ensure!(
        node_major(&version).is_some_and(|major| major >= NODE_MAJOR),
        "expected Node.js {NODE_MAJOR} or newer, found {}; install a newer one",
        version.trim()
    );
    Ok(Browser {
        node,
        npm: process::which("npm").context("npm is still not on the PATH")?,
        chromium: find_chromium().context("Chromium is still not to be found")?,
    })
}

/// The browser named by `CALLBOARD_CHROMIUM`, or the first that is installed.
fn find_chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CALLBOARD_CHROMIUM") {
        return Some(path.into()).filter(|path: &PathBuf| process::is_executable(path));
    }
    CHROMIUMS
        .iter()
        .find_map(|name| process::which(name))
        .or_else(|| CHROMIUM_PLACES.iter().map(PathBuf::from).find(|p| process::is_executable(p)))
}

fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs Debian packages: as root, or through sudo when it asks for no password.
pub fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    let by_hand = format!("install the packages {list} by hand (Debian's names) and start again");
    if process::which("apt-get").is_none() {
        bail!("{list} missing, and there is no apt-get here; {by_hand}");
    }
    let Some(prefix) = root_prefix() else {
        bail!(
            "{list} missing; run `sudo apt-get install --no-install-recommends {list}` and start again"
        );
    };
    println!("Installing system packages: {list}");
    let apt = |args: &[&str]| {
        let mut words = prefix.iter().copied().chain(["apt-get", "--quiet=2", "--yes"]);
        let mut command = Command::new(words.next().unwrap_or("apt-get"));
        command.args(words).args(args).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let wanted: Vec<&str> = ["install", "--no-install-recommends"]
        .into_iter()
        .chain(packages.iter().copied())
        .collect();
    // The lists may be old or, in a fresh container, not there at all.
    if process::run(&mut apt(&wanted)).is_err() {
        process::check_interrupt()?;
        process::run(&mut apt(&["update"])).with_context(|| by_hand.clone())?;
        process::run(&mut apt(&wanted)).with_context(|| by_hand.clone())?;
    }
    Ok(())
}

/// What stands before a command so that it runs as root; nothing when this is root already.
fn root_prefix() -> Option<Vec<&'static str>> {
    if is_root() {
        return Some(Vec::new());
    }
    let quiet = process::output(Command::new("sudo").args(["--non-interactive", "true"]));
    quiet.is_ok().then(|| vec!["sudo", "--non-interactive", "--preserve-env=DEBIAN_FRONTEND"])
}

pub fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_version_is_read() {
        assert_eq!(node_major("v20.20.2\n"), Some(20));
        assert_eq!(node_major("20"), None);
    }
}
