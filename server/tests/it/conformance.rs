//! The recorded requests of Backstage, sent to the running program by the replayer that comes
//! with them.

use crate::program::{TOKEN, World, on_each_engine};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with the recordings.
fn recordings() -> Option<PathBuf> {
    let folder = match std::env::var_os("CALLBOARD_CONFORMANCE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
    };
    let folder = folder.join("samples/rest");
    ["cases.json", "replay.py", "dataset/all.yaml"]
        .iter()
        .all(|file| folder.join(file).is_file())
        .then_some(folder)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).expect("copied")),
        }
    }
}

#[test]
fn recorded_catalog_requests_get_the_recorded_answers() {
    let Some(folder) = recordings() else {
        println!(
            "skipped: no data: no recorded requests (CALLBOARD_CONFORMANCE_DIR names their folder)"
        );
        return;
    };
    if !Command::new("python3").arg("--version").output().is_ok_and(|out| out.status.success()) {
        println!("skipped: python3, which the replayer needs, is not installed");
        return;
    }
    on_each_engine(|world| replay(world, &folder));
}

fn replay(world: &World, folder: &Path) {
    copy(&folder.join("dataset"), &world.path("dataset"));
    world.config_with(
        "  reading:\n    allow:\n      - host: 127.0.0.1:18099\n",
        "catalog:\n  shippedTemplates: false\n  processingInterval: 10 seconds\n  rules:\n    - \
         allow: [Component, API, Resource, System, Domain, Group, User, Location, Template]\n  \
         locations:\n    - type: file\n      target: ./dataset/all.yaml\n",
    );
    let server = world.serve(&[]);
    server.eventually("the dataset", || {
        let page = server.rest("/api/catalog/entities/by-query?limit=0").json();
        (page["totalItems"] == 73).then_some(())
    });
    let output = Command::new("python3")
        .arg(folder.join("replay.py"))
        .arg(format!("http://{}", server.address))
        .arg(TOKEN)
        .arg(folder.join("cases.json"))
        .args(["--only", "catalog."])
        .output()
        .expect("the replayer starts");
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{}", text.lines().last().unwrap_or_default());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}\n{}", server.log());
}
