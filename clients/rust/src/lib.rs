#![forbid(unsafe_code)]
//! A client of the Parsec service: async and blocking.
