//! Who is behind an operation.

use model::session::Person;

/// Who is behind an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Nobody is signed in.
    Nobody,
    /// A signed-in person.
    Person(Person),
    /// A program with a configured token.
    Service {
        /// The subject configured beside the token.
        subject: String,
    },
    /// The portal itself, in a background job.
    System {
        /// The job's name.
        job: &'static str,
    },
}

impl Principal {
    /// How the principal is written in the audit log.
    pub fn name(&self) -> String {
        match self {
            Principal::Nobody => "nobody".to_owned(),
            Principal::Person(person) => person.user_ref.clone(),
            Principal::Service { subject } => format!("service:{subject}"),
            Principal::System { job } => format!("system:{job}"),
        }
    }

    /// The signed-in person.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Principal::Person(person) => Some(person),
            _ => None,
        }
    }
}
