//! The one thread that reads code with the grammars.
//!
//! *Why a thread.* Grammars are loaded when the first code is shown, and every pattern that was used
//! keeps memory for each thread that used it: one thread keeps it once, and when nobody has asked
//! for a while it ends and gives everything back. Whoever asks waits only so long, so that code
//! which takes its time delays no page.

use super::classes::Classes;
use crate::markdown::html::escape_into;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};
use syntect::parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet};

/// The grammars as `build.rs` prepared them.
const GRAMMARS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/grammars.bin"));

/// How long grammars stay in memory after the last question.
const IDLE: Duration = Duration::from_secs(60);
/// After so many languages the grammars are loaded anew: each keeps 1 to 20 MB for its patterns.
const MAX_GRAMMARS: usize = 6;
/// Threads at one time: the present one, and those still busy with code that nobody waits for.
const MAX_THREADS: usize = 3;
/// A line that takes longer is given up, and its thread with it.
const STUCK: Duration = Duration::from_secs(10);
/// Questions that may wait.
const MAX_WAITING: usize = 64;

/// Code to read, and until when somebody waits for it.
struct Job {
    code: String,
    grammar: &'static str,
    until: Instant,
    answer: SyncSender<Option<Vec<String>>>,
}

/// How to ask the thread.
#[derive(Clone)]
struct Reader {
    jobs: SyncSender<Job>,
    /// When the line was begun that is being read, in milliseconds of [`clock`]; 0 between them.
    line: Arc<AtomicU64>,
}

/// The present thread.
static READER: Mutex<Option<Reader>> = Mutex::new(None);
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// The lines of the code as HTML; none when that takes longer than there is time.
pub(super) fn lines(code: &str, grammar: &'static str, time: Duration) -> Option<Vec<String>> {
    let until = Instant::now() + time;
    // A second time, because a thread may end just when it is asked.
    for _ in 0..2 {
        let (answer, wait) = mpsc::sync_channel(1);
        let reader = reader()?;
        let job = Job { code: code.to_owned(), grammar, until, answer };
        match reader.jobs.try_send(job) {
            Ok(()) => match wait.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(lines) => return lines,
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => forget(&reader),
            },
            Err(TrySendError::Full(_)) => return None,
            Err(TrySendError::Disconnected(_)) => forget(&reader),
        }
    }
    None
}

/// The thread to ask, started when there is none that answers.
fn reader() -> Option<Reader> {
    let mut present = READER.lock().ok()?;
    if present.as_ref().is_some_and(is_stuck) {
        *present = None;
    }
    if present.is_none() {
        if RUNNING.fetch_add(1, Ordering::Relaxed) >= MAX_THREADS {
            RUNNING.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let running = Running;
        let (jobs, asked) = mpsc::sync_channel(MAX_WAITING);
        let line = Arc::new(AtomicU64::new(0));
        let reader = Reader { jobs, line: line.clone() };
        let thread = std::thread::Builder::new().name("code-colours".to_owned());
        thread.spawn(move || run(&asked, &line, running)).ok()?;
        *present = Some(reader);
    }
    present.clone()
}

/// Whether one line keeps the thread busy for longer than any should.
fn is_stuck(reader: &Reader) -> bool {
    let begun = reader.line.load(Ordering::Relaxed);
    begun != 0 && clock().saturating_sub(begun) > STUCK.as_millis() as u64
}

fn forget(reader: &Reader) {
    if let Ok(mut present) = READER.lock() {
        present.take_if(|present| Arc::ptr_eq(&present.line, &reader.line));
    }
}

/// Milliseconds since this was asked for the first time, and one.
fn clock() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_millis() as u64 + 1
}

/// Counts a thread as long as it runs, also when it panics.
struct Running;

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

fn run(jobs: &Receiver<Job>, line: &AtomicU64, _running: Running) {
    let classes = Classes::new();
    let mut used = BTreeSet::new();
    let mut grammars: Option<SyntaxSet> = None;
    while let Ok(job) = jobs.recv_timeout(IDLE) {
        if used.insert(job.grammar) && used.len() > MAX_GRAMMARS {
            used = BTreeSet::from([job.grammar]);
            grammars = None;
        }
        if grammars.is_none() {
            grammars = syntect::dumps::from_uncompressed_data(GRAMMARS).ok();
        }
        let lines = grammars.as_ref().and_then(|grammars| {
            let grammar = grammars.find_syntax_by_name(job.grammar)?;
            let reading = Reading { grammars, classes: &classes, line, until: job.until };
            reading.read(&job.code, grammar)
        });
        // Nobody may be waiting any more.
        let _ = job.answer.send(lines);
    }
}

/// What reading code takes.
struct Reading<'a> {
    grammars: &'a SyntaxSet,
    classes: &'a Classes,
    line: &'a AtomicU64,
    until: Instant,
}

impl Reading<'_> {
    /// Reads the code line by line, as long as somebody waits for it.
    fn read(&self, code: &str, grammar: &SyntaxReference) -> Option<Vec<String>> {
        let mut state = ParseState::new(grammar);
        let mut scopes = ScopeStack::new();
        let mut lines = Vec::new();
        let mut text = String::new();
        for line in code.split('\n') {
            if Instant::now() >= self.until {
                return None;
            }
            // Grammars expect the end of a line, also of the last.
            text.clear();
            text.push_str(line);
            text.push('\n');
            self.line.store(clock(), Ordering::Relaxed);
            let changes = state.parse_line(&text, self.grammars);
            self.line.store(0, Ordering::Relaxed);
            let mut out = Line::default();
            let mut at = 0;
            for (place, change) in changes.ok()? {
                let place = place.min(line.len());
                if place > at {
                    out.push(self.classes.of(&scopes), &line[at..place]);
                    at = place;
                }
                scopes.apply(&change).ok()?;
            }
            out.push(self.classes.of(&scopes), &line[at..]);
            lines.push(out.end());
        }
        Some(lines)
    }
}

/// The HTML of one line; neighbours of one class share an element.
#[derive(Default)]
struct Line {
    html: String,
    open: Option<&'static str>,
}

impl Line {
    fn push(&mut self, class: Option<&'static str>, text: &str) {
        if text.is_empty() {
            return;
        }
        // White space has no colour of its own, but a background goes on.
        let class = class.filter(|_| self.open == class || !text.trim().is_empty());
        if class != self.open {
            self.close();
            if let Some(class) = class {
                self.html.push_str(&format!("<span class=\"{class}\">"));
            }
            self.open = class;
        }
        escape_into(text, &mut self.html);
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.html.push_str("</span>");
        }
    }

    fn end(mut self) -> String {
        self.close();
        self.html
    }
}
