//! Limits and policy: what clients may do, and what administrators do to clients.

mod administration;
mod limits;
