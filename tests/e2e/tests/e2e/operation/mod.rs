//! Features for operators.

mod diagnosis;
mod metrics;
mod secrets_out_of_reach;
mod start_checks;
mod store_commands;
