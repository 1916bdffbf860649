//! What those who run the service use.

mod diagnosis;
mod metrics;
mod secrets_out_of_reach;
mod start_checks;
mod store_commands;
