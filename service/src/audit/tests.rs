//! The audit log and its head.

use std::fs;
use std::path::Path;

use super::*;
use crate::audit::chain;

#[test]
fn a_missing_head_is_a_fault() {
    let folder = tempfile::TempDir::new().unwrap();
    let (log, head) = (folder.path().join("log"), folder.path().join("head"));
    let (line, _) = chain::line(
        chain::Link::NONE,
        &Event::of_service(EventKind::Admin),
        None,
    )
    .unwrap();
    fs::write(&log, line + "\n").unwrap();
    let lost = |head: &Path| {
        let fault = verify_audit(&log, Some(head)).unwrap_err();
        assert!(matches!(fault, AuditFault::HeadMissing { .. }), "{fault}");
        assert!(fault.to_string().contains(&head.display().to_string()));
        let text = fs::read(&log).unwrap();
        assert!(verify_audit_stream(&text[..], Some(head)).is_err());
    };
    lost(&folder.path().join("nowhere"));
    for recorded in ["", "nonsense", &format!("{:020} {}\n", 0, "0".repeat(64))] {
        fs::write(&head, recorded).unwrap();
        lost(&head);
    }
    assert!(!verify_audit(&log, None).unwrap().end_is_known);
    // Nothing can be missing from a log without events.
    fs::write(&log, "").unwrap();
    verify_audit(&log, Some(&head)).unwrap();
}

#[test]
fn shortens_details_to_what_a_journal_accepts() {
    let long = "\u{1}".repeat(100_000);
    let noted = NoteTaker::default();
    noted.detail(serde_json::json!({ "client": { "name": long }, "key_name": [long] }));
    let notes = format!("{:?}", noted.take());
    assert!(notes.contains('…') && notes.len() < 50_000);
    let event = Event::because(EventKind::ConfigRefused, long);
    let (line, _) = chain::line(chain::Link::NONE, &event, None).unwrap();
    assert!(line.contains('…') && line.len() < 10_000);
    let exact = "x".repeat(1024);
    let event = Event::because(EventKind::ConfigRefused, exact.clone());
    assert_eq!(event.detail, Some(exact.into()));
}
