//! Charts drawn on the server: SVG, no script, words for those who do not see them.

use super::badge::Tone;
use super::text::classes;
use leptos::prelude::*;
use std::fmt::Write;

/// A line of numbers without axes, as wide as its place.
#[component]
pub fn Sparkline(
    /// What the numbers are: `Deployments per week`.
    #[prop(into)]
    label: String,
    /// The numbers, oldest first.
    values: Vec<f64>,
    /// Its colour.
    #[prop(default = Tone::Accent)]
    tone: Tone,
) -> AnyView {
    let (line, area) = spark_paths(&values);
    let text = summary(&label, &values);
    view! {
        <svg
            class=classes(&["spark", tone.class()])
            viewBox="0 0 100 28"
            preserveAspectRatio="none"
            role="img"
            aria-label=text
        >
            <title>{text.clone()}</title>
            <path class="spark-area" d=area></path>
            <path class="spark-line" d=line vector-effect="non-scaling-stroke"></path>
        </svg>
    }
    .into_any()
}

fn summary(label: &str, values: &[f64]) -> String {
    let Some(last) = values.last() else { return format!("{label}: no data") };
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{label}: {} now, between {} and {}", short(*last), short(low), short(high))
}

/// A number without needless digits.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn spark_paths(values: &[f64]) -> (String, String) {
    let high = values.iter().copied().fold(0.0, f64::max);
    let low = values.iter().copied().fold(0.0, f64::min);
    let span = if high > low { high - low } else { 1.0 };
    let step = 100.0 / values.len().saturating_sub(1).max(1) as f64;
    let mut line = String::new();
    for (index, value) in values.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        let (x, y) = (index as f64 * step, 26.0 - (value - low) / span * 24.0);
        let _ = write!(line, "{command}{x:.1} {y:.1}");
    }
    if values.len() == 1 {
        line.push_str("H100");
    }
    let area = if values.is_empty() { String::new() } else { format!("{line}V28H0Z") };
    (line, area)
}

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for: `12 May`.
    pub label: String,
    /// How high.
    pub value: f64,
    /// Its colour; `None` is the chart's.
    pub tone: Option<Tone>,
}

impl Bar {
    /// A bar.
    pub fn new(label: impl Into<String>, value: f64) -> Self {
        Bar { label: label.into(), value, tone: None }
    }

    /// In a colour of its own.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }
}

/// Bars side by side, with the first and the last label and the highest value under and above them.
#[component]
pub fn BarChart(
    /// What the bars count: `Commits per day`.
    #[prop(into)]
    label: String,
    /// The bars, in order.
    bars: Vec<Bar>,
    /// Their colour.
    #[prop(default = Tone::Accent)]
    tone: Tone,
    /// Low: in cards.
    #[prop(optional)]
    compact: bool,
) -> AnyView {
    let high = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let width = bars.len().max(1) as f64 * 10.0;
    let values: Vec<f64> = bars.iter().map(|bar| bar.value).collect();
    let text = summary(&label, &values);
    let words: Vec<String> =
        bars.iter().map(|bar| format!("{} {}", bar.label, short(bar.value))).collect();
    let first = bars.first().map(|bar| bar.label.clone());
    let last = bars.last().filter(|_| bars.len() > 1).map(|bar| bar.label.clone());
    let shapes = bars
        .into_iter()
        .enumerate()
        .map(|(index, bar)| {
            let height = if high > 0.0 { bar.value.max(0.0) / high * 98.0 } else { 0.0 };
            // A bar of nothing still shows that the day was there.
            let height = height.max(1.5);
            let nothing = if bar.value > 0.0 { "" } else { "bar-nothing" };
            let class = classes(&["bar", bar.tone.map_or("", Tone::class), nothing]);
            view! {
                <g class="bar-slot">
                    <title>{format!("{}: {}", bar.label, short(bar.value))}</title>
                    <rect
                        class="bar-hit"
                        x=(index * 10).to_string()
                        y="0"
                        width="10"
                        height="100"
                    ></rect>
                    <rect
                        class=class
                        x=format!("{:.1}", index as f64 * 10.0 + 1.25)
                        y=format!("{:.1}", 100.0 - height)
                        width="7.5"
                        height=format!("{height:.1}")
                    ></rect>
                </g>
            }
        })
        .collect_view();
    let class = classes(&["bar-chart", tone.class(), if compact { "bar-compact" } else { "" }]);
    view! {
        <figure class=class>
            <span class="bar-high" aria-hidden="true">
                {short(high)}
            </span>
            <svg
                viewBox=format!("0 0 {width} 100")
                preserveAspectRatio="none"
                role="img"
                aria-label=text
            >
                <title>{text.clone()}</title>
                <desc>{words.join(", ")}</desc>
                {shapes}
            </svg>
            <figcaption class="bar-axis" aria-hidden="true">
                <span>{first}</span>
                <span>{last}</span>
            </figcaption>
        </figure>
    }
    .into_any()
}

