//! Start, reload and shutdown of the service.

mod command_line;
mod ephemeral;
mod journal;
mod reload;
mod starting_and_stopping;
mod surroundings;
