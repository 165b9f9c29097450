//! Clients against real repositories and real sockets.

mod forges;
mod git_copy;
mod git_files;
mod git_publish;
mod git_read;
mod http;
mod sample;
