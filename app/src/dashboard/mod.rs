//! The home dashboard: widgets in an order everybody may change for themselves.

pub mod api;
mod page;
mod grid;
mod registry;
mod delivery_page;
mod widgets;

pub use delivery_page::DeliveryPage;
pub use page::DashboardPage;
