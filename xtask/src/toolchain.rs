//! Makes sure that rustc can build for the browser, and installs what is missing.
//!
//! First rustup is asked. Where rustup can fetch nothing (or is not there), the sources of exactly
//! the running version come from Debian's archive, checked by apt's signatures, and the standard
//! library is built from them once.

use crate::{
    process,
    report::{self, Colour},
    workspace::{TempDir, WASM, cache_dir, temp_dir},
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Suites of Debian that carry current compilers, the most settled first.
const SUITES: [&str; 4] = ["trixie", "trixie-backports", "forky", "sid"];

/// Where Debian's keys are, on Debian and on systems with its `debian-archive-keyring` package.
const KEYRINGS: [&str; 2] = [
    "/usr/share/keyrings/debian-archive-keyring.pgp",
    "/usr/share/keyrings/debian-archive-keyring.gpg",
];

/// Makes the wasm target usable, installing it when it is not.
pub fn ensure_wasm_target(root: &Path) -> Result<()> {
    if has_wasm_target(root) {
        return Ok(());
    }
    println!("The compiler cannot build for {WASM} yet; installing that target once.");
    let mut tried = Vec::new();
    for (name, install) in [
        ("rustup target add", add_with_rustup as fn(&Path) -> Result<()>),
        ("Debian's libstd-rust-dev-wasm32", install_debian_std),
        ("building the standard library from Debian's rust-src", build_from_debian),
    ] {
        process::check_interrupt()?;
        match install(root) {
            Ok(()) if has_wasm_target(root) => {
                println!("{} {WASM} installed ({name})", report::paint(Colour::Green, "✓"));
                return Ok(());
            }
            Ok(()) => tried.push(format!("{name}: ended well, but the target still does not work")),
            Err(error) => tried.push(format!("{name}: {error:#}")),
        }
    }
    for line in &tried {
        eprintln!("  {line}");
    }
    bail!(
        "the compiler cannot build for the browser; install its target with \
         `rustup target add {WASM}` and start again"
    )
}

/// Makes sure that rustfmt and clippy are there; a minimal installation of Rust comes without them.
pub fn ensure_components(root: &Path) -> Result<()> {
    for (component, program) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        let there = || process::output(process::cargo(root).args([program, "--version"])).is_ok();
        if there() {
            continue;
        }
        let by_hand = format!("install it with `rustup component add {component}` and start again");
        ensure!(process::which("rustup").is_some(), "{component} is missing; {by_hand}");
        process::run(
            Command::new("rustup").args(["component", "add", component]).current_dir(root),
        )
        .with_context(|| by_hand.clone())?;
        ensure!(there(), "{component} is still missing; {by_hand}");
    }
    Ok(())
}

/// Compiles a tiny library for the browser: the one question whose answer counts.
pub fn has_wasm_target(root: &Path) -> bool {
    probe(root).unwrap_or(false)
}

fn probe(root: &Path) -> Result<bool> {
    let dir = temp_dir("probe")?;
    let source = dir.path().join("probe.rs");
    fs::write(&source, "pub fn probe(v: Vec<u8>) -> String { format!(\"{v:?}\") }\n")?;
    let status = process::rustc(root)
        .args(["--edition", "2024", "--crate-type", "cdylib", "--target", WASM, "--out-dir"])
        .arg(dir.path())
        .arg(&source)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    Ok(status.success())
}

fn add_with_rustup(root: &Path) -> Result<()> {
    ensure!(process::which("rustup").is_some(), "rustup is not on the PATH");
    process::run(Command::new("rustup").args(["target", "add", WASM]).current_dir(root))
}

/// For compilers that came as Debian packages: the matching standard library is a package too.
fn install_debian_std(root: &Path) -> Result<()> {
    let compiler = Compiler::running(root)?;
    ensure!(
        compiler.sysroot == Path::new("/usr"),
        "the compiler in {} is not Debian's",
        compiler.sysroot.display()
    );
    crate::packages::install(&["libstd-rust-dev-wasm32"])
}

/// The running compiler, as far as the installation needs to know it.
struct Compiler {
    release: String,
    sysroot: PathBuf,
}

impl Compiler {
    fn running(root: &Path) -> Result<Self> {
        let version = process::output(process::rustc(root).arg("-vV"))?;
        let release = version
            .lines()
            .find_map(|line| line.strip_prefix("release: "))
            .context("`rustc -vV` names no release")?
            .to_owned();
        let sysroot = process::output(process::rustc(root).args(["--print", "sysroot"]))?;
        Ok(Self { release, sysroot: PathBuf::from(sysroot.trim()) })
    }

    fn rustlib(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib")
    }
}

fn build_from_debian(root: &Path) -> Result<()> {
    let compiler = Compiler::running(root)?;
    let library = compiler.rustlib().join("src/rust/library");
    if !library.join("std/Cargo.toml").is_file() {
        let dir = temp_dir("rust-src")?;
        let package = download_sources(&compiler.release, &dir)?;
        unpack_library(&package, &compiler.release, &library)?;
    }
    let built = build_std(root)?;
    install_libraries(&built, &compiler.rustlib().join(WASM).join("lib"))?;
    // What was built against another standard library cannot be linked with this one.
    let _ = process::output(process::cargo(root).args(["clean", "--target", WASM]));
    Ok(())
}

