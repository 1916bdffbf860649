//! What a provider says of itself is so.

use std::collections::BTreeSet;

use parsec_contracts::operations::{
    AttestKey, CanDoCrypto, PrepareKeyAttestation, PsaAeadDecrypt, PsaAeadEncrypt,
    PsaAsymmetricDecrypt, PsaAsymmetricEncrypt, PsaCipherDecrypt, PsaCipherEncrypt, PsaDestroyKey,
    PsaExportKey, PsaExportPublicKey, PsaGenerateKey, PsaGenerateRandom, PsaHashCompare,
    PsaHashCompute, PsaImportKey, PsaMacCompute, PsaMacVerify, PsaRawKeyAgreement, PsaSignHash,
    PsaSignMessage, PsaVerifyHash, PsaVerifyMessage,
};
use parsec_contracts::types::{
    Aead, AeadWithDefaultLengthTag, AsymmetricEncryption, AttestationMechanismParams, CheckType,
    Cipher, FullLengthMac, Hash, Mac, PrepareKeyAttestationParams, RawKeyAgreement,
};
use parsec_contracts::{Opcode, ProviderId, Secret, ServedBy, Status};

use super::rig::ensure;
use super::specs::{ECDSA, SECP_R1, signing};
use super::{Case, Rig, Stop};
use crate::{KeyContext, KeyId, Provider, ProviderError};

pub(super) const CASES: &[Case] = &[
    Case::new("the_provider_says_who_it_is", &[], says_who_it_is),
    Case::new(
        "opcodes_are_operations_of_providers_listed_once",
        &[],
        listed_once,
    ),
    Case::new("listed_operations_are_served_and_no_others", &[], served),
];

fn says_who_it_is(rig: &Rig) -> Result<(), Stop> {
    let provider = rig.provider();
    ensure(
        provider.id() != ProviderId::Core,
        "the core provider is the service itself",
    )?;
    ensure(
        !provider.description().is_empty(),
        "there is no description",
    )?;
    ensure(provider.version() != (0, 0, 0), "there is no version")?;
    ensure(
        provider.workers() > 0,
        "there are no workers, so nothing would ever be served",
    )
}

fn listed_once(rig: &Rig) -> Result<(), Stop> {
    let listed = rig.provider().opcodes();
    let distinct: BTreeSet<_> = listed.iter().collect();
    ensure(distinct.len() == listed.len(), "an opcode is listed twice")?;
    for opcode in listed {
        ensure(
            opcode.served_by() == ServedBy::Crypto,
            format!("{opcode} is served by the service, not by a provider"),
        )?;
    }
    Ok(())
}

fn served(rig: &Rig) -> Result<(), Stop> {
    for opcode in Opcode::ALL
        .iter()
        .filter(|opcode| opcode.served_by() == ServedBy::Crypto)
    {
        let Some(answer) = call(rig.provider(), *opcode) else {
            return Err(Stop::Fail(format!(
                "the suite has no call of {opcode}: add it to `call`"
            )));
        };
        match (rig.serves(*opcode), answer) {
            (true, Err(error)) if error.is_not_served() => {
                return Err(Stop::Fail(format!("{opcode} is listed, but not served")));
            }
            (false, Err(error)) if error.is_not_served() => ensure(
                error.status() == Status::PsaErrorNotSupported,
                format!("{opcode} is not served, and says so with {error}"),
            )?,
            (false, _) => {
                return Err(Stop::Fail(format!("{opcode} is served, but not listed")));
            }
            // What the call answers is for other cases; the key it is given is no key.
            (true, _) => {}
        }
    }
    Ok(())
}

