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
    let found = EMOJI.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    Some((length + 2, EMOJI[found].1))
}

/// In the order of their names.
const EMOJI: [(&str, &str); 131] = [
    ("+1", "👍"),
    ("-1", "👎"),
    ("100", "💯"),
    ("alarm_clock", "⏰"),
    ("ambulance", "🚑"),
    ("anchor", "⚓"),
    ("arrow_down", "⬇️"),
    ("arrow_left", "⬅️"),
    ("arrow_right", "➡️"),
    ("arrow_up", "⬆️"),
    ("art", "🎨"),
    ("ballot_box_with_check", "☑️"),
    ("bangbang", "‼️"),
    ("bar_chart", "📊"),
    ("beer", "🍺"),
    ("bell", "🔔"),
    ("bomb", "💣"),
    ("book", "📖"),
    ("bookmark", "🔖"),
    ("books", "📚"),
    ("boom", "💥"),
    ("broom", "🧹"),
    ("bug", "🐛"),
    ("building_construction", "🏗️"),
    ("bulb", "💡"),
    ("calendar", "📅"),
    ("calling", "📲"),
    ("camera", "📷"),
    ("chart_with_upwards_trend", "📈"),
    ("checkered_flag", "🏁"),
    ("clap", "👏"),
    ("clipboard", "📋"),
    ("closed_lock_with_key", "🔐"),
    ("cloud", "☁️"),
    ("coffee", "☕"),
    ("computer", "💻"),
    ("confused", "😕"),
    ("construction", "🚧"),
    ("cry", "😢"),
    ("dart", "🎯"),
    ("date", "📅"),
    ("dizzy", "💫"),
    ("electric_plug", "🔌"),
    ("email", "📧"),
    ("exclamation", "❗"),
    ("eyes", "👀"),
    ("file_folder", "📁"),
    ("fire", "🔥"),
    ("gear", "⚙️"),
    ("gem", "💎"),
    ("ghost", "👻"),
    ("gift", "🎁"),
    ("globe_with_meridians", "🌐"),
    ("green_circle", "🟢"),
    ("green_heart", "💚"),
    ("grey_question", "❔"),
    ("grin", "😁"),
    ("hammer", "🔨"),
    ("hammer_and_wrench", "🛠️"),
    ("heart", "❤️"),
    ("heavy_check_mark", "✔️"),
    ("heavy_exclamation_mark", "❗"),
    ("heavy_minus_sign", "➖"),
    ("heavy_multiplication_x", "✖️"),
    ("heavy_plus_sign", "➕"),
    ("hourglass", "⌛"),
    ("hugs", "🤗"),
    ("inbox_tray", "📥"),
    ("information_source", "ℹ️"),
    ("joy", "😂"),
    ("key", "🔑"),
    ("label", "🏷️"),
    ("large_blue_circle", "🔵"),
    ("laughing", "😆"),
    ("link", "🔗"),
    ("lock", "🔒"),
    ("loudspeaker", "📢"),
    ("mag", "🔍"),
    ("mailbox", "📫"),
    ("memo", "📝"),
    ("microscope", "🔬"),
    ("muscle", "💪"),
    ("new", "🆕"),
    ("no_entry", "⛔"),
    ("no_entry_sign", "🚫"),
    ("notebook", "📓"),
    ("o", "⭕"),
    ("octocat", "🐙"),
    ("ok", "🆗"),
    ("ok_hand", "👌"),
    ("package", "📦"),
    ("page_facing_up", "📄"),
    ("paperclip", "📎"),
    ("pencil", "📝"),
    ("pencil2", "✏️"),
    ("point_right", "👉"),
    ("pushpin", "📌"),
    ("question", "❓"),
    ("raised_hands", "🙌"),
    ("recycle", "♻️"),
    ("red_circle", "🔴"),
    ("robot", "🤖"),
    ("rocket", "🚀"),
    ("rotating_light", "🚨"),
    ("scroll", "📜"),
    ("shield", "🛡️"),
    ("slightly_smiling_face", "🙂"),
    ("smile", "😄"),
    ("smiley", "😃"),
    ("snail", "🐌"),
    ("sparkles", "✨"),
    ("star", "⭐"),
    ("stop_sign", "🛑"),
    ("sunglasses", "😎"),
    ("tada", "🎉"),
    ("test_tube", "🧪"),
    ("thinking", "🤔"),
    ("thumbsdown", "👎"),
    ("thumbsup", "👍"),
    ("toolbox", "🧰"),
    ("truck", "🚚"),
    ("unlock", "🔓"),
    ("warning", "⚠️"),
    ("wave", "👋"),
    ("whale", "🐳"),
    ("white_check_mark", "✅"),
    ("wink", "😉"),
    ("wrench", "🔧"),
    ("x", "❌"),
    ("yellow_circle", "🟡"),
    ("zap", "⚡"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(EMOJI.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn only_known_names_are_replaced() {
        let check = |text: &str, expected: Option<(usize, &str)>| {
            assert_eq!(shortcode(text), expected, "{text}");
        };
        check(":+1:", Some((4, "👍")));
        check(":zap: x", Some((5, "⚡")));
        check(":octicons-tag-16:", Some((17, "")));
        check("::", None);
        check(":zap", None);
        check(":Zap:", None);
    }
}
