//! Per-client limits, and limits on all clients together. A client that exceeds a limit is refused;
//! other clients do not notice.

mod account;
mod buffer;
mod permit;
mod principal;
mod rate;
mod registry;
mod rules;
#[cfg(test)]
mod tests;

pub(crate) use account::{ClientAccount, Usage};
pub(crate) use buffer::BufferReservation;
pub(crate) use permit::Permit;
pub(crate) use principal::Principal;
pub(crate) use registry::ClientRegistry;
pub(crate) use rules::LimitRules;
