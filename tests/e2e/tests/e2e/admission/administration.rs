//! Administration of clients, and the service's policy.

use parsec_contracts::operations::{
    DeleteClient, DisableClient, EnableClient, ListClientUsage, ListKeys, ListOpcodes,
    PsaExportKey, PsaGenerateKey, PsaGenerateRandom, PsaMacCompute, PsaMacSignSetup, ReadLimits,
    RevokeKey, StreamUpdate,
};
use parsec_contracts::types::{
    Algorithm, ClientId, FullLengthMac, Hash, KeyAttributes, KeyPolicy, KeyType, Mac, UsageFlags,
};
use parsec_contracts::{Opcode, Operation, Status};
use parsec_harness::{Reply, Service, Wire, root};

fn service(lines: &str) -> Service {
    Service::direct_with("[[key_manager]]", &format!("{lines}\n\n[[key_manager]]"))
}

/// Calls with the extension flag.
fn call<O: Operation>(wire: &mut Wire, app: &str, operation: O) -> (Status, Reply) {
    let reply = wire.ask_extended(app, operation);
    (reply.status(), reply)
}

fn output<O: Operation>(wire: &mut Wire, app: &str, operation: O) -> O::Output {
    let reply = wire.ask_extended(app, operation);
    reply.output::<O>().expect("an output")
}

fn message(reply: &Reply) -> String {
    reply.detail().message
}

fn client(name: &str) -> ClientId {
    ClientId {
        authenticator: 1,
        name: name.to_owned(),
    }
}

const HMAC: Mac = Mac::FullLength(FullLengthMac::Hmac {
    hash_alg: Hash::Sha256,
});

fn hmac_key(name: &str, export: bool, bits: u32) -> PsaGenerateKey {
    PsaGenerateKey {
        key_name: name.to_owned(),
        attributes: KeyAttributes {
            key_type: KeyType::Hmac,
            key_bits: bits,
            key_policy: KeyPolicy {
                key_usage_flags: UsageFlags {
                    export,
                    sign_message: true,
                    ..UsageFlags::default()
                },
                key_algorithm: Algorithm::Mac(HMAC),
            },
        },
    }
}

fn mac(name: &str) -> PsaMacCompute {
    PsaMacCompute {
        key_name: name.to_owned(),
        alg: HMAC,
        input: vec![1],
    }
}

#[test]
fn a_disabled_client_is_refused_even_after_a_restart_until_it_is_enabled() {
    let mut service = service("");
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", hmac_key("k", false, 256)), Status::Success);
    let disable = |name: &str| DisableClient {
        client: client(name),
    };
    assert_eq!(
        call(&mut wire, "web", disable("mail")).0,
        Status::AdminOperation
    );
    output(&mut wire, "admin", disable("web"));
    assert_eq!(call(&mut wire, "web", mac("k")).0, Status::ClientDisabled);
    // The published protocol's response, for clients without the extension flag.
    assert_eq!(wire.ask("web", mac("k")), Status::PsaErrorNotPermitted);
    assert_eq!(
        wire.ask("mail", PsaGenerateRandom { size: 1 }),
        Status::Success
    );
    assert!(service.terminate().success());
    service.launch();
    let mut wire = service.wire();
    assert_eq!(call(&mut wire, "web", mac("k")).0, Status::ClientDisabled);
    output(
        &mut wire,
        "admin",
        EnableClient {
            client: client("web"),
        },
    );
    assert_eq!(call(&mut wire, "web", mac("k")).0, Status::Success);
    let (status, reply) = call(&mut wire, "admin", disable("admin"));
    assert_eq!(status, Status::PsaErrorInvalidArgument);
    assert!(message(&reply).contains("the caller itself"));
}

#[test]
fn a_revoked_key_and_its_streams_are_unusable_immediately() {
    let service = service("");
    let (mut wire, mut admin) = (service.wire(), service.wire());
    assert_eq!(wire.ask("web", hmac_key("k", false, 256)), Status::Success);
    assert_eq!(wire.ask("mail", hmac_key("k", false, 256)), Status::Success);
    let begin = PsaMacSignSetup {
        key_name: "k".to_owned(),
        alg: HMAC,
    };
    let stream = wire.output("web", begin).stream;
    let update = StreamUpdate {
        stream,
        input: vec![1_u8].into(),
    };
    assert_eq!(wire.ask("web", update.clone()), Status::Success);
    let revoke = |name: &str, provider_id| RevokeKey {
        client: client(name),
        provider_id,
        key_name: "k".to_owned(),
    };
    assert_eq!(
        call(&mut admin, "mail", revoke("web", 1)).0,
        Status::AdminOperation
    );
    output(&mut admin, "admin", revoke("web", 1));
    assert_eq!(wire.ask("web", mac("k")), Status::PsaErrorDoesNotExist);
    assert_eq!(wire.ask("web", update), Status::PsaErrorBadState);
    assert_eq!(wire.ask("mail", mac("k")), Status::Success);
    let again = call(&mut admin, "admin", revoke("web", 1)).0;
    assert_eq!(again, Status::PsaErrorDoesNotExist);
    let nowhere = call(&mut admin, "admin", revoke("web", 3)).0;
    assert_eq!(nowhere, Status::ProviderNotRegistered);
}

