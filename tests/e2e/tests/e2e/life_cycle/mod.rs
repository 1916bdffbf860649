//! How the service is started, reloaded and stopped.

mod command_line;
mod reload;
mod starting_and_stopping;
mod surroundings;
