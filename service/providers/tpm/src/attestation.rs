//! Attestation of keys and of the state of the machine.

use parsec_contracts::operations::{
    AttestKey, AttestKeyOutput, CertifyKeyOutput, PrepareKeyAttestationOutput, QuoteOutput,
};
use parsec_contracts::types::{
    AttestationMechanismParams, AttestationOutput, PrepareKeyAttestationOutput as Prepared,
};
use parsec_contracts::{Opcode, Secret, Status};
use parsec_provider::{KeyContext, ProviderError};
use tss_esapi::Context;
use tss_esapi::Error;
use tss_esapi::abstraction::{AsymmetricAlgorithmSelection, ek};
use tss_esapi::constants::response_code::Tss2ResponseCodeKind as ResponseKind;
use tss_esapi::handles::{AuthHandle, KeyHandle};
use tss_esapi::interface_types::key_bits::RsaKeyBits;
use tss_esapi::interface_types::resource_handles::Hierarchy;
use tss_esapi::interface_types::session_handles::{AuthSession, PolicySession};
use tss_esapi::structures::{
    Data, Digest, EncryptedSecret, IdObject, Nonce, Public, SignatureScheme,
};
use tss_esapi::traits::Marshall as _;

use crate::asymmetric::rsa_public;
use crate::blob::Blob;
use crate::error::{failed, kind};
use crate::import::name;
use crate::pcr;
use crate::registers::Registers;
use crate::signing;
use crate::tpm::{Encrypted, Tpm};

/// Returns what a third party needs to make a credential for a key.
pub(crate) fn prepare(
    tpm: &mut Tpm,
    attested: Option<&KeyContext>,
    attesting: Option<&KeyContext>,
) -> Result<PrepareKeyAttestationOutput, ProviderError> {
    only_endorsement(attesting)?;
    let attested =
        attested.ok_or_else(|| ProviderError::not_served(Opcode::PrepareKeyAttestation))?;
    let public = Blob::decode(&attested.material)?.public;
    let endorsement = with_endorsement_key(tpm, |tpm, endorsement| {
        tpm.without_session("reading the endorsement key", |context| {
            context.read_public(endorsement)
        })
    })?;
    let (Public::Rsa { unique, .. }, ..) = endorsement else {
        return Err(ProviderError::not_supported(
            "endorsement keys other than RSA",
        ));
    };
    Ok(PrepareKeyAttestationOutput {
        output: Prepared::ActivateCredential {
            name: name(&public)?,
            public: public.marshall().map_err(failed("describing the key"))?,
            attesting_key_pub: rsa_public(unique.value())?,
        },
    })
}

/// Decrypts a credential that was made for a key in this TPM.
pub(crate) fn activate(
    tpm: &mut Tpm,
    attested: &KeyContext,
    attesting: Option<&KeyContext>,
    input: &AttestKey,
) -> Result<AttestKeyOutput, ProviderError> {
    only_endorsement(attesting)?;
    let AttestationMechanismParams::ActivateCredential {
        credential_blob,
        secret,
    } = &input.parameters
    else {
        return Err(ProviderError::not_supported("attestation of that kind"));
    };
    let no_credential = || {
        ProviderError::invalid_argument(
            "parameters: the credential was made for another key or machine, or was modified",
        )
    };
    let credential = IdObject::try_from(credential_blob.clone()).map_err(|_| no_credential())?;
    let secret = EncryptedSecret::try_from(secret.clone()).map_err(|_| no_credential())?;
    let key = tpm.load(attested)?;
    let credential = with_endorsement_key(tpm, |tpm, endorsement| {
        let policy = tpm.policy_session(endorse)?;
        let answer = tpm.try_run_with(Encrypted::Both, Some(policy), |context| {
            context.activate_credential(key, endorsement, credential, secret)
        });
        tpm.end_session(policy)?;
        match answer {
            Ok(credential) => Ok(credential),
            Err(error)
                if matches!(
                    kind(&error),
                    Some(
                        ResponseKind::Value
                            | ResponseKind::Size
                            | ResponseKind::Integrity
                            | ResponseKind::Failure
                    )
                ) =>
            {
                Err(no_credential().with_source(error))
            }
            Err(error) => Err(failed("attesting")(error)),
        }
    })?;
    Ok(AttestKeyOutput {
        output: AttestationOutput::ActivateCredential {
            credential: Secret::from(credential.value()),
        },
    })
}

