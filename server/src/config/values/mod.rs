//! Values that occur under several keys.

mod colour;
mod duration;
mod listen;
mod network;
mod path;
mod secret;
mod size;
mod untyped;
mod web;

pub use colour::Colour;
pub use listen::{Listen, ListenKeys};
pub use network::Network;
pub use path::resolve;
pub use secret::Secret;
pub use size::Size;
pub use untyped::Untyped;
pub use web::{Host, HostPattern, UrlPath, WebUrl};
