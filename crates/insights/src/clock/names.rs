//! The nearest known name of a time zone that is not known.

/// Abbreviations that people write and the database does not have as names.
const USUAL: [(&str, &str); 14] = [
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("mdt", "America/Denver"),
    ("cdt", "America/Chicago"),
    ("edt", "America/New_York"),
    ("bst", "Europe/London"),
    ("cest", "Europe/Berlin"),
    ("eest", "Europe/Helsinki"),
    ("msk", "Europe/Moscow"),
    ("ist", "Asia/Kolkata"),
    ("jst", "Asia/Tokyo"),
    ("kst", "Asia/Seoul"),
    ("sgt", "Asia/Singapore"),
    ("aest", "Australia/Sydney"),
];

/// The known name with the fewest letters to change, also by its last part (`Berlin`); none when
/// all are far away.
pub(super) fn nearest<N: std::fmt::Display>(
    name: &str,
    known: impl IntoIterator<Item = N>,
) -> Option<String> {
    let wanted: String = name.trim().to_lowercase().replace(' ', "_").chars().take(60).collect();
    if let Some((_, usual)) = USUAL.iter().find(|(short, _)| *short == wanted) {
        return Some((*usual).to_owned());
    }
    let allowed = (wanted.chars().count() / 3).min(4);
    let mut best: Option<(usize, String)> = None;
    for known in known {
        let known = known.to_string();
        let lower = known.to_lowercase();
        let last = lower.rsplit('/').next().unwrap_or(&lower);
        // The same distance by the whole name is nearer than by a part of it.
        let distance = (2 * distance(&wanted, &lower)).min(2 * distance(&wanted, last) + 1);
        if best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, known));
        }
    }
    best.filter(|(distance, _)| *distance <= 2 * allowed + 1).map(|(_, name)| name)
}

/// How many letters must be added, taken away or replaced.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_letters_to_change() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn finds_what_was_meant() {
        let known = ["Europe/Berlin", "Europe/Dublin", "America/New_York", "UTC"];
        let near = |name: &str| nearest(name, known);
        assert_eq!(near("Berlin").as_deref(), Some("Europe/Berlin"));
        assert_eq!(near("Europe/Berln").as_deref(), Some("Europe/Berlin"));
        assert_eq!(near("new york").as_deref(), Some("America/New_York"));
        assert_eq!(near("PST").as_deref(), Some("America/Los_Angeles"));
        assert_eq!(near("Mars/Olympus_Mons"), None);
        assert_eq!(near(""), None);
    }
}
