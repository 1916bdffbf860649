//! The same client for code that is not async: same names, no runtime.

mod raw;

pub use raw::Raw;
