//! The targets.

mod audit;
mod config;
mod contracts;
mod frame;
mod keys;
mod messages;
mod provider;
mod published;
mod reply;
mod seeds;
mod service;
mod store;
mod token;

use crate::Target;
use crate::workload_api::WorkloadApi;

/// All targets, the fastest first.
pub const ALL: &[Target] = &[
    frame::TARGET,
    messages::TARGET,
    keys::TARGET,
    config::TARGET,
    audit::TARGET,
    reply::TARGET,
    provider::TARGET,
    contracts::TARGET,
    store::TARGET,
    token::TARGET,
    service::TARGET,
];

/// Starts the Workload API with the keys of the target `token`.
pub(crate) fn tokens_of_the_world() -> WorkloadApi {
    token::of_the_world()
}
