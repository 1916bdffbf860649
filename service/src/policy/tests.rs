use parsec_contracts::AuthType;
use parsec_contracts::types::{
    AsymmetricSignature, EccFamily, Hash, KeyPolicy, KeyType, SignHash, UsageFlags,
};

use super::*;

fn named(name: &str) -> Identity {
    Identity {
        auth: AuthType::Direct,
        name: name.to_owned(),
    }
}

fn ecdsa(hash_alg: SignHash) -> AsymmetricSignature {
    AsymmetricSignature::Ecdsa { hash_alg }
}

fn key(bits: u32, export: bool) -> KeyAttributes {
    KeyAttributes {
        key_type: KeyType::EccKeyPair {
            curve_family: EccFamily::SecpR1,
        },
        key_bits: bits,
        key_policy: KeyPolicy {
            key_usage_flags: UsageFlags {
                export,
                sign_hash: true,
                ..UsageFlags::default()
            },
            key_algorithm: Algorithm::AsymmetricSignature(ecdsa(SignHash::Any)),
        },
    }
}

fn rule(text: &str) -> Rule {
    let config = format!(
        r#"
        [core_settings]
        allow_root = true
        [listener]
        listener_type = "DomainSocket"
        [authenticator]
        auth_type = "Direct"
        [[provider]]
        provider_type = "MbedCrypto"
        [key_store]
        path = "/tmp/keys"
        [[policy.deny]]
        {text}
        "#
    );
    let config = crate::Config::from_toml(&config, "test").unwrap();
    config.policy.deny[0].clone()
}

fn policy(allow: &[&str], deny: &[&str]) -> Policy {
    let rules = |texts: &[&str]| texts.iter().map(|text| rule(text)).collect();
    Policy::new(&PolicyConfig {
        allow: rules(allow),
        deny: rules(deny),
    })
}

fn request<'a>(
    caller: Option<&'a Identity>,
    opcode: Opcode,
    key: Option<&'a KeyAttributes>,
) -> AccessRequest<'a> {
    AccessRequest {
        caller,
        provider: ProviderId::Software,
        instance: "mbed-crypto-provider",
        opcode,
        algorithm: None,
        key,
    }
}

fn allows(policy: &Policy, request: &AccessRequest<'_>) -> bool {
    match policy.check(request) {
        Ok(()) => true,
        Err(refusal) => {
            assert_eq!(refusal.status, Status::PolicyRefused);
            false
        }
    }
}

#[test]
fn without_rules_everything_is_allowed() {
    let policy = policy(&[], &[]);
    assert!(policy.is_empty());
    assert!(allows(&policy, &request(None, Opcode::PsaExportKey, None)));
}

#[test]
fn denies_export_to_everyone() {
    let policy = policy(&[], &["usage = [\"export\"]\nreason = \"keys stay here\""]);
    let web = named("web");
    let (fixed, loose) = (key(256, false), key(256, true));
    for opcode in [Opcode::PsaExportKey, Opcode::WrapKey] {
        assert!(
            !allows(&policy, &request(Some(&web), opcode, Some(&loose))),
            "{opcode}"
        );
    }
    let generate = |key| request(Some(&web), Opcode::PsaGenerateKey, Some(key));
    assert!(!allows(&policy, &generate(&loose)));
    assert!(allows(&policy, &generate(&fixed)));
    // An existing key still signs.
    assert!(allows(
        &policy,
        &request(Some(&web), Opcode::PsaSignHash, Some(&loose))
    ));
    assert!(allows(
        &policy,
        &request(Some(&web), Opcode::PsaExportPublicKey, Some(&loose))
    ));
    let refused = policy.check(&generate(&loose)).unwrap_err();
    assert!(refused.message.contains("keys stay here"));
}

#[test]
fn denies_keys_weaker_than_p256() {
    let policy = policy(&[], &["weaker_than = 128"]);
    for (bits, is_allowed) in [(224, false), (256, true), (384, true), (521, true)] {
        let key = key(bits, false);
        let generate = request(None, Opcode::PsaGenerateKey, Some(&key));
        assert_eq!(allows(&policy, &generate), is_allowed, "{bits}");
    }
    // The key is strong enough, but the hash in the request is not.
    let strong = key(256, false);
    let sign = |hash| AccessRequest {
        algorithm: Some(Algorithm::AsymmetricSignature(ecdsa(SignHash::Specific(
            hash,
        )))),
        ..request(None, Opcode::PsaSignHash, Some(&strong))
    };
    assert!(!allows(&policy, &sign(Hash::Sha1)));
    assert!(allows(&policy, &sign(Hash::Sha256)));
}

#[test]
fn allow_rules_are_exclusive_and_deny_takes_precedence() {
    let policy = policy(
        &["clients = [\"web\"]\noperations = [\"signing\", \"psa_generate_key\"]"],
        &["clients = [\"web\"]\noperations = [\"psa_sign_message\"]"],
    );
    let (web, mail) = (named("web"), named("mail"));
    let may = |who: &Identity, opcode| allows(&policy, &request(Some(who), opcode, None));
    assert!(may(&web, Opcode::PsaSignHash));
    assert!(may(&web, Opcode::PsaGenerateKey));
    assert!(!may(&web, Opcode::PsaAeadEncrypt));
    assert!(!may(&web, Opcode::PsaSignMessage));
    assert!(may(&mail, Opcode::PsaAeadEncrypt));
    assert!(may(&mail, Opcode::PsaSignMessage));
    // The same name through another authenticator is another client, but the rule applies to both.
    let other = Identity {
        auth: AuthType::UnixPeerCredentials,
        ..web.clone()
    };
    assert!(!may(&other, Opcode::PsaAeadEncrypt));
}

#[test]
fn rules_name_providers_algorithms_and_types_of_keys() {
    let p256 = key(256, false);
    let web = named("web");
    let sign = request(Some(&web), Opcode::PsaSignHash, Some(&p256));
    for (text, is_denied) in [
        ("providers = [\"mbed-crypto-provider\"]", true),
        ("providers = [\"software\"]", true),
        ("providers = [\"tpm\"]", false),
        ("algorithms = [\"ecdsa\"]", true),
        ("algorithms = [\"ecdsa/any\", \"rsa-pss\"]", true),
        ("algorithms = [\"ecdsa/sha-256\"]", false),
        ("key_types = [\"ecc-key-pair/secp-r1\"]", true),
        ("key_types = [\"rsa-key-pair\"]", false),
        ("authenticator = \"Direct\"", true),
        ("clients = [\"mail\"]", false),
        ("usage = [\"sign-hash\"]", true),
        (
            "operations = [\"psa_sign_hash\"]\nproviders = [\"tpm\"]",
            false,
        ),
    ] {
        assert_eq!(!allows(&policy(&[], &[text]), &sign), is_denied, "{text}");
    }
}

#[test]
fn refuses_operations_that_no_rule_allows_for_any_key() {
    let rules = policy(
        &[],
        &["operations = [\"psa_export_key\"]", "weaker_than = 128"],
    );
    let ever = |opcode| rules.may_ever(&request(None, opcode, None));
    assert!(!ever(Opcode::PsaExportKey));
    assert!(ever(Opcode::PsaGenerateKey));
}
