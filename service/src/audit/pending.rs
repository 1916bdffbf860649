//! Requests whose event is not submitted yet.

use parsec_contracts::Status;

use super::event::{Event, RequestInfo, RequestNotes};
use super::queue::Audit;

/// A request, until its event is submitted. If its task is stopped before it is answered, the request
/// may have been executed or not, and an event records that.
pub(crate) struct PendingEvent<'a> {
    audit: &'a Audit,
    info: Option<RequestInfo<'a>>,
}

impl<'a> PendingEvent<'a> {
    /// Begins a request.
    pub(crate) fn new(audit: &'a Audit, info: RequestInfo<'a>) -> Self {
        Self {
            audit,
            info: audit.is_on().then_some(info),
        }
    }

    /// Submits the events of an answered request.
    pub(crate) async fn answered(mut self, notes: RequestNotes, status: Status) {
        let Some(info) = self.info.take() else {
            return;
        };
        for event in Event::of_request(&info, notes, status) {
            self.audit.submit(event).await;
        }
    }
}

impl Drop for PendingEvent<'_> {
    fn drop(&mut self) {
        if let Some(info) = self.info.take() {
            self.audit.submit_or_drop(Event::of_unanswered(&info));
        }
    }
}
