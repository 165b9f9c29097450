//! Entities of whole organisations: repositories are found by the API of their host, and the
//! descriptors in them read.
//!
//! Hosts are asked sparingly: a repository that has not changed since it was looked at is not
//! looked at again, and every request comes out of the host's budget. What a provider gave stays
//! until the host itself says that it is gone.

mod asked;
mod run;
pub(crate) mod store;

pub(crate) use run::{Changed, ProviderRuns};
