//! What holds of the sources themselves.

mod arrows;
mod unsafe_code;
