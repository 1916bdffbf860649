//! Properties of TPMs.

use std::fs;
use std::process::Command;

use parsec_contracts::Status;
use parsec_contracts::frame::flags::EXTENSIONS;
use parsec_contracts::operations::{PsaAsymmetricDecrypt, PsaDestroyKey};
use parsec_contracts::types::{AsymmetricEncryption, AsymmetricSignature, Hash, KeyType, SignHash};
use parsec_harness::{Devices, Service, Swtpm, keys, service_binary};

use crate::devices::{PKCS11, TPM, auth, generate, in_tpm, sign};

const PSS: AsymmetricSignature = AsymmetricSignature::RsaPss {
    hash_alg: SignHash::Specific(Hash::Sha256),
};

#[test]
fn a_service_that_stops_leaves_its_tpm_as_it_was() {
    let devices = Devices::start();
    let mut service = devices.service().start();
    let keys = ["a", "b", "c"];
    for name in keys {
        assert_eq!(generate(&mut service.wire(), TPM, name), Status::Success);
    }
    for round in 0..10 {
        // A connection is still open.
        let mut wire = service.wire();
        for name in keys {
            sign(&mut wire, TPM, name).unwrap();
        }
        service.terminate();
        for what in ["handles-transient", "handles-loaded-session"] {
            assert_eq!(in_tpm(&devices, what), "", "round {round}: {what}");
        }
        service.restart();
    }
}

#[test]
fn the_service_continues_after_a_restart_of_its_tpm() {
    let mut devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    assert_eq!(generate(&mut wire, TPM, "key"), Status::Success);
    sign(&mut wire, TPM, "key").unwrap();
    devices.swtpm.kill();
    assert_eq!(
        sign(&mut wire, TPM, "key"),
        Err(Status::PsaErrorCommunicationFailure)
    );
    // Other providers are not affected.
    assert_eq!(generate(&mut wire, PKCS11, "key"), Status::Success);
    sign(&mut wire, PKCS11, "key").unwrap();
    devices.swtpm.restart();
    sign(&mut wire, TPM, "key").unwrap();
}

fn config(tcti: &str, seal: bool) -> String {
    format!(
        "{}\n[key_store]\npath = \"{{state}}/keys.sqlite3\"\n\
         master_key_file = \"{{state}}/master.key\"\nseal_master_key = {seal}\n\
         [[provider]]\nprovider_type = \"Tpm\"\ntcti = \"{tcti}\"\n",
        Service::direct_config()
    )
}

#[test]
fn a_sealed_master_key_works_only_with_its_tpm() {
    let devices = Devices::start();
    let other = Swtpm::start();
    let mine = devices.swtpm.tcti();
    let mut service = Service::builder()
        .config(config(&mine, false))
        .env("TSS2_LOG", "all+NONE")
        .start();
    assert_eq!(generate(&mut service.wire(), 1, "key"), Status::Success);
    let file = service.state_dir().join("master.key");
    let plain = fs::read(&file).unwrap();
    assert_eq!(plain.len(), 32);

    service.reconfigure(&config(&mine, true)).unwrap();
    sign(&mut service.wire(), 1, "key").unwrap();
    let sealed = fs::read(&file).unwrap();
    assert!(sealed.starts_with(b"parsec master key, sealed"));
    assert!(!sealed.windows(16).any(|some| some == &plain[..16]));
    service.restart();
    sign(&mut service.wire(), 1, "key").unwrap();
    let error = service.reconfigure(&config(&mine, false)).unwrap_err();
    assert!(
        error.to_string().contains("seal_master_key = true"),
        "{error}"
    );
    let error = service
        .reconfigure(&config(&other.tcti(), true))
        .unwrap_err();
    assert!(
        error.to_string().contains("cannot be sealed or unsealed"),
        "{error}"
    );
    service.reconfigure(&config(&mine, true)).unwrap();
    sign(&mut service.wire(), 1, "key").unwrap();
}

