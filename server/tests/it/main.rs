//! The program as its users meet it: its command line, its answers, its end and its next start.

mod bad_input;
mod cli;
mod http;
mod life;
mod program;
mod providers;
mod runs;
mod starting;
