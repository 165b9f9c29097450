//! The catalog at a thousand, ten thousand and a hundred thousand entities, on both databases.

mod size;

use super::{
    lab::{Figures, Lab, ROUNDS},
    page::Section,
};
use crate::{postgres::Postgres, report};
use anyhow::Result;
use size::{Found, SECONDS};

pub use size::TITLE;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// The place of 10,000 in [`SIZES`], which most targets are for.
const TEN_THOUSAND: usize = 1;

/// A question, what it may cost, and what Backstage needs.
struct Question {
    name: &'static str,
    path: &'static str,
    /// Processor time with 10,000 entities, in milliseconds.
    allowed: f64,
    /// With 1,000 entities.
    peer: &'static str,
}

const QUESTIONS: [Question; 4] = [
    Question {
        name: "`by-name`",
        path: "entities/by-name/component/default/svc-00042",
        allowed: 0.03,
        peer: "0.74 ms",
    },
    Question {
        name: "`entities?filter=kind=component&limit=20`",
        path: "entities?filter=kind=component&limit=20",
        allowed: 0.1,
        peer: "1.4 ms",
    },
    Question {
        name: "`by-query` with full text",
        path: "entities/by-query?limit=20&filter=kind=component&fullTextFilterTerm=foo\
               &fullTextFilterFields=metadata.name,metadata.title",
        allowed: 0.2,
        peer: "2.7 ms",
    },
    Question {
        name: "`entity-facets?facet=spec.type`",
        path: "entity-facets?facet=spec.type",
        allowed: 0.05,
        peer: "0.81 ms",
    },
];

/// On SQLite.
pub fn sqlite(lab: &Lab) -> Result<Section> {
    grown(lab, "The catalog as it grows, on SQLite", false)
}

/// On PostgreSQL.
pub fn postgres(lab: &Lab) -> Result<Section> {
    grown(lab, "The catalog as it grows, on PostgreSQL", true)
}

fn grown(lab: &Lab, title: &'static str, on_postgres: bool) -> Result<Section> {
    let mut section = Section::new(title);
    let mut found = Vec::new();
    for count in SIZES {
        println!("   {count} entities");
        let postgres = on_postgres.then(Postgres::start).transpose()?;
        found.push(size::measure(lab, count, postgres.as_ref())?);
    }
    write(&found, &mut section);
    section.note(format!(
        "Each row has three figures: with 1,000, 10,000 and 100,000 entities. Medians of {ROUNDS} \
         rounds of {SECONDS} s at {} connections, keep-alive, a static token, no compression \
         unless said. Processor time is of the program and the database together; Backstage's \
         too, with 1,000 entities.",
        size::CONNECTIONS
    ));
    section.note(
        "Ingest is a first start on an empty database until the last entity is answered with its \
         relations, counted as Backstage's 107 a second are: from the first 200 of `/readyz`. Before \
         that lie connecting and making the tables. A changed file is noticed by the program itself.",
    );
    if on_postgres {
        section.note("PostgreSQL runs on the same machine and does not wait for the disk.");
    }
    if section.misses() {
        section.note(
            "Where something is missed: with 100,000 entities about 75 MB are alive (packed JSON 38, \
             facts 20, tables and ready questions 15); the rest is the program itself and what its \
             threads and the database keep. Unpacking twenty entities takes about 8 µs of what \
             `limit=20` costs. Next: numbers in place of shared texts, and pages that are asked for again and \
             again kept as they were sent.",
        );
    }
    Ok(section)
}