#[test]
fn a_new_master_key_is_sealed_like_the_old_one() {
    let devices = Devices::start();
    let mut service = Service::builder()
        .config(config(&devices.swtpm.tcti(), true))
        .env("TSS2_LOG", "all+NONE")
        .start();
    for provider in [1, TPM] {
        let made = generate(&mut service.wire(), provider, "key");
        assert_eq!(made, Status::Success);
    }
    let file = service.state_dir().join("master.key");
    let old = fs::read(&file).unwrap();
    // A software TPM has memory for one at a time.
    service.terminate();
    let rekey = Command::new(service_binary())
        .current_dir(service.scratch())
        .args(["--config", "config.toml", "store", "rekey"])
        .env("TSS2_LOG", "all+NONE")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&rekey.stderr);
    assert!(rekey.status.success(), "{text}");
    let new = fs::read(&file).unwrap();
    assert_ne!(new, old);
    assert!(new.starts_with(b"parsec master key, sealed"));
    service.restart();
    for provider in [1, TPM] {
        sign(&mut service.wire(), provider, "key").unwrap();
    }
}

fn extend(devices: &Devices, register: u32) {
    let digest = format!("{register}:sha256={}", "11".repeat(32));
    let status = Command::new("tpm2_pcrextend")
        .args(["--tcti", &devices.swtpm.tcti(), &digest])
        .status()
        .expect("tpm2-tools are installed; `cargo xtask test` does it");
    assert!(status.success());
}

#[test]
fn a_master_key_sealed_to_registers_opens_only_in_their_state() {
    let devices = Devices::start();
    let tcti = devices.swtpm.tcti();
    let bound = |setting: &str| {
        let sealed = "seal_master_key = true";
        config(&tcti, true).replace(sealed, &format!("{sealed}\n{setting}"))
    };
    // First sealed without registers, then with registers after a change of the setting.
    let mut service = Service::builder()
        .config(config(&tcti, true))
        .env("TSS2_LOG", "all+NONE")
        .start();
    assert_eq!(generate(&mut service.wire(), 1, "key"), Status::Success);
    let file = service.state_dir().join("master.key");
    let before = fs::read(&file).unwrap();
    service.reconfigure(&bound("seal_pcrs = [16, 23]")).unwrap();
    sign(&mut service.wire(), 1, "key").unwrap();
    assert_ne!(fs::read(&file).unwrap(), before);
    service.restart();
    sign(&mut service.wire(), 1, "key").unwrap();
    service.terminate();

    extend(&devices, 16);
    let error = service
        .reconfigure(&bound("seal_pcrs = [16, 23]"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("registers 16, 23"), "{error}");
    assert!(error.contains("restore the key from a backup"), "{error}");
    // Another setting does not unseal it either.
    service.reconfigure(&bound("")).unwrap_err();
    let status = Command::new("tpm2_pcrreset")
        .args(["--tcti", &tcti, "16"])
        .status()
        .unwrap();
    assert!(status.success());
    service.reconfigure(&bound("")).unwrap();
    sign(&mut service.wire(), 1, "key").unwrap();
    extend(&devices, 16);
    service.restart();
    sign(&mut service.wire(), 1, "key").unwrap();
}

#[test]
fn a_signing_key_of_the_tpm_does_not_decrypt() {
    let devices = Devices::start();
    let service = devices.service().start();
    let mut wire = service.wire();
    // The TPM could decrypt: where software pads, the TPM key has both attributes.
    for alg in [keys::rsa_sha256(), PSS] {
        let made = keys::generate("signer", keys::signing(KeyType::RsaKeyPair, 2048, alg));
        let reply = wire.call(TPM, &auth(), EXTENSIONS, made).unwrap();
        assert_eq!(reply.status(), Status::Success);
        for alg in [
            AsymmetricEncryption::RsaPkcs1v15Crypt,
            AsymmetricEncryption::RsaOaep {
                hash_alg: Hash::Sha256,
            },
        ] {
            let decrypt = PsaAsymmetricDecrypt {
                key_name: "signer".into(),
                alg,
                ciphertext: vec![1; 256],
                salt: Vec::new(),
            };
            let reply = wire.call(TPM, &auth(), EXTENSIONS, decrypt).unwrap();
            assert_eq!(reply.status(), Status::PsaErrorNotPermitted);
        }
        let destroy = PsaDestroyKey {
            key_name: "signer".into(),
        };
        let reply = wire.call(TPM, &auth(), EXTENSIONS, destroy).unwrap();
        assert_eq!(reply.status(), Status::Success);
    }
}
