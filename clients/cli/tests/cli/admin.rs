//! `parsec admin`.

use std::io::Write as _;
use std::process::Stdio;

use parsec_harness::cli;

use crate::shell::{CommandOutput, Shell};

#[test]
fn administrators_list_and_manage_clients() {
    let shell = Shell::direct();
    let admin = |line: &str| shell.parsec(&format!("--application admin admin {line}"));
    shell.parsec("--application web key create k").ok();
    shell.parsec("--application web key create l").ok();
    let clients = admin("clients --json").json();
    let web = clients
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["client"] == "web")
        .unwrap();
    assert_eq!((&web["keys"], &web["disabled"]), (&2.into(), &false.into()));
    assert_eq!(web["authenticator"], "direct");
    let table = admin("clients").ok();
    assert!(
        table.starts_with("CLIENT") && table.contains("web"),
        "{table}"
    );

    admin("disable web").ok();
    shell
        .parsec("--application web sign k")
        .refused(4, "disabled");
    assert!(admin("clients").ok().contains("disabled"));
    admin("enable web --authenticator direct").ok();
    shell.parsec_with("--application web sign k", b"m");

    admin("revoke web k --yes").refused(2, "--provider");
    admin("--provider software revoke web k").refused(2, "--yes");
    admin("--provider software revoke web k --yes").ok();
    admin("--provider software revoke web k --yes").refused(3, "no key of this name");
    assert!(
        !shell
            .parsec("--application web key list")
            .ok()
            .contains("k ")
    );

    let limits = admin("limits web --json").json();
    assert_eq!(limits["client"]["streams"], 64);
    assert!(limits["total"]["keys"].is_null());
    assert!(admin("limits web").ok().contains("streams"));

    admin("delete web").refused(2, "--yes");
    assert!(!shell.parsec("--application web key list").ok().is_empty());
    admin("delete web --yes").ok();
    admin("delete web --yes").refused(2, "parsec admin clients");
    assert_eq!(shell.parsec("--application web key list").ok(), "");
}

#[test]
fn others_are_refused() {
    let shell = Shell::direct();
    for line in ["clients", "disable web", "limits web", "delete web --yes"] {
        shell
            .parsec(&format!("--application web admin {line}"))
            .refused(4, "administrator");
    }
    shell
        .parsec("--application admin admin disable web --authenticator nonsense")
        .refused(2, "direct");
}

#[test]
fn a_name_that_the_service_has_not_seen_gets_a_warning() {
    let shell = Shell::direct();
    let admin = |line: &str| shell.parsec(&format!("--application admin admin {line}"));
    shell.parsec("--application web key create k").ok();
    for (line, warns) in [
        ("disable web", false),
        ("enable web", false),
        ("disable nobody", true),
        ("disable nobody", true),
        ("enable nobody", true),
    ] {
        let output = admin(line);
        assert_eq!(output.code, 0, "{}", output.err);
        assert_eq!(output.err.contains("has not seen"), warns, "{}", output.err);
    }
}

#[test]
fn a_deletion_asks_on_a_terminal() {
    let shell = Shell::direct();
    shell.parsec("--application web key create k").ok();
    let answer = |word: &str| {
        let line = format!("{} --application admin admin delete web", cli().display());
        let mut child = shell
            .command("script", "--quiet --return --command")
            .args([&line, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        writeln!(stdin, "{word}").unwrap();
        CommandOutput::from(child.wait_with_output().unwrap())
    };
    assert_eq!(answer("n").code, 2);
    assert!(
        shell
            .parsec("--application web key list")
            .ok()
            .contains('k')
    );
    let done = answer("y");
    assert_eq!(done.code, 0);
    let text = String::from_utf8(done.out).unwrap();
    assert!(text.contains("web") && text.contains("[y/N]"), "{text}");
    assert_eq!(shell.parsec("--application web key list").ok(), "");
}
