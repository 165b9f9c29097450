//! Messages of hosts: what proves where they are from, and what they say has changed.

pub mod event;
pub mod signature;

use crate::integration::Forge;

/// A message as it came.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The provider type of the host it says it is from.
    pub forge: Forge,
    /// Its id.
    pub id: &'a str,
    /// What it is about, in the host's words.
    pub event: &'a str,
    /// What proves where it is from: a signature, in GitLab the secret itself.
    pub proof: &'a str,
    /// The rest.
    pub body: &'a [u8],
}
