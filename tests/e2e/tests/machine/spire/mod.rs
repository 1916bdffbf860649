//! JWT-SVIDs of a real SPIRE: its server signs them, and its agent provides them over the Workload
//! API.
//!
//! `cargo xtask test --extended` builds SPIRE from its Go sources; otherwise set `PARSEC_SPIRE` to
//! a folder with `spire-server` and `spire-agent`.

mod deployment;

use std::env;
use std::path::PathBuf;

use deployment::Deployment;
use parsec_contracts::operations::ListKeys;
use parsec_contracts::{Operation, Status};
use parsec_harness::{Auth, Service, Wire, keys, usual_provider};

use crate::needs::{Missing, Outcome, trials};

trials!(tokens_of_spire_prove_identities_until_its_keys_are_revoked);

fn call<O: Operation>(wire: &mut Wire, token: &str, operation: O) -> Status {
    let auth = Auth::jwt_svid(token);
    let reply = wire.call(usual_provider::<O>(), &auth, 0, operation);
    reply.unwrap().status()
}

/// Waits for a condition that becomes true a moment after a change elsewhere.
fn eventually(wire: &mut Wire, token: &str, expected: Status) {
    parsec_harness::eventually(expected, || call(wire, token, ListKeys {}) == expected);
}

/// Returns the folder with SPIRE's programs.
fn programs() -> Result<PathBuf, Missing> {
    let folder = env::var_os("PARSEC_SPIRE").map(PathBuf::from);
    folder
        .filter(|folder| folder.join("spire-server").is_file())
        .ok_or_else(|| Missing::new("PARSEC_SPIRE is not a folder with SPIRE's programs"))
}

fn tokens_of_spire_prove_identities_until_its_keys_are_revoked() -> Outcome {
    let programs = programs()?;
    let spire = Deployment::start(&programs, "example.org");
    spire.register("web");
    spire.register("mail");
    let service = Service::direct_with(
        "auth_type = \"Direct\"",
        &format!(
            "auth_type = \"JwtSvid\"\naudience = \"parsec\"\nworkload_endpoint = \"unix:{}\"",
            spire.workload_api().display()
        ),
    );
    let mut wire = service.wire();

    let (web, mail) = (spire.token("web", "parsec"), spire.token("mail", "parsec"));
    eventually(&mut wire, &web, Status::Success);
    // Two identities, and one by two tokens.
    assert_eq!(call(&mut wire, &web, keys::raw("k")), Status::Success);
    assert_eq!(call(&mut wire, &mail, keys::raw("k")), Status::Success);
    let again = spire.token("web", "parsec");
    assert_eq!(
        call(&mut wire, &again, keys::raw("k")),
        Status::PsaErrorAlreadyExists
    );

    let elsewhere = spire.token("web", "another-service");
    assert_eq!(
        call(&mut wire, &elsewhere, ListKeys {}),
        Status::AuthenticationError
    );
    let other = Deployment::start(&programs, "elsewhere.test");
    other.register("web");
    let foreign = other.token("web", "parsec");
    assert_eq!(
        call(&mut wire, &foreign, ListKeys {}),
        Status::AuthenticationError
    );

    // A new key signs, and the old one stays valid until it is revoked. The agent caches its
    // tokens, so the test requests one for a new identity.
    let old = spire.replace_key();
    spire.register("new");
    let new = spire.token("new", "parsec");
    assert_ne!(deployment::header(&new), deployment::header(&web));
    eventually(&mut wire, &new, Status::Success);
    eventually(&mut wire, &web, Status::Success);
    spire.revoke_key(&old);
    eventually(&mut wire, &web, Status::AuthenticationError);
    eventually(&mut wire, &new, Status::Success);
    Ok(())
}
