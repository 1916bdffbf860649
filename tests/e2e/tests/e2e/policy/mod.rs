//! A key permits only what its policy permits: every usage flag with every operation.
mod ask;
mod kinds;
mod operations;

use parsec_contracts::Status;
use parsec_contracts::operations::{PsaDestroyKey, PsaGenerateKey};
use parsec_contracts::types::{Algorithm, KeyAttributes, KeyType, UsageFlags};
use parsec_harness::{Service, keys};

use ask::{ask, name, send};
use kinds::kinds;
use operations::of_every_key;

fn flags(set: &str) -> UsageFlags {
    UsageFlags {
        export: set == "export",
        copy: set == "copy",
        cache: set == "cache",
        encrypt: set == "encrypt",
        decrypt: set == "decrypt",
        sign_message: set == "sign-message",
        verify_message: set == "verify-message",
        sign_hash: set == "sign-hash",
        verify_hash: set == "verify-hash",
        derive: set == "derive",
    }
}

fn attributes(key_type: KeyType, key_bits: u32, alg: Algorithm, set: &str) -> KeyAttributes {
    keys::attributes(key_type, key_bits, flags(set), alg)
}

#[test]
fn operations_outside_the_policy_are_refused_without_details() {
    let service = Service::direct();
    let mut wire = service.wire();
    let generate = |name: &str, attributes| {
        let input = PsaGenerateKey {
            key_name: name.to_owned(),
            attributes,
        };
        ask(input, &[])
    };
    let exportable = attributes(KeyType::RawData, 128, Algorithm::None, "export");
    let made = send(&mut wire, &generate("exportable", exportable));
    assert_eq!(made.status(), Status::Success);
    let (mut refused, mut permitted) = (0, 0);
    for (key_type, bits, alg, own, foreign) in kinds() {
        for set in UsageFlags::NAMES.iter().copied().chain(["none"]) {
            let attributes = attributes(key_type, bits, alg, set);
            let made = send(&mut wire, &generate("k", attributes));
            assert_eq!(made.status(), Status::Success, "{key_type:?} {alg:?} {set}");
            for ask in own.iter().chain(&of_every_key(attributes)) {
                let reply = send(&mut wire, ask);
                let what = format!("{} by {key_type:?} {alg:?} with {set}", ask.opcode);
                if ask.permitted_by.contains(&set) {
                    assert_ne!(reply.status(), Status::PsaErrorNotPermitted, "{what}");
                    permitted += 1;
                } else {
                    assert_eq!(reply.status(), Status::PsaErrorNotPermitted, "{what}");
                    assert!(reply.body.is_empty(), "{what}");
                    refused += 1;
                }
            }
            for ask in &foreign {
                let reply = send(&mut wire, ask);
                let what = format!("{} by {key_type:?} {alg:?} with {set}", ask.opcode);
                assert_eq!(reply.status(), Status::PsaErrorNotPermitted, "{what}");
                assert!(reply.body.is_empty(), "{what}");
                refused += 1;
            }
            let gone = send(&mut wire, &ask(PsaDestroyKey { key_name: name() }, &[]));
            assert_eq!(gone.status(), Status::Success);
        }
    }
    assert!(refused > 500 && permitted > 50, "{refused} {permitted}");
}
