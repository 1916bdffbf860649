//! The audit log: audit events, one line of JSON each, with a hash chain over all lines.
//!
//! Requests put their events into a queue, and one thread writes them. Events never contain secrets,
//! only names, algorithms and statuses.

mod chain;
mod command;
mod counts;
mod event;
mod head;
mod pending;
mod queue;
mod sink;
#[cfg(test)]
mod tests;
mod verify;
mod waiting;
mod writer;

pub use command::{CommandInfo, with_audit_event};
pub(crate) use event::{Event, EventKind, NoteTaker, RequestInfo, RequestNotes};
pub(crate) use pending::PendingEvent;
pub(crate) use queue::Audit;
pub(crate) use sink::reach_journal;
pub use verify::{AuditFault, AuditSummary, verify_audit, verify_audit_stream};
