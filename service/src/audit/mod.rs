//! Security events, one a line of JSON, each bound to the one before it by its hash.
//!
//! Whoever handles a request hands its event over to a queue; one thread writes. What is written
//! never holds a secret: names, algorithms and statuses are all there is.

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
