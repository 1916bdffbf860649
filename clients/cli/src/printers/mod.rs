//! Results of generated subcommands that have a form of their own, for people and as JSON.

pub(crate) mod admin;
pub(crate) mod keys;
pub(crate) mod service;
