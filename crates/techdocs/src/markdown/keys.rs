//! `++ctrl+alt+del++`: keys, where a site has turned the extension `pymdownx.keys` on.

use super::html::escape;

/// Longer texts between the marks are no keys.
const MAX_LENGTH: usize = 120;

/// The keys at the start of the text: the length and the HTML; none when one of them is unknown.
pub(super) fn read(text: &str) -> Option<(usize, String)> {
    let inside = text.strip_prefix("++").filter(|rest| !rest.starts_with('+'))?;
    let window = inside.char_indices().nth(MAX_LENGTH).map_or(inside, |(end, _)| &inside[..end]);
    let mut shown = Vec::new();
    let mut rest = window;
    loop {
        let (name, after) = key(rest)?;
        shown.push(format!("<kbd>{}</kbd>", escape(&name)));
        match after.strip_prefix("++") {
            Some(after) => {
                let length = text.len() - inside.len() + window.len() - after.len();
                return Some((length, format!("<span class=\"keys\">{}</span>", shown.join("+"))));
            }
            None => rest = after.strip_prefix('+')?,
        }
    }
}

/// One key at the start of the text, and what follows it.
fn key(text: &str) -> Option<(String, &str)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (name, after) = text[1..].split_once(quote)?;
        return (!name.is_empty()).then(|| (name.to_owned(), after));
    }
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let (name, after) = text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()));
    Some((shown(&name.to_lowercase().replace('_', "-"))?, after))
}

fn shown(name: &str) -> Option<String> {
    const NAMES: [(&str, &str); 74] = [
        ("alt", "Alt"),
        ("altgr", "Alt Gr"),
        ("app", "Menu"),
        ("arrow-down", "Down"),
        ("arrow-left", "Left"),
        ("arrow-right", "Right"),
        ("arrow-up", "Up"),
        ("backslash", "\\"),
        ("backspace", "Backspace"),
        ("backtab", "Back Tab"),
        ("bksp", "Backspace"),
        ("bracket-left", "["),
        ("bracket-right", "]"),
        ("break", "Break"),
        ("caps-lock", "Caps Lock"),
        ("cmd", "Cmd"),
        ("colon", ":"),
        ("comma", ","),
        ("command", "Cmd"),
        ("context-menu", "Menu"),
        ("control", "Ctrl"),
        ("ctrl", "Ctrl"),
        ("del", "Del"),
        ("delete", "Del"),
        ("dot", "."),
        ("down", "Down"),
        ("end", "End"),
        ("enter", "Enter"),
        ("equal", "="),
        ("esc", "Esc"),
        ("escape", "Esc"),
        ("fn", "Fn"),
        ("function", "Fn"),
        ("grave", "`"),
        ("home", "Home"),
        ("ins", "Ins"),
        ("insert", "Ins"),
        ("left", "Left"),
        ("left-alt", "Left Alt"),
        ("left-control", "Left Ctrl"),
        ("left-ctrl", "Left Ctrl"),
        ("left-shift", "Left Shift"),
        ("menu", "Menu"),
        ("meta", "Meta"),
        ("minus", "-"),
        ("num-lock", "Num Lock"),
        ("option", "Option"),
        ("page-down", "Page Down"),
        ("page-up", "Page Up"),
        ("pause", "Pause"),
        ("period", "."),
        ("pg-dn", "Page Down"),
        ("pg-up", "Page Up"),
        ("plus", "+"),
        ("print-screen", "Print Screen"),
        ("prtsc", "Print Screen"),
        ("question", "?"),
        ("quote", "\""),
        ("return", "Return"),
        ("right", "Right"),
        ("right-alt", "Right Alt"),
        ("right-control", "Right Ctrl"),
        ("right-ctrl", "Right Ctrl"),
        ("right-shift", "Right Shift"),
        ("scroll-lock", "Scroll Lock"),
        ("semicolon", ";"),
        ("shift", "Shift"),
        ("slash", "/"),
        ("space", "Space"),
        ("spacebar", "Space"),
        ("tab", "Tab"),
        ("up", "Up"),
        ("win", "Win"),
        ("windows", "Win"),
    ];
    if let Some((_, shown)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some((*shown).to_owned());
    }
    let function = name.strip_prefix('f').and_then(|number| number.parse::<u8>().ok());
    let single = name.chars().count() == 1;
    (single || function.is_some_and(|number| (1..=24).contains(&number)))
        .then(|| name.to_uppercase())
}
