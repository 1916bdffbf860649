//! Requests that are under way.

use parsec_contracts::Status;

use super::event::{Event, RequestInfo, RequestNotes};
use super::queue::Audit;

/// A request, until its event is handed over. Where its task is stopped before it is answered, what
/// it asked for may be done all the same, and an event says that this is not known.
pub(crate) struct PendingEvent<'a> {
    audit: &'a Audit,
    info: Option<RequestInfo<'a>>,
}

impl<'a> PendingEvent<'a> {
    /// From its beginning on.
    pub(crate) fn new(audit: &'a Audit, info: RequestInfo<'a>) -> Self {
        Self {
            audit,
            info: audit.is_on().then_some(info),
        }
    }

    /// It is answered.
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
            self.audit.offer_last(Event::of_unanswered(&info));
        }
    }
}
