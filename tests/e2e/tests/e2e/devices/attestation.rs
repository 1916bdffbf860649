//! TPM statements about keys and the machine, verified without a TPM, and by tpm2-tools and OpenSSL
//! as independent implementations.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use parsec_client::attestation::{Attester, Nonce, NotGenuine};
use parsec_client::{PublicKey, Status};
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{
    AttestKey, CertifyKey, CertifyKeyOutput, GenerateDeviceKey, PrepareKeyAttestation,
    PsaExportPublicKey, PsaImportKey, PsaSignHash, Quote, QuoteOutput,
};
use parsec_contracts::types::{
    Algorithm, AsymmetricSignature, AttestationMechanismParams, AttestationOutput, Hash,
    KeyAttributes, PrepareKeyAttestationOutput, PrepareKeyAttestationParams, SignHash, UsageFlags,
};
use parsec_contracts::{Operation, Secret};
use parsec_harness::{Auth, Devices, Reply, Service, Wire, keys};

const TPM: u8 = 3;
/// PCRs 0, 7 and 16, which any process can extend.
const PCRS: u32 = 0x1_0081;
const HASH: [u8; 32] = [0x42; 32];

fn call<O: Operation>(wire: &mut Wire, operation: O) -> Reply {
    wire.call(TPM, &Auth::direct("web"), EXTENSIONS, operation)
        .unwrap()
}

fn attester(attributes: KeyAttributes) -> KeyAttributes {
    let mut attributes = attributes;
    attributes.key_policy.key_usage_flags = UsageFlags::default();
    attributes
}

fn generate(
    wire: &mut Wire,
    name: &str,
    attributes: KeyAttributes,
    attests: bool,
    pcrs: u32,
) -> Status {
    let key_name = name.to_owned();
    let operation = GenerateDeviceKey {
        key_name,
        attributes,
        attests,
        pcrs,
    };
    call(wire, operation).status()
}

fn public_key(wire: &mut Wire, name: &str, attributes: KeyAttributes) -> PublicKey {
    let key_name = name.to_owned();
    let exported = call(wire, PsaExportPublicKey { key_name });
    let raw = exported.output::<PsaExportPublicKey>().unwrap().data;
    PublicKey::from_raw(attributes.key_type, attributes.key_bits, raw).unwrap()
}

fn certify(wire: &mut Wire, key: &str, nonce: &[u8]) -> CertifyKeyOutput {
    let operation = CertifyKey {
        key_name: key.to_owned(),
        attesting_key_name: "attester".to_owned(),
        nonce: nonce.to_vec(),
    };
    call(wire, operation).output::<CertifyKey>().unwrap()
}

fn quote(wire: &mut Wire, nonce: &[u8]) -> QuoteOutput {
    let operation = Quote {
        attesting_key_name: "attester".to_owned(),
        nonce: nonce.to_vec(),
        pcrs: PCRS,
    };
    call(wire, operation).output::<Quote>().unwrap()
}

/// Every kind of attestation key that TPMs have and the verifier supports.
fn kinds() -> Vec<KeyAttributes> {
    let mut p384 = keys::ecdsa_p256();
    p384.key_bits = 384;
    p384.key_policy.key_algorithm = Algorithm::AsymmetricSignature(AsymmetricSignature::Ecdsa {
        hash_alg: SignHash::Specific(Hash::Sha384),
    });
    let mut pss = keys::rsa(2048);
    pss.key_policy.key_algorithm = Algorithm::AsymmetricSignature(AsymmetricSignature::RsaPss {
        hash_alg: SignHash::Specific(Hash::Sha256),
    });
    [keys::ecdsa_p256(), p384, keys::rsa(2048), pss]
        .map(attester)
        .to_vec()
}

fn verifier(wire: &mut Wire, attributes: KeyAttributes) -> Attester {
    let Algorithm::AsymmetricSignature(alg) = attributes.key_policy.key_algorithm else {
        panic!("an attester signs")
    };
    Attester::new(public_key(wire, "attester", attributes), alg).unwrap()
}

