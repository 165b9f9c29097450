//! The design tokens of `style/` as the theme of the utility classes.
//!
//! A custom property's prefix says what it is for, as in Tailwind:
//!
//! | Token | Utilities |
//! | --- | --- |
//! | `--color-X` | `text-X`, `bg-X`, `border-X`, … and `X/50` |
//! | `--text-X`, with `--line-X` or `--text-X--line-height` | `text-X` |
//! | `--font-X`, `--font-weight-X` | `font-X` |
//! | `--leading-X`, `--tracking-X` | `leading-X`, `tracking-X` |
//! | `--radius-X` | `rounded-X`, `rounded-t-X`, … |
//! | `--shadow-X` | `shadow-X` |
//! | `--ease-X`, `--duration-X`, `--z-X` | `ease-X`, `duration-X`, `z-X` |
//! | `--space-X` | `p-X`, `mt-X`, `gap-X`, `w-X`, … where X is not a number |
//! | `--breakpoint-X`, `--container-X` | the variants `X:` and `@X:` |
//!
//! Numbers (`p-4`) are quarters of a rem. What the library lacks (`size-4`, `outline-none`, …) is
//! filled in here as well.

use std::collections::BTreeMap;

/// The custom properties that `style/` declares, without their leading dashes.
#[derive(Debug, Default)]
pub struct Tokens(BTreeMap<String, String>);

impl Tokens {
    /// Reads every declaration of a custom property; the first value of each counts.
    pub fn read(css: &str) -> Self {
        let mut tokens = BTreeMap::new();
        let mut rest = css;
        while let Some(start) = rest.find("--") {
            let before = rest[..start].chars().next_back();
            rest = &rest[start + 2..];
            let declares =
                before.is_none_or(|c| c.is_whitespace() || matches!(c, '{' | ';' | '}' | '/'));
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
                .unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if let Some(value) = after.trim_start().strip_prefix(':').filter(|_| declares) {
                let value = value[..value.find([';', '}']).unwrap_or(value.len())].trim();
                tokens.entry(name.to_owned()).or_insert_with(|| value.to_owned());
            }
            rest = after;
        }
        Self(tokens)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The tokens that begin with a prefix, as the rest of their name and their value.
    pub fn of(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(name, value)| {
            let rest = name.strip_prefix(prefix)?;
            (!rest.contains("--")).then_some((rest, value.as_str()))
        })
    }
}

/// The declarations of a utility that is made of tokens or that the library lacks.
pub fn declarations(utility: &str, tokens: &Tokens) -> Option<Vec<String>> {
    from_tokens(utility, tokens).or_else(|| gap(utility))
}

fn from_tokens(utility: &str, tokens: &Tokens) -> Option<Vec<String>> {
    if let Some(name) = utility.strip_prefix("text-").filter(|n| tokens.has(&format!("text-{n}"))) {
        let mut lines = vec![format!("font-size: var(--text-{name});")];
        let heights = [format!("text-{name}--line-height"), format!("line-{name}")];
        let height = heights.iter().find(|height| tokens.has(height));
        lines.extend(height.map(|height| format!("line-height: var(--{height});")));
        return Some(lines);
    }
    if let Some(name) = utility.strip_prefix("font-") {
        if tokens.has(&format!("font-weight-{name}")) {
            return Some(vec![format!("font-weight: var(--font-weight-{name});")]);
        }
        return tokens
            .has(&format!("font-{name}"))
            .then(|| vec![format!("font-family: var(--font-{name});")]);
    }
    let simple = [
        ("leading-", "line-height"),
        ("tracking-", "letter-spacing"),
        ("shadow-", "box-shadow"),
        ("ease-", "transition-timing-function"),
        ("duration-", "transition-duration"),
        ("z-", "z-index"),
    ];
    for (prefix, property) in simple {
        if utility.starts_with(prefix) && tokens.has(utility) {
            return Some(vec![format!("{property}: var(--{utility});")]);
        }
    }
    radius(utility, tokens).or_else(|| named_space(utility, tokens))
}