/// Fetches `rust-src` of exactly this release through a private apt root, so that the machine's
/// own package sources stay as they are and apt still checks the archive's signature.
fn download_sources(release: &str, dir: &TempDir) -> Result<PathBuf> {
    ensure!(process::which("apt-get").is_some(), "apt-get is not on the PATH");
    let keyring = KEYRINGS
        .iter()
        .find(|path| Path::new(path).is_file())
        .context("Debian's archive keys are not installed (package debian-archive-keyring)")?;
    let apt = cache_dir()?.join("apt");
    for sub in ["lists/partial", "cache/archives/partial", "state"] {
        fs::create_dir_all(apt.join(sub))?;
    }
    let sources: String = SUITES
        .iter()
        .map(|suite| {
            format!("deb [signed-by={keyring}] http://deb.debian.org/debian {suite} main\n")
        })
        .collect();
    fs::write(apt.join("sources.list"), sources)?;
    fs::write(apt.join("status"), "")?;
    let path = apt.display();
    fs::write(
        apt.join("apt.conf"),
        format!(
            "Dir::State \"{path}/state\";\nDir::State::lists \"{path}/lists\";\n\
             Dir::State::status \"{path}/status\";\nDir::Cache \"{path}/cache\";\n\
             Dir::Etc::sourcelist \"{path}/sources.list\";\nDir::Etc::sourceparts \"-\";\n\
             Acquire::Languages \"none\";\nAcquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n\
             APT::Sandbox::User \"\";\n"
        ),
    )?;
    let with_config = |program: &str| {
        let mut command = Command::new(program);
        command.env("APT_CONFIG", apt.join("apt.conf")).current_dir(dir.path());
        command
    };
    println!("Looking for the sources of Rust {release} in Debian's archive");
    process::run(with_config("apt-get").args(["--quiet=2", "update"]))?;
    for package in ["rust-src", "rust-web-src"] {
        let table = process::output(with_config("apt-cache").args(["madison", package]))?;
        let Some(version) = matching_version(&table, release) else { continue };
        let wanted = format!("{package}={version}");
        process::run(with_config("apt-get").args(["--quiet=2", "download", &wanted]))?;
        return fs::read_dir(dir.path())?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|ext| ext == "deb"))
            .context("apt-get download left no package behind");
    }
    bail!("no suite of Debian has the sources of Rust {release}")
}

/// Picks the package version of a release out of `apt-cache madison`: `1.95.0+dfsg1-2~bpo13+1`.
fn matching_version<'a>(madison: &'a str, release: &str) -> Option<&'a str> {
    madison.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim).find(|version| {
        version
            .strip_prefix(release)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
    })
}

fn unpack_library(package: &Path, release: &str, library: &Path) -> Result<()> {
    let parent = library.parent().context("expected a folder above library")?;
    fs::create_dir_all(parent)
        .with_context(|| format!("writing into the compiler's folder {}", parent.display()))?;
    let mut unpack = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting dpkg-deb")?;
    let pipe = unpack.stdout.take().context("expected a pipe")?;
    let tar = Command::new("tar")
        .args(["--extract", "--strip-components=4", "--directory"])
        .arg(parent)
        .arg(format!("./usr/src/rustc-{release}/library"))
        .stdin(pipe)
        .status()
        .context("starting tar")?;
    let dpkg = unpack.wait()?;
    ensure!(tar.success() && dpkg.success(), "unpacking {} failed", package.display());
    ensure!(
        library.join("std/Cargo.toml").is_file(),
        "{} holds no library/std; its layout is not the expected one",
        package.display()
    );
    Ok(())
}

/// Builds the standard library as the dependency of an empty crate and gives the folder of rlibs.
fn build_std(root: &Path) -> Result<Built> {
    let dir = temp_dir("std")?;
    fs::create_dir(dir.path().join("src"))?;
    fs::write(dir.path().join("src/lib.rs"), "")?;
    fs::write(
        dir.path().join("Cargo.toml"),
        "[package]\nname = \"nothing\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    println!("Building the standard library for {WASM}");
    process::run(
        process::cargo(root)
            .current_dir(dir.path())
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", dir.path().join("target"))
            .args(["build", "--release", "-Zbuild-std=std,panic_abort,panic_unwind", "--target"])
            .arg(WASM),
    )?;
    Ok(Built { dir })
}

struct Built {
    dir: TempDir,
}

fn install_libraries(built: &Built, into: &Path) -> Result<()> {
    fs::create_dir_all(into)
        .with_context(|| format!("writing into the compiler's folder {}", into.display()))?;
    let deps = built.dir.path().join("target").join(WASM).join("release/deps");
    let mut copied = 0;
    for entry in fs::read_dir(&deps)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libnothing-") {
            fs::copy(&path, into.join(&name))?;
            copied += 1;
        }
    }
    ensure!(copied > 0, "the build left no library in {}", deps.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
  rust-src | 1.97.1+dfsg1-1 | http://deb.debian.org/debian sid/main amd64 Packages
  rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://deb.debian.org/debian trixie-backports/main amd64 Packages
";

    #[test]
    fn the_sources_must_be_of_exactly_this_release() {
        assert_eq!(matching_version(TABLE, "1.95.0"), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(matching_version(TABLE, "1.97.1"), Some("1.97.1+dfsg1-1"));
        assert_eq!(matching_version(TABLE, "1.97"), None);
        assert_eq!(matching_version(TABLE, "1.90.0"), None);
    }
}