#[test]
fn usage_lists_resources_and_activity_of_each_client() {
    let service = service("[limits.each]\nrequest_bytes = 100");
    let mut wire = service.wire();
    for name in ["a", "b"] {
        assert_eq!(wire.ask("web", hmac_key(name, false, 256)), Status::Success);
    }
    let long = PsaMacCompute {
        input: vec![0; 200],
        ..mac("a")
    };
    assert_eq!(wire.ask("web", long), Status::BodySizeExceedsLimit);
    output(
        &mut wire,
        "admin",
        DisableClient {
            client: client("ghost"),
        },
    );
    let clients = output(&mut wire, "admin", ListClientUsage {}).clients;
    let of = |name: &str| {
        clients
            .iter()
            .find(|usage| usage.client.name == name)
            .expect("listed")
    };
    let web = of("web");
    assert_eq!((web.keys, web.requests, web.refused), (2, 3, 1));
    assert_eq!(web.connections, 1);
    assert!(web.last_seen > 1_700_000_000 && !web.is_disabled);
    assert!(of("ghost").is_disabled);
    assert_eq!(of("admin").requests_in_flight, 1);
    assert_eq!(
        call(&mut wire, "web", ListClientUsage {}).0,
        Status::AdminOperation
    );
}

#[test]
fn limits_can_be_read() {
    let service = service("[limits.each]\nkeys = 7\n\n[limits.total]\nkeys = 70");
    let mut wire = service.wire();
    let read = |name: &str, authenticator| ReadLimits {
        client: ClientId {
            authenticator,
            name: name.to_owned(),
        },
    };
    let limits = output(&mut wire, "admin", read("web", 1));
    assert_eq!((limits.client.keys, limits.total.keys), (7, 70));
    assert_eq!((limits.client.streams, limits.client.connections), (64, 0));
    let (status, reply) = call(&mut wire, "admin", read("web", 3));
    assert_eq!(status, Status::PsaErrorInvalidArgument);
    assert!(message(&reply).contains("list_authenticators"));
}

#[test]
fn deleting_a_client_returns_details_with_the_extension_flag() {
    let service = service("");
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", hmac_key("k", false, 256)), Status::Success);
    let delete = |name: &str| DeleteClient {
        client: name.to_owned(),
    };
    assert_eq!(wire.ask("admin", delete("nobody")), Status::Success);
    assert_eq!(
        call(&mut wire, "admin", delete("nobody")).0,
        Status::NoSuchClient
    );
    assert_eq!(call(&mut wire, "admin", delete("web")).0, Status::Success);
    assert!(wire.output("web", ListKeys {}).keys.is_empty());
}

/// Returns whether an explanation states that the client may not do this.
fn may_not(explanation: &str, operation: &str) -> bool {
    explanation
        .lines()
        .filter_map(|line| line.trim().strip_prefix("may not: "))
        .any(|list| list.split(", ").any(|name| name == operation))
}

