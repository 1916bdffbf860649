//! Start, reload and shutdown of the service.

mod command_line;
mod reload;
mod starting_and_stopping;
mod surroundings;
