//! `:rocket:`: the shortcodes that documentation uses, and icon names, which are decoration.

/// Longest name looked for.
const MAX_NAME: usize = 60;

/// The shortcode at the start of the text: its length and what is shown for it. Icons of icon sets
/// (`:material-home:`) are not shown.
pub(super) fn shortcode(text: &str) -> Option<(usize, &'static str)> {
    let rest = text.strip_prefix(':')?;
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_+-".contains(&b);
    let length = rest.bytes().take(MAX_NAME).take_while(|b| is_name(*b)).count();
    if rest.as_bytes().get(length) != Some(&b':') || length == 0 {
        return None;
    }
    let name = &rest[..length];
    let icon_sets = ["material-", "fontawesome-", "octicons-", "simple-"];
    if icon_sets.iter().any(|set| name.starts_with(set)) {
        return Some((length + 2, ""));
    }
    Some((length + 2, emojis::get_by_shortcode(name)?.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_are_replaced() {
        let check = |text: &str, expected: Option<(usize, &str)>| {
            assert_eq!(shortcode(text), expected, "{text}");
        };
        check(":+1:", Some((4, "👍")));
        check(":zap: x", Some((5, "⚡")));
        check(":office_worker:", Some((15, "🧑\u{200d}💼")));
        check(":octicons-tag-16:", Some((17, "")));
        check("::", None);
        check(":zap", None);
        check(":Zap:", None);
    }
}