/// Calls the operation with some input.
fn call(provider: &dyn Provider, opcode: Opcode) -> Option<Result<(), ProviderError>> {
    macro_rules! answer {
        ($call:expr) => {
            Some($call.map(|_| ()))
        };
    }
    let attributes = signing(SECP_R1, 256, ECDSA);
    let key = &KeyContext {
        id: KeyId(u64::MAX),
        attributes,
        material: Secret::default(),
    };
    let key_name = String::from("key");
    let bytes = vec![1; 16];
    let secret = Secret::from(bytes.as_slice());
    let aead = Aead::AeadWithDefaultLengthTag(AeadWithDefaultLengthTag::Gcm);
    let mac = Mac::FullLength(FullLengthMac::Hmac {
        hash_alg: Hash::Sha256,
    });
    match opcode {
        Opcode::PsaGenerateKey => {
            answer!(provider.psa_generate_key(&PsaGenerateKey {
                key_name,
                attributes
            }))
        }
        Opcode::PsaImportKey => {
            answer!(provider.psa_import_key(&PsaImportKey {
                key_name,
                attributes,
                data: secret
            }))
        }
        Opcode::PsaExportKey => answer!(provider.psa_export_key(key, &PsaExportKey { key_name })),
        Opcode::PsaExportPublicKey => {
            answer!(provider.psa_export_public_key(key, &PsaExportPublicKey { key_name }))
        }
        Opcode::PsaDestroyKey => {
            answer!(provider.psa_destroy_key(key, &PsaDestroyKey { key_name }))
        }
        Opcode::PsaSignHash => {
            let input = PsaSignHash {
                key_name,
                alg: ECDSA,
                hash: bytes,
            };
            answer!(provider.psa_sign_hash(key, &input))
        }
        Opcode::PsaVerifyHash => {
            let input = PsaVerifyHash {
                key_name,
                alg: ECDSA,
                hash: bytes.clone(),
                signature: bytes,
            };
            answer!(provider.psa_verify_hash(key, &input))
        }
        Opcode::PsaSignMessage => {
            let input = PsaSignMessage {
                key_name,
                alg: ECDSA,
                message: bytes,
            };
            answer!(provider.psa_sign_message(key, &input))
        }
        Opcode::PsaVerifyMessage => {
            let input = PsaVerifyMessage {
                key_name,
                alg: ECDSA,
                message: bytes.clone(),
                signature: bytes,
            };
            answer!(provider.psa_verify_message(key, &input))
        }
        Opcode::PsaAsymmetricEncrypt => {
            let alg = AsymmetricEncryption::RsaPkcs1v15Crypt;
            let input = PsaAsymmetricEncrypt {
                key_name,
                alg,
                plaintext: secret,
                salt: vec![],
            };
            answer!(provider.psa_asymmetric_encrypt(key, &input))
        }
        Opcode::PsaAsymmetricDecrypt => {
            let alg = AsymmetricEncryption::RsaPkcs1v15Crypt;
            let input = PsaAsymmetricDecrypt {
                key_name,
                alg,
                ciphertext: bytes,
                salt: vec![],
            };
            answer!(provider.psa_asymmetric_decrypt(key, &input))
        }
        Opcode::PsaAeadEncrypt => {
            let input = PsaAeadEncrypt {
                key_name,
                alg: aead,
                nonce: vec![1; 12],
                additional_data: vec![],
                plaintext: secret,
            };
            answer!(provider.psa_aead_encrypt(key, &input))
        }
        Opcode::PsaAeadDecrypt => {
            let input = PsaAeadDecrypt {
                key_name,
                alg: aead,
                nonce: vec![1; 12],
                additional_data: vec![],
                ciphertext: bytes,
            };
            answer!(provider.psa_aead_decrypt(key, &input))
        }
        Opcode::PsaCipherEncrypt => {
            let input = PsaCipherEncrypt {
                key_name,
                alg: Cipher::Ctr,
                plaintext: secret,
            };
            answer!(provider.psa_cipher_encrypt(key, &input))
        }
        Opcode::PsaCipherDecrypt => {
            let input = PsaCipherDecrypt {
                key_name,
                alg: Cipher::Ctr,
                ciphertext: bytes,
            };
            answer!(provider.psa_cipher_decrypt(key, &input))
        }
        Opcode::PsaMacCompute => {
            answer!(provider.psa_mac_compute(
                key,
                &PsaMacCompute {
                    key_name,
                    alg: mac,
                    input: bytes
                }
            ))
        }
        Opcode::PsaMacVerify => {
            let input = PsaMacVerify {
                key_name,
                alg: mac,
                input: bytes.clone(),
                mac: bytes,
            };
            answer!(provider.psa_mac_verify(key, &input))
        }
        Opcode::PsaRawKeyAgreement => {
            let input = PsaRawKeyAgreement {
                alg: RawKeyAgreement::Ecdh,
                private_key_name: key_name,
                peer_key: bytes,
            };
            answer!(provider.psa_raw_key_agreement(key, &input))
        }
        Opcode::PsaHashCompute => {
            answer!(provider.psa_hash_compute(&PsaHashCompute {
                alg: Hash::Sha256,
                input: bytes
            }))
        }
        Opcode::PsaHashCompare => {
            let input = PsaHashCompare {
                alg: Hash::Sha256,
                input: bytes,
                hash: vec![0; 32],
            };
            answer!(provider.psa_hash_compare(&input))
        }
        Opcode::PsaGenerateRandom => {
            answer!(provider.psa_generate_random(&PsaGenerateRandom { size: 16 }))
        }
        Opcode::CanDoCrypto => {
            let input = CanDoCrypto {
                check_type: CheckType::Use,
                attributes,
            };
            answer!(provider.can_do_crypto(&input))
        }
        Opcode::AttestKey => {
            let parameters = AttestationMechanismParams::ActivateCredential {
                credential_blob: bytes,
                secret: vec![1; 16],
            };
            let input = AttestKey {
                attested_key_name: key_name,
                parameters,
                attesting_key_name: String::new(),
            };
            answer!(provider.attest_key(key, None, &input))
        }
        Opcode::PrepareKeyAttestation => {
            let parameters = PrepareKeyAttestationParams::ActivateCredential {
                attested_key_name: key_name,
                attesting_key_name: String::new(),
            };
            answer!(provider.prepare_key_attestation(
                None,
                None,
                &PrepareKeyAttestation { parameters }
            ))
        }
        _ => None,
    }
}