#[test]
fn policy_applies_to_new_keys_old_keys_and_reported_capabilities() {
    let mut service = service("");
    let mut wire = service.wire();
    assert_eq!(wire.ask("web", hmac_key("old", true, 256)), Status::Success);
    assert!(service.terminate().success());
    let config = Service::direct_config().replace(
        "[[key_manager]]",
        r#"
[[policy.deny]]
usage = ["export"]
reason = "keys stay here"

[[policy.deny]]
weaker_than = 128

[[policy.allow]]
clients = ["clock"]
operations = ["random"]

[[key_manager]]"#,
    );
    service.configure(&config);
    service.launch();
    let mut wire = service.wire();
    let export = PsaExportKey {
        key_name: "old".to_owned(),
    };
    let (status, reply) = call(&mut wire, "web", export.clone());
    assert_eq!(status, Status::PolicyRefused);
    assert!(message(&reply).contains("keys stay here"));
    assert_eq!(wire.ask("web", export), Status::PsaErrorNotPermitted);
    assert_eq!(call(&mut wire, "web", mac("old")).0, Status::Success);
    let loose = call(&mut wire, "web", hmac_key("new", true, 256)).0;
    assert_eq!(loose, Status::PolicyRefused);
    let weak = call(&mut wire, "web", hmac_key("new", false, 64)).0;
    assert_eq!(weak, Status::PolicyRefused);
    assert_eq!(
        call(&mut wire, "web", hmac_key("new", false, 128)).0,
        Status::Success
    );
    let random = PsaGenerateRandom { size: 1 };
    assert_eq!(call(&mut wire, "clock", random).0, Status::Success);
    assert_eq!(
        call(&mut wire, "clock", hmac_key("k", false, 256)).0,
        Status::PolicyRefused
    );
    let listed = output(&mut wire, "clock", ListOpcodes { provider_id: 1 }).opcodes;
    assert_eq!(listed, [Opcode::PsaGenerateRandom.number()]);
    let listed = output(&mut wire, "web", ListOpcodes { provider_id: 1 }).opcodes;
    assert!(!listed.contains(&Opcode::PsaExportKey.number()));
    assert!(listed.contains(&Opcode::PsaMacCompute.number()));
    let explained = service.run(&["--config", "config.toml", "--explain-policy", "clock"]);
    let text = String::from_utf8_lossy(&explained.stdout);
    assert!(
        may_not(&text, "psa_generate_key") && !may_not(&text, "psa_generate_random"),
        "{text}"
    );
    assert!(
        text.contains("denied despite any allow rule: usage = [\"export\"]"),
        "{text}"
    );
    // Operations that the software provider does not support are not mentioned.
    assert!(!text.contains("quote"), "{text}");
    // Operations that the service performs for every provider are permitted.
    for served in ["rename_key", "get_key_attributes", "stream_update"] {
        assert!(text.contains(served), "{served}: {text}");
    }
    let explained = service.run(&["--config", "config.toml", "--explain-policy", "web"]);
    let text = String::from_utf8_lossy(&explained.stdout);
    assert!(may_not(&text, "psa_export_key"), "{text}");
}

/// Returns the frames of the contracts' examples: each operation's name and its first request.
fn examples() -> Vec<(Opcode, Vec<u8>)> {
    let files = std::fs::read_dir(root().join("contracts/vectors/examples"))
        .expect("the contracts' examples");
    let example = |file: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("a text");
        let file: serde_json::Value = serde_json::from_str(&text).expect("an example");
        let name = file["operation"].as_str().expect("a name");
        let request = file["examples"][0]["request"].as_str().expect("a frame");
        let bytes = (0..request.len() / 2).map(|at| {
            u8::from_str_radix(&request[2 * at..2 * at + 2], 16).expect("hexadecimal digits")
        });
        let opcode = Opcode::from_name(name).expect("an operation");
        (opcode, bytes.collect())
    };
    files.map(example).collect()
}

#[test]
fn a_denied_provider_refuses_every_operation_of_the_client() {
    let service = service("[[policy.deny]]\nclients = [\"example-application\"]");
    let mut wire = service.wire();
    let served = output(&mut wire, "web", ListOpcodes { provider_id: 1 }).opcodes;
    let mut refused = 0;
    for (opcode, mut frame) in examples() {
        // No rule applies to an unauthenticated caller, and an unsupported operation fails for
        // every client.
        let (provider, authenticator) = (frame[10], frame[21]);
        if (provider, authenticator) != (1, 1) || !served.contains(&opcode.number()) {
            continue;
        }
        frame[8] = 1;
        wire.send(&frame).unwrap();
        assert_eq!(wire.status(), Status::PolicyRefused, "{}", opcode.name());
        refused += 1;
    }
    assert!(refused > 40, "{refused} operations were tried");
}

#[test]
fn an_unknown_name_in_a_rule_is_an_error_with_a_suggestion() {
    let rule = "[[policy.deny]]\nalgorithms = [\"ecdsaa\"]\n\n[[key_manager]]";
    let service = Service::prepared(Service::direct_config().replace("[[key_manager]]", rule));
    let refused = service.run(&["--config", "config.toml", "--check"]);
    assert_eq!(refused.status.code(), Some(2));
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(words.contains("did you mean \"ecdsa\""), "{words}");
}
