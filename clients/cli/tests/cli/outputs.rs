//! Destinations of output, and restrictions for terminals.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use crate::shell::{CommandOutput, Shell};
use parsec_harness::cli;

/// Runs `line` with a terminal as its standard output.
fn in_a_terminal(shell: &Shell, line: &str) -> CommandOutput {
    let line = format!("{} {line}", cli().display());
    shell
        .command("script", "--quiet --return --command")
        .args([&line, "/dev/null"])
        .output()
        .unwrap()
        .into()
}

#[test]
fn binary_output_to_a_terminal_is_refused() {
    let shell = Shell::new();
    fs::write(shell.file("letter"), "hello").unwrap();
    shell.parsec("key create k").ok();
    for line in [
        "sign k letter",
        "sign k letter --output -",
        "public k --format der",
        "random 8 --format raw",
    ] {
        let printed = in_a_terminal(&shell, line);
        assert_eq!(printed.code, 2, "{line}");
        let text = String::from_utf8(printed.out).unwrap();
        assert!(text.contains("--format base64"), "{line}: {text}");
    }
    let printed = in_a_terminal(&shell, "sign k letter --format base64");
    assert_eq!(printed.code, 0);
    assert_eq!(in_a_terminal(&shell, "sign k letter -o sig").code, 0);
}

#[test]
fn control_characters_in_names_are_escaped() {
    let shell = Shell::new();
    let name = "a\u{1b}[31m\nb";
    for verb in ["create", "show", "delete"] {
        let output = shell
            .command(cli(), "key")
            .args([verb, name])
            .output()
            .unwrap();
        let printed = CommandOutput::from(output);
        assert_eq!(printed.code, 0, "{}", printed.err);
        let text = printed.err.clone() + &printed.ok();
        assert!(text.contains(r"a\u{1b}[31m\nb"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
        if verb == "create" {
            assert!(!shell.parsec("key list").ok().contains('\u{1b}'));
            assert_eq!(shell.parsec("key list --json").json()[0]["name"], name);
        }
    }
}

#[test]
fn a_private_key_file_is_made_private_even_if_it_existed() {
    let shell = Shell::new();
    shell.parsec("key create k --exportable").ok();
    fs::write(
        shell.file("k.pem"),
        "something longer than any key ".repeat(100),
    )
    .unwrap();
    fs::set_permissions(shell.file("k.pem"), Permissions::from_mode(0o644)).unwrap();
    let printed = shell.parsec("key export k --private --output k.pem");
    assert!(printed.err.contains("anyone who has it can sign as k"));
    let mode = fs::metadata(shell.file("k.pem")).unwrap().permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    let pem = fs::read_to_string(shell.file("k.pem")).unwrap();
    assert!(pem.ends_with("-----END PRIVATE KEY-----\n"), "{pem}");
}

#[test]
fn a_dash_names_standard_output() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    assert_eq!(
        shell.parsec("public k --output -").ok(),
        shell.parsec("public k").ok()
    );
    assert!(!shell.file("-").exists());
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let shell = Shell::new();
    for line in ["completions bash", "opcodes", "random 100000 --format raw"] {
        let mut child = shell
            .command(cli(), line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let printed = CommandOutput::from(child.wait_with_output().unwrap());
        assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{line}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    shell
        .parsec("public k --output no/such/folder.pem")
        .refused(2, "no/such/folder.pem");
}

#[test]
fn a_key_is_shown_with_its_public_key_on_request() {
    let shell = Shell::new();
    shell.parsec("key create k").ok();
    let pem = shell.parsec("public k").ok();
    assert!(shell.parsec("key show k --public").ok().ends_with(&pem));
    assert!(!shell.parsec("key show k").ok().contains("BEGIN"));
    let shown = shell.parsec("key show k --public --json").json();
    assert_eq!(shown["public_key"], pem);
    assert_eq!(shown["bits"], 256);
}
