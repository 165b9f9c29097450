//! A person or a group as initials.

use super::text::{OptText, classes};
use leptos::prelude::*;

/// How large an avatar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AvatarSize {
    /// 20 pixels, in a line of text.
    Sm,
    /// 28 pixels.
    #[default]
    Md,
    /// 48 pixels, at the head of a page.
    Lg,
}

impl AvatarSize {
    fn class(self) -> &'static str {
        match self {
            AvatarSize::Sm => "avatar-sm",
            AvatarSize::Md => "",
            AvatarSize::Lg => "avatar-lg",
        }
    }
}

/// A picture or the initials of a name, in one of six colours that the name chooses.
#[component]
pub fn Avatar(
    /// Whose it is.
    #[prop(into)]
    name: String,
    /// Address of a picture.
    #[prop(optional, into)]
    picture: OptText,
    /// How large.
    #[prop(optional)]
    size: AvatarSize,
    /// A group or a program rather than a person: square.
    #[prop(optional)]
    square: bool,
) -> AnyView {
    const COLOURS: [&str; 6] =
        ["avatar-1", "avatar-2", "avatar-3", "avatar-4", "avatar-5", "avatar-6"];
    let sum = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31) + usize::from(byte));
    let shape = if square { "avatar-square" } else { "" };
    let class = classes(&["avatar", COLOURS[sum % COLOURS.len()], size.class(), shape]);
    let inside = match picture.get() {
        Some(picture) => {
            view! { <img src=picture alt="" loading="lazy" decoding="async" /> }.into_any()
        }
        None => initials(&name).into_any(),
    };
    view! {
        <span class=class title=name aria-hidden="true">
            {inside}
        </span>
    }
    .into_any()
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words =
        name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn takes_the_first_letters_of_first_and_last_word() {
        assert_eq!(initials("Jane van Doe"), "JD");
        assert_eq!(initials("platform-team"), "PT");
        assert_eq!(initials("élan"), "É");
        assert_eq!(initials(""), "");
    }
}
