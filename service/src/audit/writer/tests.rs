//! Failed writes, and how their remains are handled.

use std::fs;
use std::io::{self, Write};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;

use tempfile::TempDir;

use super::super::sink::put;
use super::super::verify::{AuditSummary, verify_audit, verify_audit_stream};
use super::*;
use crate::config::AuditTo;

struct Scratch(TempDir);

impl Scratch {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn config(&self) -> AuditConfig {
        AuditConfig {
            to: AuditTo::File(self.path("log")),
            head_file: self.path("head"),
            queue: 4,
            overflow: Overflow::Count,
            rotate_at: 0,
            keep_files: 0,
        }
    }

    fn writer(&self) -> Writer {
        Writer::open(&self.config(), Arc::default()).unwrap()
    }

    fn verify(&self) -> AuditSummary {
        verify_audit(&self.path("log"), Some(&self.path("head"))).unwrap()
    }
}

fn events(count: usize) -> Vec<Event> {
    (0..count)
        .map(|number| Event::because(EventKind::Admin, number))
        .collect()
}

/// Accepts a number of bytes, and then fails.
struct Full<'a>(&'a mut Vec<u8>, usize);

impl Write for Full<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.1);
        if taken == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.extend_from_slice(&bytes[..taken]);
        self.1 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_line_is_written_once_after_a_failed_write() {
    let lines = ["one".to_owned(), "three".to_owned(), "six".to_owned()];
    let length = lines.iter().map(|line| line.len() + 1).sum();
    for room in 0..length {
        let (mut out, mut sent, mut is_torn) = (Vec::new(), 0, false);
        put(&mut Full(&mut out, room), &mut is_torn, &lines, &mut sent).unwrap_err();
        put(&mut out, &mut is_torn, &lines[sent..], &mut 0).unwrap();
        let text = String::from_utf8(out).unwrap();
        let whole: Vec<&str> = text
            .lines()
            .filter(|line| lines.iter().any(|other| line == other))
            .collect();
        assert_eq!(whole, lines, "after {room} bytes: {text:?}");
    }
}

#[test]
fn accounts_for_any_number_of_incomplete_lines() {
    for left in [
        "{\"seq\":4,",
        "{\"seq\":4,\n",
        "{\"seq\":4,\n{\"seq\"",
        "{\n\n",
    ] {
        for whole in [0, 3] {
            let scratch = Scratch::new();
            scratch.writer().write(&events(whole));
            let log = scratch.path("log");
            let there = fs::read_to_string(&log).unwrap();
            fs::write(&log, there + left).unwrap();
            let mut writer = scratch.writer();
            writer.write(&events(1));
            let found = scratch.verify();
            assert_eq!(
                (found.torn, found.events),
                (1, whole as u64 + 2),
                "{left:?}"
            );
        }
    }
}

#[test]
fn reads_the_remains_of_a_failed_write_before_writing() {
    let scratch = Scratch::new();
    let mut writer = scratch.writer();
    writer.write(&events(1));
    // As on a full disk: half a line, and the rest cannot be written either.
    let log = scratch.path("log");
    let torn = fs::read_to_string(&log).unwrap() + "{\"seq\":2,";
    fs::write(&log, &torn).unwrap();
    writer.must_resume = true;
    writer.config.to = AuditTo::File("/dev/full/none".into());
    writer.write(&events(1));
    writer.write(&events(1));
    assert_eq!(fs::read_to_string(&log).unwrap(), torn);
    writer.config.to = AuditTo::File(log);
    writer.write(&events(2));
    let found = scratch.verify();
    // The first event, the incomplete line, the number of lost events, and the last two.
    assert_eq!((found.torn, found.events), (1, 5));
}

#[test]
fn a_failed_head_write_neither_repeats_nor_loses_events() {
    let scratch = Scratch::new();
    let counts = Arc::<Counts>::default();
    let full = AuditConfig {
        head_file: "/dev/full".into(),
        ..scratch.config()
    };
    let mut writer = Writer::open(&full, Arc::clone(&counts)).unwrap();
    for _ in 0..3 {
        writer.write(&events(2));
    }
    assert_eq!(counts.lost.load(Ordering::Relaxed), 0);
    assert_eq!(counts.written.load(Ordering::Relaxed), 6);
    drop(writer);
    scratch.writer().write(&events(1));
    let found = scratch.verify();
    assert_eq!((found.events, found.last, found.torn), (7, 7, 0));
}

#[test]
fn does_not_resend_lines_that_the_journal_accepted() {
    let scratch = Scratch::new();
    let (ours, journal) = UnixDatagram::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    journal.set_nonblocking(true).unwrap();
    let counts = Arc::<Counts>::default();
    let mut writer = Writer::open(&scratch.config(), Arc::clone(&counts)).unwrap();
    writer.sink = Sink::Journald(ours);
    // More than the buffer of a socket that nobody reads.
    let all = events(2000);
    let mut rest = &all[..];
    let mut text = String::new();
    while writer.append(&mut rest).is_err() {
        assert!(rest.len() < 2000);
        text += &received(&journal);
        // There is no other journal to resume with.
        writer.must_resume = false;
    }
    text += &received(&journal);
    let found = verify_audit_stream(text.as_bytes(), Some(&scratch.path("head"))).unwrap();
    assert_eq!((found.events, found.last), (2000, 2000));
}

fn received(journal: &UnixDatagram) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while let Ok(length) = journal.recv(&mut buffer) {
        let entry = std::str::from_utf8(&buffer[..length]).unwrap();
        text += entry
            .lines()
            .next()
            .unwrap()
            .strip_prefix("MESSAGE=")
            .unwrap();
        text += "\n";
    }
    text
}