fn radius(utility: &str, tokens: &Tokens) -> Option<Vec<String>> {
    let rest = utility.strip_prefix("rounded")?.strip_prefix('-')?;
    let (side, name) = match rest.split_once('-') {
        Some((side, name)) if corners(side).is_some() => (side, name),
        _ => ("", rest),
    };
    tokens.has(&format!("radius-{name}")).then(|| {
        corners(side)
            .unwrap_or_default()
            .iter()
            .map(|corner| format!("{corner}: var(--radius-{name});"))
            .collect()
    })
}

fn corners(side: &str) -> Option<&'static [&'static str]> {
    Some(match side {
        "" => &["border-radius"],
        "t" => &["border-top-left-radius", "border-top-right-radius"],
        "b" => &["border-bottom-left-radius", "border-bottom-right-radius"],
        "l" => &["border-top-left-radius", "border-bottom-left-radius"],
        "r" => &["border-top-right-radius", "border-bottom-right-radius"],
        "s" => &["border-start-start-radius", "border-end-start-radius"],
        "e" => &["border-start-end-radius", "border-end-end-radius"],
        _ => return None,
    })
}

/// `p-page`, `gap-page` and the like, for spaces that have a name instead of a number.
fn named_space(utility: &str, tokens: &Tokens) -> Option<Vec<String>> {
    let (kind, name) = tokens
        .of("space-")
        .filter(|(name, _)| !name.starts_with(|c: char| c.is_ascii_digit()))
        .find_map(|(name, _)| Some((utility.strip_suffix(name)?.strip_suffix('-')?, name)))?;
    let properties: &[&str] = match kind {
        "p" => &["padding"],
        "px" => &["padding-inline"],
        "py" => &["padding-block"],
        "pt" => &["padding-top"],
        "pb" => &["padding-bottom"],
        "pl" => &["padding-left"],
        "pr" => &["padding-right"],
        "ps" => &["padding-inline-start"],
        "pe" => &["padding-inline-end"],
        "m" => &["margin"],
        "mx" => &["margin-inline"],
        "my" => &["margin-block"],
        "mt" => &["margin-top"],
        "mb" => &["margin-bottom"],
        "ml" => &["margin-left"],
        "mr" => &["margin-right"],
        "ms" => &["margin-inline-start"],
        "me" => &["margin-inline-end"],
        "gap" => &["gap"],
        "gap-x" => &["column-gap"],
        "gap-y" => &["row-gap"],
        "w" => &["width"],
        "h" => &["height"],
        "min-w" => &["min-width"],
        "min-h" => &["min-height"],
        "max-w" => &["max-width"],
        "max-h" => &["max-height"],
        "size" => &["width", "height"],
        _ => return None,
    };
    Some(properties.iter().map(|property| format!("{property}: var(--space-{name});")).collect())
}

/// Utilities that Tailwind has and the library has not, or has in another meaning.
fn gap(utility: &str) -> Option<Vec<String>> {
    let line = |text: String| Some(vec![text]);
    if let Some(value) = utility.strip_prefix("size-") {
        let length = length(value)?;
        return Some(vec![format!("width: {length};"), format!("height: {length};")]);
    }
    if utility == "outline-none" {
        return line("outline: none;".to_owned());
    }
    if let Some(value) = utility.strip_prefix("z-[").and_then(|v| v.strip_suffix(']')) {
        value.parse::<i32>().ok()?;
        return line(format!("z-index: {value};"));
    }
    let (sign, unsigned) = match utility.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", utility),
    };
    if let Some(degrees) = unsigned.strip_prefix("rotate-") {
        degrees.parse::<u16>().ok()?;
        return line(format!("rotate: {sign}{degrees}deg;"));
    }
    None
}

