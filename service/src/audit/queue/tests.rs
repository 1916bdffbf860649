//! Events that are lost.

use super::*;

#[tokio::test]
async fn counts_events_after_a_failed_write_as_lost() {
    for overflow in [Overflow::Block, Overflow::Count] {
        let (sender, receiver) = channel(1);
        drop(receiver);
        let audit = Audit {
            queue: Some(Queue { sender, overflow }),
            counts: Arc::default(),
        };
        audit.record(Event::of_service(EventKind::Admin));
        audit.submit(Event::of_service(EventKind::Admin)).await;
        assert_eq!(audit.counts(), (0, 2));
    }
}

#[tokio::test]
async fn counts_the_waiting_event_of_a_stopped_task_as_lost() {
    let (sender, mut receiver) = channel(1);
    let audit = Audit {
        queue: Some(Queue {
            sender,
            overflow: Overflow::Block,
        }),
        counts: Arc::default(),
    };
    audit.submit(Event::of_service(EventKind::Admin)).await;
    let no_time = Duration::from_millis(10);
    let waiting = audit.submit(Event::of_service(EventKind::Admin));
    assert!(timeout(no_time, waiting).await.is_err());
    assert_eq!(audit.counts(), (0, 1));
    assert!(receiver.recv().await.is_some());
    assert!(receiver.try_recv().is_err());
}