/// One part of a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// What it is.
    pub label: String,
    /// How much.
    pub value: f64,
    /// Where a click on it in the legend leads.
    pub href: Option<String>,
    /// Its colour; `None` takes the next of the palette.
    pub tone: Option<Tone>,
}

impl Segment {
    /// A part.
    pub fn new(label: impl Into<String>, value: f64) -> Self {
        Segment { label: label.into(), value, href: None, tone: None }
    }

    /// With an address for its legend.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// In a colour that means something.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }
}

/// Parts of a whole as one bar with a legend.
#[component]
pub fn StackedBar(
    /// What the whole is: `Components by lifecycle`.
    #[prop(into)]
    label: String,
    /// The parts, greatest first.
    segments: Vec<Segment>,
) -> AnyView {
    const PALETTE: [&str; 8] = [
        "series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "series-7",
        "series-8",
    ];
    let total: f64 = segments.iter().map(|segment| segment.value.max(0.0)).sum();
    let words: Vec<String> = segments
        .iter()
        .map(|segment| format!("{} {}", segment.label, short(segment.value)))
        .collect();
    let text = format!("{label}: {}", words.join(", "));
    let mut shapes = Vec::new();
    let mut legend = Vec::new();
    let mut start = 0.0;
    for (index, segment) in segments.into_iter().enumerate() {
        let colour = segment.tone.map_or(PALETTE[index % PALETTE.len()], Tone::class);
        let share = if total > 0.0 { segment.value.max(0.0) / total * 100.0 } else { 0.0 };
        shapes.push(view! {
            <rect
                class=classes(&["stack-part", colour])
                x=format!("{start:.2}%")
                y="0"
                width=format!("{share:.2}%")
                height="8"
            >
                <title>{format!("{}: {}", segment.label, short(segment.value))}</title>
            </rect>
        });
        start += share;
        let name = match segment.href {
            Some(href) => view! { <a href=href>{segment.label}</a> }.into_any(),
            None => view! { <span>{segment.label}</span> }.into_any(),
        };
        legend.push(view! {
            <li class=classes(&["legend-item", colour])>
                {name} <span class="legend-value">{short(segment.value)}</span>
            </li>
        });
    }
    view! {
        <figure class="stack-chart">
            <svg class="stack-bar" width="100%" height="8" role="img" aria-label=text>
                <title>{text.clone()}</title>
                {shapes}
            </svg>
            <ul class="legend">{legend}</ul>
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_a_line_from_edge_to_edge() {
        let (line, area) = spark_paths(&[0.0, 10.0, 5.0]);
        assert_eq!(line, "M0.0 26.0L50.0 2.0L100.0 14.0");
        assert_eq!(area, "M0.0 26.0L50.0 2.0L100.0 14.0V28H0Z");
        assert_eq!(spark_paths(&[3.0]).0, "M0.0 2.0H100");
        assert_eq!(spark_paths(&[]).1, "");
    }

    #[test]
    fn says_in_words_what_is_drawn() {
        assert_eq!(summary("Runs", &[1.0, 4.5, 2.0]), "Runs: 2 now, between 1 and 4.5");
        assert_eq!(summary("Runs", &[]), "Runs: no data");
    }
}