/// Keys of this service cannot decrypt credentials: they are children of a storage key, not of the
/// endorsement hierarchy, whose certificate comes from the manufacturer of the TPM.
fn only_endorsement(attesting: Option<&KeyContext>) -> Result<(), ProviderError> {
    match attesting {
        None => Ok(()),
        Some(_) => Err(ProviderError::not_supported(
            "attesting keys other than the TPM's endorsement key; leave the name of the attesting key empty",
        )),
    }
}

/// The policy of the endorsement key: it may be used with the authorization of the endorsement
/// hierarchy.
fn endorse(context: &mut Context, own: AuthSession, session: PolicySession) -> Result<(), Error> {
    context.execute_with_session(Some(own), |context| {
        context
            .policy_secret(
                session,
                AuthHandle::Endorsement,
                Nonce::default(),
                Digest::default(),
                Nonce::default(),
                None,
            )
            .map(drop)
    })
}

/// Creates the endorsement key (TCG EK Credential Profile, B.3.3: RSA of 2048 bits) from its seed,
/// identical to the key in its certificate, and flushes it after use.
fn with_endorsement_key<T>(
    tpm: &mut Tpm,
    run: impl FnOnce(&mut Tpm, KeyHandle) -> Result<T, ProviderError>,
) -> Result<T, ProviderError> {
    let doing = "creating the endorsement key";
    let kind = AsymmetricAlgorithmSelection::Rsa(RsaKeyBits::Rsa2048);
    let template =
        ek::create_ek_public_from_default_template_2(kind, None).map_err(failed(doing))?;
    let made = tpm.run_long(doing, Encrypted::Response, |context| {
        context.create_primary(Hierarchy::Endorsement, template, None, None, None, None)
    })?;
    let result = run(tpm, made.key_handle);
    let flushed = tpm.flush(made.key_handle.into());
    let result = result?;
    flushed.map(|()| result)
}

fn need_attester(key: &KeyContext) -> Result<(), ProviderError> {
    if Blob::decode(&key.material)?.attests() {
        return Ok(());
    }
    Err(ProviderError::new(
        Status::PsaErrorNotPermitted,
        "the attesting key is not an attestation key: it signs any statement; generate one with \
         generate_device_key",
    ))
}

fn nonce(bytes: &[u8]) -> Result<Data, ProviderError> {
    Data::try_from(bytes).map_err(|error| {
        ProviderError::invalid_argument("nonce: is too long for a TPM").with_source(error)
    })
}

/// Certifies a key with the TPM.
pub(crate) fn certify(
    tpm: &mut Tpm,
    key: &KeyContext,
    attesting: &KeyContext,
    nonce: &[u8],
) -> Result<CertifyKeyOutput, ProviderError> {
    need_attester(attesting)?;
    let nonce = self::nonce(nonce)?;
    let public = Blob::decode(&key.material)?.public;
    let handle = tpm.load(key)?;
    let attester = tpm.load_beside(attesting)?;
    let answer = match tpm.second_session() {
        Ok(second) => {
            let answer = tpm.try_run_with(Encrypted::Both, Some(second), |context| {
                context.certify(handle.into(), attester, nonce, SignatureScheme::Null)
            });
            tpm.end_session(second)?;
            answer.map_err(failed("certifying"))
        }
        Err(error) => Err(error),
    };
    tpm.flush(attester.into())?;
    let (statement, signature) = answer?;
    let statement = statement.marshall().map_err(failed("certifying"))?;
    Ok(CertifyKeyOutput {
        signature: signing::attested(attesting, &statement, signature)?,
        statement,
        public: public.marshall().map_err(failed("describing the key"))?,
    })
}

/// Quotes platform configuration registers with the TPM.
pub(crate) fn quote(
    tpm: &mut Tpm,
    attesting: &KeyContext,
    nonce: &[u8],
    pcrs: u32,
) -> Result<QuoteOutput, ProviderError> {
    need_attester(attesting)?;
    let nonce = self::nonce(nonce)?;
    let registers = Registers::sha256(pcrs);
    let selection = registers.selection()?;
    let (statement, signature) = tpm.with_key(
        attesting,
        "quoting",
        Encrypted::Command,
        |context, handle| context.quote(handle, nonce, SignatureScheme::Null, selection),
    )?;
    let statement = statement.marshall().map_err(failed("quoting"))?;
    Ok(QuoteOutput {
        signature: signing::attested(attesting, &statement, signature)?,
        statement,
        pcr_values: pcr::read(tpm, registers)?,
    })
}
