//! What tests of several crates share: both engines, tenants and people, repositories, a web server
//! that stands in for the outside, and a client that sends what it is told to the letter.
//!
//! Only tests depend on it. Everything here panics when it cannot do its work, as a test should.

mod engines;
pub mod http;
mod people;
mod repositories;
mod stand_in;

pub use engines::{Place, on_each_engine, postgres};
pub use people::{guest, open_tenant, person};
pub use repositories::{commit, git, repository, write};
pub use stand_in::{Answer, Asked, StandIn};
