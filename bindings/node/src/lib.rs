//! The native addon of `@parsec/client`: converts, calls the Rust client, converts back.