/// Starts a service with a TPM; returns a connection and the attributes of its key `attester`.
fn with_attester() -> (Devices, Service, Wire, KeyAttributes) {
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    let kind = attester(keys::ecdsa_p256());
    let made = generate(&mut wire, "attester", kind, true, 0);
    assert_eq!(made, Status::Success);
    (devices, service, wire, kind)
}

#[test]
fn statements_of_every_kind_of_attester_are_checked() {
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    let node = keys::generate("node", keys::ecdsa_p256());
    assert_eq!(call(&mut wire, node).status(), Status::Success);
    let node = public_key(&mut wire, "node", keys::ecdsa_p256());
    for kind in kinds() {
        assert_eq!(
            generate(&mut wire, "attester", kind, true, 0),
            Status::Success
        );
        let verifier = verifier(&mut wire, kind);
        let nonce = Nonce::new().unwrap();
        let text = certify(&mut wire, "node", nonce.as_bytes());
        let key = verifier
            .check_certified_key(
                &text.statement,
                &text.signature,
                &text.public,
                nonce.as_bytes(),
            )
            .unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        assert_eq!(key.public_key().to_pem(), node.to_pem());
        assert!(key.is_bound_to_tpm() && !key.is_attester());
        let text = quote(&mut wire, nonce.as_bytes());
        assert_eq!(text.pcr_values.len(), 3);
        verifier
            .check_quote(
                &text.statement,
                &text.signature,
                &text.pcr_values,
                nonce.as_bytes(),
                PCRS,
            )
            .unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        let destroy = parsec_contracts::operations::PsaDestroyKey {
            key_name: "attester".to_owned(),
        };
        assert_eq!(call(&mut wire, destroy).status(), Status::Success);
    }
}

#[test]
fn every_change_of_a_statement_is_detected() {
    let (_devices, _service, mut wire, kind) = with_attester();
    for name in ["node", "other"] {
        let made = call(&mut wire, keys::generate(name, keys::ecdsa_p256()));
        assert_eq!(made.status(), Status::Success);
    }
    let verifier = verifier(&mut wire, kind);
    let nonce = [7; 32];
    let text = certify(&mut wire, "node", &nonce);
    let other = certify(&mut wire, "other", &nonce);
    let quoted = quote(&mut wire, &nonce);
    let check = |statement: &[u8], signature: &[u8], public: &[u8], nonce: &[u8]| {
        verifier
            .check_certified_key(statement, signature, public, nonce)
            .map(drop)
    };
    check(&text.statement, &text.signature, &text.public, &nonce).unwrap();
    for index in 0..text.statement.len() {
        let mut changed = text.statement.clone();
        changed[index] ^= 1;
        assert_eq!(
            check(&changed, &text.signature, &text.public, &nonce),
            Err(NotGenuine::Signature)
        );
    }
    for index in 0..text.public.len() {
        let mut changed = text.public.clone();
        changed[index] ^= 1;
        let error = check(&text.statement, &text.signature, &changed, &nonce);
        assert_eq!(error, Err(NotGenuine::Name));
    }
    assert_eq!(
        check(&text.statement, &text.signature, &other.public, &nonce),
        Err(NotGenuine::Name)
    );
    assert_eq!(
        check(&text.statement, &text.signature, &text.public, &[8; 32]),
        Err(NotGenuine::Nonce)
    );
    assert_eq!(
        check(&quoted.statement, &quoted.signature, &text.public, &nonce),
        Err(NotGenuine::Statement)
    );
    let check = |values: &[Vec<u8>], pcrs: u32| {
        verifier.check_quote(&quoted.statement, &quoted.signature, values, &nonce, pcrs)
    };
    check(&quoted.pcr_values, PCRS).unwrap();
    let mut changed = quoted.pcr_values.clone();
    changed[2][31] ^= 1;
    for (values, pcrs) in [
        (&changed[..], PCRS),
        (&quoted.pcr_values[..2], PCRS),
        (&quoted.pcr_values[..], PCRS << 1),
        (&quoted.pcr_values[..], PCRS & !1),
    ] {
        assert_eq!(check(values, pcrs), Err(NotGenuine::Registers));
    }
}

