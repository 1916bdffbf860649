//! The verifier of the audit log.

use std::fs;
use std::sync::OnceLock;

use parsec_service::{verify_audit, verify_audit_stream};
use tempfile::TempDir;

use crate::choices::Choices;
use crate::target::assert_readable;
use crate::world;
use crate::{Outcome, Target, World};

pub(super) const TARGET: Target = Target {
    name: "audit",
    about: "the verifier of the audit log: no changed log verifies",
    run,
    seeds: || vec![vec![0], vec![1], vec![2], vec![3]],
    words: &[],
    longest: 256,
    world: World::Files,
};

struct Log {
    folder: TempDir,
    lines: Vec<Vec<u8>>,
    head: Vec<u8>,
}

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let whole = world::file("state/audit.jsonl");
        let lines: Vec<_> = whole
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(<[u8]>::to_vec)
            .collect();
        assert!(lines.len() > 6, "the log has events");
        Log {
            folder: world::scratch(),
            lines,
            head: world::file("state/audit.head"),
        }
    })
}

fn run(data: &[u8]) -> Outcome {
    let log = log();
    let mut choices = Choices::new(data);
    let how = choices.below(4);
    let mut lines = log.lines.clone();
    for _ in 0..choices.below(4) {
        change(&mut choices, &mut lines);
    }
    let mut head = log.head.clone();
    if choices.one_in(8) {
        choices.damage(&mut head);
    }
    let text = lines.join(&b'\n');
    let place = log.folder.path().join("audit.jsonl");
    let head_place = log.folder.path().join("head");
    fs::write(&head_place, &head).expect("a head");
    let result = match how {
        0 => verify_audit_stream(&text[..], None),
        1 => verify_audit_stream(&text[..], Some(&head_place)),
        _ => {
            fs::write(&place, &text).expect("a log");
            verify_audit(&place, Some(&head_place))
        }
    };
    match result {
        Ok(summary) => {
            if how > 0 && head == log.head && summary.end_is_known {
                // A change may have put line breaks into a line.
                let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
                check_whole(&lines, &log.lines, summary.events);
            }
            Outcome::of((how, summary.first > 1, summary.torn, summary.end_is_known))
        }
        Err(fault) => {
            let message = fault.to_string();
            assert_readable(&message);
            Outcome::of((how, Outcome::of_message(message)))
        }
    }
}

/// Events that verify against the true head must be the true events up to it, without a gap; only
/// the oldest may be missing, and only lines that are not events may be between them.
fn check_whole(lines: &[&[u8]], whole: &[Vec<u8>], events: u64) {
    let count = usize::try_from(events).expect("a count");
    assert!(
        count <= whole.len(),
        "there are more events than were written"
    );
    let kept = &whole[whole.len() - count..];
    let mut rest = lines.iter();
    for line in kept {
        assert!(
            rest.any(|found| *found == line.as_slice()),
            "a changed log verifies: event {} is missing",
            String::from_utf8_lossy(line)
        );
    }
}

fn change(choices: &mut Choices<'_>, lines: &mut Vec<Vec<u8>>) {
    if lines.is_empty() {
        return;
    }
    let (at, other) = (choices.below(lines.len()), choices.below(lines.len()));
    match choices.below(7) {
        0 => choices.damage(&mut lines[at]),
        1 => drop(lines.remove(at)),
        2 => lines.swap(at, other),
        3 => {
            let line = lines[at].clone();
            lines.insert(other, line);
        }
        4 => lines.truncate(at),
        5 => drop(lines.drain(..at)),
        _ => {
            let length = choices.below(40);
            let line = choices.bytes(length);
            lines.insert(at, line);
        }
    }
}
