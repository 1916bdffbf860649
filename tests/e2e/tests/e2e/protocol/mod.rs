//! Frames, connections and streams.

mod connections;
mod extensions;
mod hostile;
mod parse_errors;
mod pipelining;
mod streams;
