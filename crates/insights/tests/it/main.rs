//! Figures against small examples worked out by hand.

mod clock;
mod dora;
mod dora_edges;
mod dora_properties;
mod real;
mod repository;
mod sample;