#[test]
fn attestation_keys_sign_only_statements_and_other_keys_none() {
    let (_devices, _service, mut wire, kind) = with_attester();
    let made = call(&mut wire, keys::generate("node", keys::ecdsa_p256()));
    assert_eq!(made.status(), Status::Success);
    assert_eq!(
        call(&mut wire, keys::sign("attester", &HASH)).status(),
        Status::PsaErrorNotPermitted
    );
    let by_node = CertifyKey {
        key_name: "attester".to_owned(),
        attesting_key_name: "node".to_owned(),
        nonce: vec![1],
    };
    assert_eq!(
        call(&mut wire, by_node).status(),
        Status::PsaErrorNotPermitted
    );
    // A key with the usage flag sign could sign forged statements.
    let both = generate(&mut wire, "both", keys::ecdsa_p256(), true, 0);
    assert_eq!(both, Status::PsaErrorInvalidArgument);
    let neither = generate(&mut wire, "neither", keys::ecdsa_p256(), false, 0);
    assert_eq!(neither, Status::PsaErrorInvalidArgument);
    // Other clients cannot name it.
    let stranger = Quote {
        attesting_key_name: "attester".to_owned(),
        nonce: vec![1],
        pcrs: PCRS,
    };
    let reply = wire.call(TPM, &Auth::direct("other"), EXTENSIONS, stranger);
    assert_eq!(reply.unwrap().status(), Status::PsaErrorDoesNotExist);
    // A token and the software provider have no such keys.
    for provider in [1, 2] {
        let operation = GenerateDeviceKey {
            key_name: "x".to_owned(),
            attributes: kind,
            attests: true,
            pcrs: 0,
        };
        let reply = wire.call(provider, &Auth::direct("web"), EXTENSIONS, operation);
        assert_eq!(reply.unwrap().status(), Status::PsaErrorNotSupported);
    }
}

#[test]
fn imported_keys_and_generated_keys_are_distinguished() {
    let (_devices, _service, mut wire, kind) = with_attester();
    let import = PsaImportKey {
        key_name: "copied".to_owned(),
        attributes: keys::ecdsa_p256(),
        data: Secret::from(&[0x11; 32][..]),
    };
    assert_eq!(call(&mut wire, import).status(), Status::Success);
    let text = certify(&mut wire, "copied", b"n");
    let verifier = verifier(&mut wire, kind);
    let key = verifier
        .check_certified_key(&text.statement, &text.signature, &text.public, b"n")
        .unwrap();
    assert!(!key.is_bound_to_tpm());
    let text = certify(&mut wire, "attester", b"n");
    let key = verifier
        .check_certified_key(&text.statement, &text.signature, &text.public, b"n")
        .unwrap();
    assert!(key.is_bound_to_tpm() && key.is_attester());
}

#[test]
fn a_bound_key_stops_working_when_registers_change() {
    let mut devices = Devices::start();
    let mut service = devices.service().start();
    let mut wire = service.wire();
    assert_eq!(
        generate(&mut wire, "bound", keys::ecdsa_p256(), false, PCRS),
        Status::Success
    );
    let sign = |wire: &mut Wire| {
        let reply = call(wire, keys::sign("bound", &HASH));
        match reply.status() {
            Status::Success => Ok(reply.output::<PsaSignHash>().unwrap().signature),
            other => Err(other),
        }
    };
    for _ in 0..5 {
        sign(&mut wire).unwrap();
    }
    service.terminate();
    let extended = format!("16:sha256={}", "ab".repeat(32));
    tpm2(&devices, "tpm2_pcrextend", &[&extended]);
    service.restart();
    let mut wire = service.wire();
    assert_eq!(sign(&mut wire), Err(Status::PsaErrorNotPermitted));
    // As after a restart of the machine, the registers have their old values.
    devices.swtpm.restart();
    sign(&mut wire).unwrap();
}

fn tpm2(devices: &Devices, program: &str, arguments: &[&str]) {
    let output = Command::new(program)
        .args(["--tcti", &devices.swtpm.tcti()])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("tpm2-tools are installed; `cargo xtask test` does it");
    assert!(output.status.success(), "{program}: {output:?}");
}

fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
}

