//! Checks of the source files.

mod arrows;
mod debug_text;
mod sources;
mod unsafe_code;
