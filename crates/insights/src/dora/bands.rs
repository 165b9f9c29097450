//! The bands of the reports of 2023 and 2021.

use model::dora::{Band, BandEdition};

const HOUR: f64 = 60.0;
const DAY: f64 = 24.0 * HOUR;

/// How regularly there were days with a deployment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rhythm {
    /// The median of such days per week.
    pub(super) week: f64,
    /// The median of such days per four weeks.
    pub(super) month: f64,
    /// Such days in the last 26 weeks.
    pub(super) half_year: u32,
}

pub(super) fn frequency(edition: BandEdition, rhythm: Rhythm) -> Band {
    let Rhythm { week, month, half_year } = rhythm;
    match edition {
        _ if week >= 7.0 => Band::Elite,
        BandEdition::Report2023 if week >= 1.0 => Band::High,
        BandEdition::Report2023 if month >= 1.0 => Band::Medium,
        BandEdition::Report2021 if month >= 1.0 => Band::High,
        BandEdition::Report2021 if half_year >= 1 => Band::Medium,
        _ => Band::Low,
    }
}

pub(super) fn lead_time(edition: BandEdition, minutes: f64) -> Band {
    let bounds = match edition {
        BandEdition::Report2023 => [DAY, 7.0 * DAY, 30.0 * DAY],
        BandEdition::Report2021 => [HOUR, 7.0 * DAY, 180.0 * DAY],
    };
    below(minutes, bounds)
}

pub(super) fn failure_rate(edition: BandEdition, percent: f64) -> Band {
    let [elite, high, medium] = match edition {
        BandEdition::Report2023 => [5.0, 10.0, 15.0],
        BandEdition::Report2021 => [15.0, 20.0, 30.0],
    };
    match percent {
        rate if rate <= elite => Band::Elite,
        rate if rate <= high => Band::High,
        rate if rate <= medium => Band::Medium,
        _ => Band::Low,
    }
}

pub(super) fn recovery(minutes: f64) -> Band {
    below(minutes, [HOUR, DAY, 7.0 * DAY])
}

fn below(value: f64, [elite, high, medium]: [f64; 3]) -> Band {
    match value {
        value if value < elite => Band::Elite,
        value if value < high => Band::High,
        value if value < medium => Band::Medium,
        _ => Band::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Band::{Elite, High, Low, Medium};
    use BandEdition::{Report2021, Report2023};

    #[test]
    fn sorts_frequencies() {
        let band =
            |edition, week, month, half_year| frequency(edition, Rhythm { week, month, half_year });
        assert_eq!(band(Report2023, 7.0, 28.0, 180), Elite);
        assert_eq!(band(Report2023, 6.5, 26.0, 180), High);
        assert_eq!(band(Report2023, 1.0, 4.0, 26), High);
        assert_eq!(band(Report2023, 0.5, 1.0, 6), Medium);
        assert_eq!(band(Report2023, 0.0, 0.5, 6), Low);
        assert_eq!(band(Report2021, 1.0, 4.0, 26), High);
        assert_eq!(band(Report2021, 0.0, 1.0, 6), High);
        assert_eq!(band(Report2021, 0.0, 0.0, 1), Medium);
        assert_eq!(band(Report2021, 0.0, 0.0, 0), Low);
    }

    #[test]
    fn sorts_times_and_rates() {
        let days = |days: f64| days * 1440.0;
        for (edition, minutes, band) in [
            (Report2023, days(1.0) - 1.0, Elite),
            (Report2023, days(1.0), High),
            (Report2023, days(7.0), Medium),
            (Report2023, days(30.0), Low),
            (Report2021, 59.0, Elite),
            (Report2021, 60.0, High),
            (Report2021, days(7.0), Medium),
            (Report2021, days(180.0), Low),
        ] {
            assert_eq!(lead_time(edition, minutes), band, "{edition:?} {minutes}");
        }
        for (edition, percent, band) in [
            (Report2023, 5.0, Elite),
            (Report2023, 5.1, High),
            (Report2023, 15.0, Medium),
            (Report2023, 15.1, Low),
            (Report2021, 15.0, Elite),
            (Report2021, 20.0, High),
            (Report2021, 30.0, Medium),
            (Report2021, 30.1, Low),
        ] {
            assert_eq!(failure_rate(edition, percent), band, "{edition:?} {percent}");
        }
        assert_eq!([59.0, 60.0, 1440.0, 10_080.0].map(recovery), [Elite, High, Medium, Low]);
    }
}