fn prepare(wire: &mut Wire, key: &str) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let operation = PrepareKeyAttestation {
        parameters: PrepareKeyAttestationParams::ActivateCredential {
            attested_key_name: key.to_owned(),
            attesting_key_name: String::new(),
        },
    };
    let prepared = call(wire, operation).output::<PrepareKeyAttestation>();
    match prepared.unwrap().output {
        PrepareKeyAttestationOutput::ActivateCredential {
            name,
            public,
            attesting_key_pub,
        } => (name, public, attesting_key_pub),
        other => panic!("{other:?}"),
    }
}

/// Makes a credential for the key of this name, by tpm2-tools without a TPM.
fn make_credential(
    folder: &Path,
    name: &[u8],
    endorsement: &[u8],
    secret: &[u8],
) -> (Vec<u8>, Vec<u8>) {
    fs::write(folder.join("ek.der"), endorsement).unwrap();
    fs::write(folder.join("secret"), secret).unwrap();
    let to_pem = [
        "rsa",
        "-RSAPublicKey_in",
        "-inform",
        "DER",
        "-in",
        "ek.der",
        "-pubout",
        "-out",
        "ek.pem",
    ];
    run(folder, "openssl", &to_pem);
    let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    let make = [
        "--tcti", "none", "-G", "rsa", "-u", "ek.pem", "-n", &name, "-s", "secret", "-o", "out",
    ];
    run(folder, "tpm2_makecredential", &make);
    // A magic number and a version, followed by a TPM2B_ID_OBJECT and a TPM2B_ENCRYPTED_SECRET.
    let made = fs::read(folder.join("out")).unwrap();
    assert_eq!(made[..4], [0xba, 0xdc, 0xc0, 0xde]);
    let length = usize::from(u16::from_be_bytes([made[8], made[9]]));
    let blob = made[10..10 + length].to_vec();
    (blob, made[12 + length..].to_vec())
}

fn activate(wire: &mut Wire, key: &str, blob: &[u8], secret: &[u8]) -> Reply {
    let operation = AttestKey {
        attested_key_name: key.to_owned(),
        parameters: AttestationMechanismParams::ActivateCredential {
            credential_blob: blob.to_vec(),
            secret: secret.to_vec(),
        },
        attesting_key_name: String::new(),
    };
    call(wire, operation)
}

#[test]
fn only_the_keys_own_tpm_activates_a_credential() {
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    for name in ["node", "other"] {
        let made = call(&mut wire, keys::generate(name, keys::ecdsa_p256()));
        assert_eq!(made.status(), Status::Success);
    }
    let (name, public, endorsement) = prepare(&mut wire, "node");
    let hashed = {
        let compute = parsec_contracts::operations::PsaHashCompute {
            alg: Hash::Sha256,
            input: public,
        };
        let reply = call(&mut wire, compute);
        reply
            .output::<parsec_contracts::operations::PsaHashCompute>()
            .unwrap()
            .hash
    };
    assert_eq!(name, [&[0, 0x0b], &hashed[..]].concat());
    let folder = tempfile::tempdir().unwrap();
    let secret = b"returning it proves possession of the TPM";
    let secret = &secret[..32];
    let (blob, seed) = make_credential(folder.path(), &name, &endorsement, secret);
    for _ in 0..3 {
        let reply = activate(&mut wire, "node", &blob, &seed);
        let AttestationOutput::ActivateCredential { credential } =
            reply.output::<AttestKey>().unwrap().output
        else {
            panic!("another kind of proof")
        };
        assert_eq!(credential.expose(), secret);
    }
    // It was made for that key.
    let other = activate(&mut wire, "other", &blob, &seed);
    assert_eq!(other.status(), Status::PsaErrorInvalidArgument);
    let mut changed = blob.clone();
    changed[20] ^= 1;
    let changed = activate(&mut wire, "node", &changed, &seed);
    assert_eq!(changed.status(), Status::PsaErrorInvalidArgument);
    // It was made for that TPM.
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    let made = call(&mut wire, keys::generate("node", keys::ecdsa_p256()));
    assert_eq!(made.status(), Status::Success);
    let elsewhere = activate(&mut wire, "node", &blob, &seed);
    assert_eq!(elsewhere.status(), Status::PsaErrorInvalidArgument);
}
