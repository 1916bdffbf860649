//! Limits, policy and administration.

mod administration;
mod limits;
