//! Inputs and outputs of any size, in bounded memory.

use std::fs::File;
use std::process::Stdio;

use parsec_harness::{cli, is_extended};

use crate::shell::{CommandOutput, Shell};

/// Maximum memory of a command: far below the size of its input.
const MOST_KIB: u64 = 40 * 1024;

/// Runs a command, and returns its output and its peak memory in KiB.
fn measured(shell: &Shell, line: &str) -> (CommandOutput, u64) {
    let output = shell
        .command("python3", "-c")
        .arg(PEAK)
        .arg(cli())
        .args(line.split_whitespace())
        .output()
        .unwrap();
    let output = CommandOutput::from(output);
    let peak = output
        .err
        .lines()
        .find_map(|line| line.strip_prefix("peak "));
    let peak = peak.unwrap_or_else(|| panic!("{line}: {}", output.err));
    let peak = peak.parse().unwrap();
    (output, peak)
}

/// Runs a program and prints the peak memory of its process.
const PEAK: &str = "
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print('peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
";

/// Creates a file without blocks on the disk.
fn sparse(shell: &Shell, name: &str, mebibytes: u64) {
    let file = File::create(shell.file(name)).unwrap();
    file.set_len(mebibytes * 1024 * 1024).unwrap();
}

#[test]
fn files_of_any_size_are_processed_in_bounded_memory() {
    let shell = Shell::new();
    for (name, kind) in [
        ("k", "ecdsa-p256"),
        ("rsa", "rsa-2048"),
        ("vault", "aes-256-gcm"),
        ("ccm", "aes-256-ccm"),
        ("stream", "aes-256-cbc"),
        ("mac", "hmac"),
    ] {
        shell
            .parsec(&format!("key create {name} --type {kind}"))
            .ok();
    }
    // Hashing here is fast; the service is slow in a debug build.
    sparse(&shell, "huge", if is_extended() { 1024 } else { 200 });
    sparse(&shell, "big", if is_extended() { 1024 } else { 64 });
    sparse(&shell, "small", 12);
    let mut lines = vec![
        "sign k huge -o k.sig",
        "verify k k.sig huge",
        "sign rsa huge -o rsa.sig",
        "verify rsa rsa.sig huge",
        "hash big",
        "encrypt ccm small -o small.sealed",
        "decrypt ccm small.sealed -o small.opened",
        "random 5000000 --format base64 -o random",
    ];
    if is_extended() {
        lines.extend([
            "mac mac big",
            "encrypt stream big -o big.cbc",
            "decrypt stream big.cbc -o big.again",
        ]);
    }
    lines.extend([
        "encrypt vault big -o big.sealed",
        "decrypt vault big.sealed -o big.opened",
    ]);
    for line in lines {
        let (output, peak) = measured(&shell, line);
        assert_eq!(output.code, 0, "{line}: {}", output.err);
        assert!(peak < MOST_KIB, "{line} took {peak} KiB");
    }
    let opened = shell.file("big.opened").metadata().unwrap().len();
    assert_eq!(opened, shell.file("big").metadata().unwrap().len());
}

#[test]
fn endless_inputs_are_refused_at_a_small_bound() {
    let shell = Shell::new();
    for (name, kind) in [
        ("k", "ecdsa-p256"),
        ("oaep", "rsa-oaep-2048"),
        ("peer", "ecdh-p256"),
        ("wrapper", "aes-key-wrap"),
    ] {
        shell
            .parsec(&format!("key create {name} --type {kind}"))
            .ok();
    }
    for line in [
        "key import x /dev/zero",
        "key import-bytes x --type aes-256-gcm /dev/zero",
        "sign k /dev/zero --prehashed",
        "verify k /dev/zero",
        "encrypt oaep /dev/zero",
        "agree peer /dev/zero",
        "unwrap wrapper x /dev/zero --type aes-256-gcm",
        "key sign-messages k @/dev/zero",
        "compare-hash sha-256 @/dev/zero 00",
    ] {
        let (output, peak) = measured(&shell, line);
        assert_eq!(output.code, 2, "{line}: {}", output.err);
        assert!(
            output.err.contains("is longer than"),
            "{line}: {}",
            output.err
        );
        assert!(peak < MOST_KIB, "{line} took {peak} KiB");
    }
}

#[test]
fn any_number_of_random_bytes_is_written_as_it_arrives() {
    let shell = Shell::new();
    assert_eq!(shell.parsec("random 0").ok(), "\n");
    assert_eq!(shell.parsec("random 0 --format raw").out, b"");
    assert_eq!(
        shell.parsec("random 200001 --format raw").out.len(),
        200_001
    );
    // Each length of the last group of three bytes.
    for count in [1, 2, 3, 65_536, 65_537] {
        let text = shell
            .parsec(&format!("random {count} --format base64"))
            .ok();
        assert_eq!(text.trim_end().len(), usize::div_ceil(count, 3) * 4);
        assert_eq!(text.contains('='), count % 3 != 0);
    }
    for count in ["many", "-1", "18446744073709551616"] {
        let refused = shell.parsec(&format!("random {count}"));
        assert_eq!(refused.code, 2, "{}", refused.err);
    }
    for count in ["18446744073709551615", "100000000000"] {
        let mut child = shell
            .command(cli(), &format!("random {count}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut some = [0; 100];
        let mut output = child.stdout.take().unwrap();
        std::io::Read::read_exact(&mut output, &mut some).unwrap();
        assert!(some.is_ascii());
        drop(output);
        let ended = CommandOutput::from(child.wait_with_output().unwrap());
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    }
}

#[test]
fn long_names_are_shortened_in_messages() {
    let shell = Shell::new();
    let long = "n".repeat(100_000);
    for line in [
        format!("key show {long}"),
        format!("key create {long} --type {long}"),
        format!("key create k --provider {long}"),
        format!("sign k {long}"),
        format!("admin disable x --authenticator {long} --json"),
        format!("{long} --json"),
    ] {
        let output = shell.parsec(&line);
        assert_ne!(output.code, 0);
        // The list of the kinds of keys is long.
        let length = output.err.len() + output.out.len();
        assert!(length < 4000, "{length} bytes for {}", &line[..20]);
    }
}
