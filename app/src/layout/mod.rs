//! The frame around every page: navigation, search, keys, theme.

mod frame;
mod keys;
mod nav;
mod palette;
mod prefetch;
mod scroll;
mod theme;
mod user_menu;

pub use frame::Frame;
pub use nav::{NAV, NavEntry};
pub use palette::{PaletteItem, PaletteSearch, provide_palette_search};
pub use prefetch::{Prefetch, provide_prefetch};