fn write(found: &[Found], section: &mut Section) {
    let three = |text: fn(&Found) -> String| found.iter().map(text).collect::<Vec<_>>().join(" / ");
    let all = |good: fn(&Found) -> bool| found.iter().all(good);
    let middle = &found[TEN_THOUSAND];
    section.target(
        "ingest, entities a second from the moment the program is ready",
        three(|f| format!("{:.0}", f.ingest_rate())),
        "≥ 5,000",
        "120 / 107",
        all(|f| f.ingest_rate() >= 5_000.0),
    );
    section.figure(
        "the same with the start: empty database to all visible",
        three(|f| format!("{:.2} s", f.visible)),
        "15.0 s / 98.8 s",
    );
    section.figure(
        "start to ready with these in the database",
        three(|f| format!("{:.2} s", f.ready)),
        "4.8 s",
    );
    section.target(
        "reading all files again, none changed",
        three(|f| format!("{:.2} s", f.read_again)),
        "< 1 s at 10,000",
        "",
        middle.read_again < 1.0,
    );
    section.target(
        "one changed file to visible, in the answer and in the full text",
        three(|f| format!("{:.2} s", f.changed)),
        "< 1 s",
        "up to 10 minutes in search",
        all(|f| f.changed < 1.0),
    );
    for (at, question) in QUESTIONS.iter().enumerate() {
        let costs: Vec<f64> = found.iter().map(|f| f.questions[at].cpu_ms).collect();
        let each: Vec<String> = costs.iter().map(|cost| format!("{cost:.4}")).collect();
        section.target(
            &format!("{}, processor ms", question.name),
            each.join(" / "),
            &format!("≤ {} at 10,000", question.allowed),
            question.peer,
            costs[TEN_THOUSAND] <= question.allowed,
        );
        let waits: Vec<f64> = found.iter().map(|f| f.questions[at].p95_ms).collect();
        let each: Vec<String> = waits.iter().map(|wait| format!("{wait:.2}")).collect();
        let good = waits.iter().zip(SIZES).all(|(wait, size)| *wait < allowed_wait(size));
        section.target(
            &format!("{}, p95 ms", question.name),
            each.join(" / "),
            "< 10, < 20 at 100,000",
            "",
            good,
        );
    }
    let share = |f: &Found| f.questions[0].per_second / f.handler.per_second * 100.0;
    section.target(
        "`by-name` a second, against a bare handler",
        found.iter().map(|f| format!("{:.0} %", share(f))).collect::<Vec<_>>().join(" / "),
        "≥ 30 %",
        "",
        found.iter().all(|f| share(f) >= 30.0),
    );
    let bare = |f: &Figures| format!("{:.4} ms", f.cpu_ms);
    section.figure(
        "bare axum handler with the same bytes, processor",
        found.iter().map(|f| bare(&f.handler)).collect::<Vec<_>>().join(" / "),
        "",
    );
    section.figure(
        "bare query by primary key, processor",
        found.iter().map(|f| bare(&f.query)).collect::<Vec<_>>().join(" / "),
        "",
    );
    section.target(
        "`by-query` compressed, processor ms beyond that",
        three(|f| format!("{:.3}", f.compression_ms())),
        "≤ 0.3",
        "5–6",
        all(|f| f.compression_ms() <= 0.3),
    );
    section.target(
        "resident memory after this load",
        three(|f| report::size(f.memory)),
        "< 150 MB at 100,000",
        "935 MB at 1,000",
        all(|f| f.memory < 150_000_000),
    );
    section.target(
        "most that a figure grew by, from 1,000 to 100,000",
        format!("{:.0} times", growth(found)),
        "≤ 100 times",
        "",
        growth(found) <= 100.0,
    );
}

fn allowed_wait(size: usize) -> f64 {
    if size > 10_000 { 20.0 } else { 10.0 }
}

/// How many times as much the last size costs as the first, of what grows most.
fn growth(found: &[Found]) -> f64 {
    let [first, .., last] = found else { return f64::NAN };
    let questions = first.questions.iter().zip(&last.questions);
    let questions = questions.map(|(first, last)| last.cpu_ms / first.cpu_ms);
    questions
        .chain([
            last.visible / first.visible,
            last.ready / first.ready,
            last.read_again / first.read_again,
            last.memory as f64 / first.memory as f64,
        ])
        .fold(0.0, f64::max)
}
