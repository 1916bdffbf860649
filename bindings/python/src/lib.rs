//! The extension module `parsec._native`: converts, calls the Rust client, converts back.
