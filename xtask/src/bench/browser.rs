//! What a visitor waits for, in Chromium.

use super::{lab::Lab, page::Section};
use crate::{packages, process, report, test};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::process::Command;

const ROUNDS: &str = "3";

pub fn run(lab: &Lab) -> Result<Section> {
    let browser = packages::browser()?;
    let folder = lab.workspace.root.join("bench/browser");
    test::install_npm_packages(&browser, &folder)?;
    let repository = lab.workspace.root.display().to_string();
    let portal = lab.portal(
        &lab.entities(1000)?,
        &lab.data("browser")?,
        &["--demo", "--repo", &repository],
    )?;
    portal.wait_for_last("component/default/svc-00699")?;
    let mut command = Command::new(&browser.node);
    command.current_dir(&folder).env("CALLBOARD_CHROMIUM", &browser.chromium).args([
        "measure.mjs",
        &portal.url(""),
        ROUNDS,
    ]);
    let text = process::output(&mut command)?;
    let line = text.lines().last().context("the browser's script printed nothing")?;
    let found: Value = serde_json::from_str(line).context("reading what the browser found")?;
    section(&found)
}

fn section(found: &Value) -> Result<Section> {
    let mut section = Section::new("In the browser");
    let number = |row: &Value, name: &str| row[name].as_f64().unwrap_or(f64::NAN);
    let pages = found["pages"].as_array().context("no pages")?;
    ensure!(!pages.is_empty(), "no pages");
    for row in pages.iter().filter(|row| row["network"] == "slow") {
        let page = row["page"].as_str().unwrap_or_default();
        let counts = ["dashboard", "catalog"].contains(&page);
        let (peer_paint, peer_ready, peer_bytes) = match page {
            "catalog" => ("9.9 s", "12.8 s", "1.25 MB"),
            "entity" => ("11.5 s", "11.8 s", "1.36 MB"),
            "create" => ("12.7 s", "12.8 s", "1.41 MB"),
            _ => ("", "", ""),
        };
        let (paint, ready) = (number(row, "paint") / 1000.0, number(row, "ready") / 1000.0);
        let (bytes, shift) = (number(row, "bytes"), number(row, "shift"));
        let mut line = |what: &str, measured: String, limit: &str, peer: &str, good: bool| {
            let what = format!("{page}, slow profile: {what}");
            match counts {
                true => section.target(&what, measured, limit, peer, good),
                false => section.figure(&what, measured, peer),
            }
        };
        line("largest paint", format!("{paint:.2} s"), "< 1.5 s", peer_paint, paint < 1.5);
        line("ready for a click", format!("{ready:.2} s"), "< 3 s", peer_ready, ready < 3.0);
        line(
            "over the wire",
            format!("{} in {} requests", report::size(bytes as u64), number(row, "requests")),
            "≤ 400 KB",
            peer_bytes,
            bytes <= 400_000.0,
        );
        let peer_shift = if page == "catalog" { "0.07" } else { "" };
        line("layout shift", format!("{shift:.3}"), "< 0.05", peer_shift, shift < 0.05);
    }
    for row in pages.iter().filter(|row| row["network"] == "fast") {
        let page = row["page"].as_str().unwrap_or_default();
        let peer = match page {
            "catalog" => "1.28 s / 2.1 s",
            "entity" => "1.64 s / 1.9 s",
            "create" => "1.53 s / 1.8 s",
            _ => "",
        };
        section.figure(
            &format!("{page}, no limits: largest paint / ready"),
            format!("{:.2} s / {:.2} s", number(row, "paint") / 1e3, number(row, "ready") / 1e3),
            peer,
        );
    }
    let graph = &found["graph"];
    let (nodes, drawn) = (number(graph, "nodes"), number(graph, "drawn"));
    section.target(
        &format!(
            "what is seen of a diagram of {nodes:.0} relations' ends, with their list, from the answer to its frame"
        ),
        format!(
            "{drawn:.0} ms ({:.0} ms from the click, in {:.0} request; all of it after {:.0} ms)",
            number(graph, "all"),
            number(graph, "requests"),
            number(graph, "whole")
        ),
        "< 300 ms, one request",
        "",
        drawn < 300.0 && number(graph, "requests") <= 1.0,
    );
    for row in found["lighthouse"].as_array().into_iter().flatten() {
        let page = row["page"].as_str().unwrap_or_default();
        let (performance, accessibility) =
            (number(row, "performance"), number(row, "accessibility"));
        section.target(
            &format!("{page}, Lighthouse mobile: performance"),
            format!(
                "{performance:.0} (first paint {:.2} s, largest {:.2} s, blocked {:.0} ms, shift {:.3})",
                number(row, "first") / 1e3,
                number(row, "paint") / 1e3,
                number(row, "blocked"),
                number(row, "shift")
            ),
            "≥ 95",
            if page == "catalog" { "33" } else { "" },
            performance >= 95.0,
        );
        section.target(
            &format!("{page}, Lighthouse mobile: accessibility"),
            format!("{accessibility:.0}"),
            "100",
            if page == "catalog" { "95" } else { "" },
            accessibility >= 100.0,
        );
        section.figure(
            &format!("{page}, Lighthouse mobile: best practices / SEO"),
            format!("{:.0} / {:.0}", number(row, "bestPractices"), number(row, "seo")),
            if page == "catalog" { "96 / 100" } else { "" },
        );
        let fails: Vec<&str> =
            row["fails"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !fails.is_empty() {
            section.note(format!("Lighthouse names on the {page}: {}.", fails.join(", ")));
        }
    }
    let console = found["console"].as_array().context("no console")?;
    section.target(
        "warnings and errors in the browser's console, all visits",
        console.len().to_string(),
        "0",
        "errors",
        console.is_empty(),
    );
    for line in console.iter().filter_map(Value::as_str).take(3) {
        section.note(format!("Console: {line}"));
    }
    if section.misses() {
        section.note(
            "Where readiness, weight or Lighthouse's performance is missed: a page is painted \
             and usable first and hydrated in pieces, but the first program is 229 KB (of that \
             the runtime and the router of the framework 179 KB), comes in two seconds, and takes \
             over in one more. Next: the frame's bars, menus and dialogs as HTML that the program \
             leaves alone (21 KB of every visit, and a tenth of a second), then the rows of tables \
             in the same way, so that what shows them is not sent at all.",
        );
    }
    section.note(format!(
        "Medians of {ROUNDS} visits with a cold cache, signed in, 1,000 entities, 1280 × 800. The \
         slow profile: processor slowed 4 times, 1.6 Mbit/s down, 150 ms. Ready is when the page has \
         been hydrated; it can be read and its links and forms used \
         before. Wire counts headers and bodies as sent."
    ));
    Ok(section)
}
