//! What the commands print: steps with their times, colours where a person looks, sizes in words.

use std::{
    io::IsTerminal,
    sync::LazyLock,
    time::{Duration, Instant},
};

/// Colours by meaning; nothing is coloured when the output is not a terminal.
#[derive(Clone, Copy, Debug)]
pub enum Colour {
    Green,
    Red,
    Yellow,
    Blue,
    Dim,
}

/// True when a person is looking and has not asked for plain text.
pub fn coloured() -> bool {
    static COLOURED: LazyLock<bool> = LazyLock::new(|| {
        std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::io::stdout().is_terminal()
    });
    *COLOURED
}

pub fn paint(colour: Colour, text: &str) -> String {
    if !coloured() {
        return text.to_owned();
    }
    let code = match colour {
        Colour::Green => "32",
        Colour::Red => "31",
        Colour::Yellow => "33",
        Colour::Blue => "34",
        Colour::Dim => "2",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// Numbers the steps of one command: `[2/5] server`.
pub struct Steps {
    total: usize,
    current: usize,
    began: Instant,
}

impl Steps {
    pub fn new(total: usize) -> Self {
        Self { total, current: 0, began: Instant::now() }
    }

    /// Runs one step, printing its name before and its time after.
    pub fn step<T>(
        &mut self,
        name: &str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.current += 1;
        let label = format!("[{}/{}] {name}", self.current, self.total);
        println!("{}", paint(Colour::Blue, &label));
        let began = Instant::now();
        let outcome = work();
        let time = seconds(began.elapsed());
        match &outcome {
            Ok(_) => println!("{} {name} {}", paint(Colour::Green, "✓"), paint(Colour::Dim, &time)),
            Err(_) => println!("{} {name} {}", paint(Colour::Red, "✗"), paint(Colour::Dim, &time)),
        }
        outcome
    }

    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

/// `4.2 s`, or `3 min 07 s` when it was long.
pub fn seconds(time: Duration) -> String {
    let secs = time.as_secs();
    if secs < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", secs / 60, secs % 60)
    }
}

/// `812 B`, `174 KB`, `12.3 MB`: decimal, as browsers and networks count.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} KB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_readable() {
        assert_eq!(seconds(Duration::from_millis(4_234)), "4.2 s");
        assert_eq!(seconds(Duration::from_secs(187)), "3 min 07 s");
    }

    #[test]
    fn sizes_are_decimal() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(174_000), "174.0 KB");
        assert_eq!(size(12_345_678), "12.3 MB");
    }
}
