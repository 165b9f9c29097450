//! The ways to sign in that this instance offers.

use model::session::{Person, SignInOption};

/// Ways to sign in that this instance offers.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    /// People one may become, with the provider that allows it.
    pub people: Vec<SignInPerson>,
    /// Whether a visitor of the demo becomes the first of them without asking.
    pub automatic: bool,
    /// Whether cookies are only sent over https.
    pub secure: bool,
}

/// Somebody one may become without an identity provider.
#[derive(Debug, Clone)]
pub struct SignInPerson {
    /// `demo` or `guest`.
    pub provider: String,
    /// The person.
    pub person: Person,
    /// A line under the button.
    pub hint: String,
}

impl SignIn {
    /// What the sign-in page shows.
    pub fn options(&self) -> Vec<SignInOption> {
        let option = |person: &SignInPerson| SignInOption {
            provider: person.provider.clone(),
            user_ref: person.person.user_ref.clone(),
            label: format!("Continue as {}", person.person.display_name),
            hint: person.hint.clone(),
        };
        self.people.iter().map(option).collect()
    }

    /// The whole person behind a session's ref: what a session does not keep.
    pub fn complete(&self, person: Person) -> Person {
        let known = self.people.iter().find(|known| known.person.user_ref == person.user_ref);
        known.map_or(person, |known| known.person.clone())
    }
}
