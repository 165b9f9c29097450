//! The home dashboard: widgets in an order everybody may change for themselves.

pub mod api;
mod delivery_page;
mod grid;
mod page;
mod panels;
mod registry;
mod widgets;

pub use delivery_page::DeliveryPage;
pub use page::DashboardPage;
