//! Medians, and how figures are written for people.

/// The middle value; of an even number of values, the mean of the two in the middle.
pub fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    match below.iter().copied().max_by(f64::total_cmp) {
        Some(lower) if even => Some((lower + upper) / 2.0),
        _ => Some(upper),
    }
}

/// A span of milliseconds in minutes, rounded up; a negative one is void.
pub fn minutes_up(milliseconds: i64) -> Option<u64> {
    u64::try_from(milliseconds).ok().map(|span| span.div_ceil(60_000))
}

/// `35 min`, `2 h 5 min`, `3 d 4 h`.
pub fn minutes_in_words(minutes: f64) -> String {
    let minutes = minutes.round() as u64;
    let (first, second) = match minutes {
        0..60 => return format!("{minutes} min"),
        60..1440 => ((minutes / 60, "h"), (minutes % 60, "min")),
        _ => ((minutes / 1440, "d"), (minutes % 1440 / 60, "h")),
    };
    match second.0 {
        0 => format!("{} {}", first.0, first.1),
        rest => format!("{} {} {rest} {}", first.0, first.1, second.1),
    }
}

/// At most one decimal, and none when it is zero.
pub fn short(value: f64) -> String {
    let tenths = (value * 10.0).round() / 10.0;
    if tenths.fract() == 0.0 { format!("{tenths:.0}") } else { format!("{tenths:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [4.0]), Some(4.0));
        assert_eq!(median(&mut [9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }

    /// Half of the values lie on either side, whatever the order.
    #[test]
    fn halves_any_list() {
        let mut state = 7_u64;
        for length in 1..60 {
            let mut values: Vec<f64> = (0..length)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 58) as f64
                })
                .collect();
            let middle = median(&mut values).unwrap();
            let below = values.iter().filter(|v| **v < middle).count();
            let above = values.iter().filter(|v| **v > middle).count();
            assert!(below * 2 <= length && above * 2 <= length, "{values:?} {middle}");
        }
    }

    #[test]
    fn rounds_minutes_up_and_voids_negative_spans() {
        assert_eq!(minutes_up(0), Some(0));
        assert_eq!(minutes_up(1), Some(1));
        assert_eq!(minutes_up(60_000), Some(1));
        assert_eq!(minutes_up(60_001), Some(2));
        assert_eq!(minutes_up(-1), None);
    }

    #[test]
    fn writes_for_people() {
        assert_eq!(minutes_in_words(35.0), "35 min");
        assert_eq!(minutes_in_words(125.0), "2 h 5 min");
        assert_eq!(minutes_in_words(120.0), "2 h");
        assert_eq!(minutes_in_words(3.0 * 1440.0 + 250.0), "3 d 4 h");
        assert_eq!(short(2.0), "2");
        assert_eq!(short(33.333), "33.3");
        assert_eq!(short(0.04), "0");
    }
}
