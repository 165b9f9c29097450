//! The frame around every page: navigation, search, keys, theme.

mod api;
mod display;
mod frame;
mod keys;
mod nav;
mod palette;
mod prefetch;
mod recent;
mod scroll;
mod user_menu;

pub use api::palette_find;
pub use frame::Frame;
pub use nav::{NAV, NavEntry, Place};
pub use palette::{PaletteGroup, PaletteItem, PaletteSearch, provide_palette_search};
pub use prefetch::{Prefetch, provide_prefetch};
