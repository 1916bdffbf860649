//! Checks of the source files.

mod arrows;
mod unsafe_code;
