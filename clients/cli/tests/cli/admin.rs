//! `parsec admin`.

use crate::shell::Shell;

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

    admin("revoke web k").refused(2, "--provider");
    admin("--provider software revoke web k").ok();
    admin("--provider software revoke web k").refused(3, "no key of this name");
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

    admin("delete web").ok();
    admin("delete web").refused(2, "parsec admin clients");
    assert_eq!(shell.parsec("--application web key list").ok(), "");
}

#[test]
fn others_are_refused() {
    let shell = Shell::direct();
    for line in ["clients", "disable web", "limits web", "delete web"] {
        shell
            .parsec(&format!("--application web admin {line}"))
            .refused(4, "administrator");
    }
    shell
        .parsec("--application admin admin disable web --authenticator nonsense")
        .refused(2, "direct");
}