fn length(value: &str) -> Option<String> {
    match value {
        "full" => return Some("100%".to_owned()),
        "px" => return Some("1px".to_owned()),
        "auto" | "min" | "max" | "fit" => {
            let keyword =
                if value == "auto" { "auto".to_owned() } else { format!("{value}-content") };
            return Some(keyword);
        }
        _ => {}
    }
    if let Some(arbitrary) = value.strip_prefix('[').and_then(|v| v.strip_suffix(']')) {
        return Some(arbitrary.replace('_', " "));
    }
    let number: f32 = value.parse().ok()?;
    Some(format!("{}rem", number / 4.0))
}

/// A colour of the library's own palette; components use tokens, never a literal colour.
pub fn is_palette_colour(utility: &str, tokens: &Tokens) -> bool {
    const PALETTE: [&str; 22] = [
        "slate", "gray", "zinc", "neutral", "stone", "red", "orange", "amber", "yellow", "lime",
        "green", "emerald", "teal", "cyan", "sky", "blue", "indigo", "violet", "purple", "fuchsia",
        "pink", "rose",
    ];
    let name = utility.split('/').next().unwrap_or(utility);
    let mut parts = name.rsplit('-');
    let (Some(last), Some(before)) = (parts.next(), parts.next()) else { return false };
    let shade = PALETTE.contains(&before) && last.len() >= 2 && last.parse::<u16>().is_ok();
    let plain = ["black", "white"].contains(&last);
    (shade && !tokens.has(&format!("color-{before}-{last}")))
        || (plain && !tokens.has(&format!("color-{last}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        Tokens::read(
            ":root{--color-accent: #06c; --text-sm: .8rem;--text-sm--line-height:1.2;
               --text-lg:1rem; --line-lg:1.5rem; --radius-md:6px; --shadow-card: 0 1px 2px #0003; --space-page: 2rem; --space-4: 1rem}
             .dark{--color-accent: #9cf}",
        )
    }

    #[test]
    fn the_first_value_of_a_token_counts_and_uses_are_no_declarations() {
        let tokens = Tokens::read("a{--x: 1; color: var(--y)} b{--x: 2}");
        assert_eq!(tokens.of("x").collect::<Vec<_>>(), [("", "1")]);
        assert!(!tokens.has("y"));
    }

    #[test]
    fn tokens_make_utilities() {
        let of = |utility| declarations(utility, &tokens()).map(|lines| lines.join(" "));
        assert_eq!(
            of("text-sm").as_deref(),
            Some("font-size: var(--text-sm); line-height: var(--text-sm--line-height);")
        );
        assert_eq!(
            of("text-lg").as_deref(),
            Some("font-size: var(--text-lg); line-height: var(--line-lg);")
        );
        assert_eq!(of("rounded-md").as_deref(), Some("border-radius: var(--radius-md);"));
        assert!(of("rounded-t-md").is_some_and(|css| css.contains("border-top-left-radius")));
        assert_eq!(of("shadow-card").as_deref(), Some("box-shadow: var(--shadow-card);"));
        assert_eq!(of("px-page").as_deref(), Some("padding-inline: var(--space-page);"));
        assert_eq!(of("p-4"), None, "numbers are the library's");
        assert_eq!(of("text-xl"), None);
    }

    #[test]
    fn gaps_are_filled() {
        let of = |utility| declarations(utility, &Tokens::default()).map(|lines| lines.join(" "));
        assert_eq!(of("size-4").as_deref(), Some("width: 1rem; height: 1rem;"));
        assert_eq!(of("-rotate-90").as_deref(), Some("rotate: -90deg;"));
        assert_eq!(of("z-[5]").as_deref(), Some("z-index: 5;"));
        assert_eq!(of("size-huge"), None);
    }

    #[test]
    fn literal_colours_are_recognised() {
        for utility in ["bg-red-500", "text-white", "border-slate-200/50"] {
            assert!(is_palette_colour(utility, &tokens()), "{utility}");
        }
        for utility in ["bg-accent", "p-4", "text-sm", "grid-cols-12"] {
            assert!(!is_palette_colour(utility, &tokens()), "{utility}");
        }
    }
}
