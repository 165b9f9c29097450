//! Reads what test runners print: counts for the summary, and tests that said they were skipped.

/// What one suite came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: Vec<Skip>,
}

/// A test that could not run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skip {
    /// Its name; empty when the runner does not tell.
    pub test: String,
    pub reason: String,
}

/// How the reason begins when what is missing is data beside the checkout.
const DATA: &str = "no data: ";

impl Skip {
    fn new(test: &str, reason: impl Into<String>) -> Self {
        Self { test: test.to_owned(), reason: reason.into() }
    }

    /// Whether only data is missing that is not part of the checkout: nothing that a machine could
    /// install, so no failure under CI either.
    pub fn is_missing_data(&self) -> bool {
        self.reason.starts_with(DATA)
    }
}

/// Follows `cargo test … -- --show-output`: everything is for the terminal, except what passing
/// tests printed; of that only the lines `skipped: …` are kept.
#[derive(Default)]
pub struct CargoTest {
    pub counts: Counts,
    /// Inside of the output of passing tests, with the test's name when it is known.
    success: Option<String>,
}

impl CargoTest {
    /// Takes a line and says whether the terminal should show it.
    pub fn line(&mut self, line: &str) -> bool {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.success = None;
            self.counts.passed += number_before(result, " passed");
            self.counts.failed += number_before(result, " failed");
            let ignored = number_before(result, " ignored");
            self.counts
                .skipped
                .extend((0..ignored).map(|_| Skip::new("", "a test is marked #[ignore]")));
            return true;
        }
        match line {
            "successes:" => {
                self.success = Some(String::new());
                return false;
            }
            "failures:" => {
                self.success = None;
                return true;
            }
            _ => {}
        }
        let Some(test) = &mut self.success else { return true };
        if let Some(name) =
            line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"))
        {
            test.clear();
            test.push_str(name);
        } else if let Some(reason) = line.strip_prefix("skipped: ") {
            let skip = Skip::new(test, reason);
            // A test that runs on each engine says so for each.
            if !self.counts.skipped.contains(&skip) {
                self.counts.skipped.push(skip);
            }
        }
        false
    }
}

/// Follows `node --test --test-reporter=spec`: `ℹ pass 3`.
#[derive(Default)]
pub struct NodeTest {
    pub counts: Counts,
}

impl NodeTest {
    pub fn line(&mut self, line: &str) {
        let plain = without_colours(line);
        let mut words = plain.trim().split(' ');
        let (Some("ℹ"), Some(kind), Some(number), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return;
        };
        let Ok(number) = number.parse::<u64>() else { return };
        match kind {
            "pass" => self.counts.passed = number,
            "fail" | "cancelled" => self.counts.failed += number,
            "skipped" | "todo" => {
                self.counts.skipped.extend(
                    (0..number).map(|_| Skip::new("", format!("a browser test is {kind}"))),
                );
            }
            _ => {}
        }
    }
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split(word).next().unwrap_or_default();
    before.rsplit([' ', ';']).next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, code)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = code.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_results_are_added_up_and_skips_are_heard() {
        let output = "\
running 3 tests
test a ... ok
test b ... ok
test c ... FAILED

successes:

---- a stdout ----
noise
skipped: no data: no ../shared here
skipped: PostgreSQL

successes:
    a
    b

failures:

---- c stdout ----
skipped: this is the text of a failure
failures:
    c

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        let mut reader = CargoTest::default();
        let shown: Vec<_> = output.lines().filter(|line| reader.line(line)).collect();
        assert_eq!((reader.counts.passed, reader.counts.failed), (42, 1));
        let expected = [
            Skip::new("a", "no data: no ../shared here"),
            Skip::new("a", "PostgreSQL"),
            Skip::new("", "a test is marked #[ignore]"),
        ];
        assert_eq!(reader.counts.skipped, expected);
        let missing: Vec<bool> = expected.iter().map(Skip::is_missing_data).collect();
        assert_eq!(missing, [true, false, false]);
        assert!(!shown.contains(&"noise"));
        assert!(shown.contains(&"---- c stdout ----") && shown.contains(&"test a ... ok"));
    }

    #[test]
    fn nodes_summary_is_read() {
        let mut reader = NodeTest::default();
        for line in [
            "✔ opens (12ms)",
            "\x1b[34mℹ tests 5\x1b[39m",
            "ℹ pass 3",
            "ℹ fail 1",
            "ℹ cancelled 0",
            "ℹ skipped 1",
        ] {
            reader.line(line);
        }
        assert_eq!(
            (reader.counts.passed, reader.counts.failed, reader.counts.skipped.len()),
            (3, 1, 1)
        );
    }
}
