//! Requests that are under way.

use parsec_contracts::Status;

use super::{Asking, Audit, Event, Notes};

/// A request, until its event is handed over. Where its task is stopped before it is answered, what
/// it asked for may be done all the same, and an event says that this is not known.
pub(crate) struct Watched<'a> {
    audit: &'a Audit,
    asking: Option<Asking<'a>>,
}

impl<'a> Watched<'a> {
    /// From its beginning on.
    pub(crate) fn new(audit: &'a Audit, asking: Asking<'a>) -> Self {
        Self {
            audit,
            asking: audit.is_on().then_some(asking),
        }
    }

    /// It is answered.
    pub(crate) async fn answered(mut self, notes: Notes, status: Status) {
        let Some(asking) = self.asking.take() else {
            return;
        };
        for event in Event::of_request(&asking, notes, status) {
            self.audit.submit(event).await;
        }
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if let Some(asking) = self.asking.take() {
            self.audit.offer_last(Event::of_unanswered(&asking));
        }
    }
}
