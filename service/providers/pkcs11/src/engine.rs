//! Starts the engine, and implements `Engine` over a token.

use std::sync::Mutex;

use cryptoki::error::Error;
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::session::Session;
use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, KeyAttributes, KeyType, RawKeyAgreement,
};
use parsec_contracts::{ProviderId, Secret, Zeroizing};
use parsec_provider::{Counted, KeyContext, ProviderError, Shown, turn};
use parsec_psa::{Engine, OperationGroup, Secrets, has_public_point, public};

use crate::abilities::{Abilities, OPERATION_GROUPS};
use crate::error::{failed, key_missing};
use crate::lookup::classes;
use crate::object::{Id, Object};
use crate::refusals::Refusals;
use crate::token::Token;
use crate::token_engine::TokenEngine;
use crate::ways::SignatureInput;
use crate::{Settings, agreement, encryption, known, pairs, signing};

/// The maximum number of random bytes per call.
const MAX_RANDOM: usize = 64 * 1024;

impl TokenEngine {
    /// Opens the token and queries its capabilities.
    pub(crate) fn start(settings: Settings) -> Result<Self, ProviderError> {
        let token = Token::open(settings)?;
        let mut abilities = Abilities::query(&token)?;
        let refusals = Refusals::default();
        known::run(&token, &mut abilities, &refusals)?;
        tracing::debug!(mechanisms = ?abilities.names(), "the token's mechanisms");
        let workers = token.connected()?.workers();
        Ok(Self {
            token,
            abilities,
            refusals,
            gcm_shapes: Mutex::default(),
            workers,
        })
    }
}

impl Engine for TokenEngine {
    fn id(&self) -> ProviderId {
        ProviderId::Pkcs11
    }

    fn operation_groups(&self) -> &'static [OperationGroup] {
        OPERATION_GROUPS
    }

    fn workers(&self) -> usize {
        self.workers
    }

    fn counted(&self) -> Counted {
        self.token.counted()
    }

    fn secrets(&self) -> &dyn Secrets {
        self
    }

    fn has_key_type(&self, key_type: &KeyType) -> bool {
        match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => !self.abilities.rsa.is_empty(),
            other => self.has_curve(other, 0),
        }
    }

    fn has_size(&self, key_type: &KeyType, bits: u32) -> bool {
        match key_type {
            KeyType::RsaKeyPair | KeyType::RsaPublicKey => self.abilities.rsa.contains(&bits),
            other => bits != 0 && self.has_curve(other, bits),
        }
    }

    fn has_import(&self, key_type: &KeyType, bits: u32) -> bool {
        match key_type {
            // A token needs the public point with the private key; it does not compute it.
            KeyType::EccKeyPair { curve_family } if bits != 0 => {
                has_public_point(*curve_family, bits)
            }
            _ => true,
        }
    }

    fn has_signature(&self, _: &KeyType, bits: u32, alg: &AsymmetricSignature) -> bool {
        signing::has(&self.abilities, bits, alg)
    }

    fn generate(&self, attributes: &KeyAttributes) -> Result<Secret, ProviderError> {
        pairs::generate(self, attributes)
    }

    fn import(
        &self,
        attributes: &KeyAttributes,
        data: &[u8],
    ) -> Result<(u32, Secret), ProviderError> {
        pairs::import(self, attributes, data)
    }

    fn export(&self, key: &KeyContext) -> Result<Secret, ProviderError> {
        pairs::export(self, key)
    }

    fn public_key(&self, key: &KeyContext) -> Result<Vec<u8>, ProviderError> {
        Ok(Object::decode(&key.material)?.public)
    }

    fn sign_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        signing::sign(self, key, alg, SignatureInput::Hash(hash))
    }

    fn verify_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        signing::verify(self, key, alg, SignatureInput::Hash(hash), signature)
    }

    fn hashes_messages(&self, alg: &AsymmetricSignature) -> bool {
        signing::hashes_messages(&self.abilities, alg)
    }

    fn sign_message(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        message: &[u8],
        hash: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        signing::sign(self, key, alg, SignatureInput::Message(message, hash))
    }

    fn verify_message(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        signing::verify(
            self,
            key,
            alg,
            SignatureInput::Message(message, &[]),
            signature,
        )
    }

    fn has_agreement(&self, key_type: &KeyType, bits: u32, alg: RawKeyAgreement) -> bool {
        alg == RawKeyAgreement::Ecdh
            && matches!(key_type, KeyType::EccKeyPair { curve_family } if *curve_family != EccFamily::TwistedEdwards)
            && self.has_curve(key_type, bits)
            && self
                .abilities
                .has(MechanismType::ECDH1_DERIVE, bits as usize)
    }

    fn agree(
        &self,
        key: &KeyContext,
        _alg: RawKeyAgreement,
        peer_key: &[u8],
    ) -> Result<Secret, ProviderError> {
        agreement::agree(self, key, peer_key)
    }

    fn has_encryption(&self, alg: &AsymmetricEncryption) -> bool {
        encryption::has(&self.abilities, alg)
    }

    fn encrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        plaintext: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>, ProviderError> {
        let public_key = Object::decode(&key.material)?.public;
        public::encrypt(&public_key, alg, plaintext, label)
    }

    fn decrypt(
        &self,
        key: &KeyContext,
        alg: &AsymmetricEncryption,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Secret, ProviderError> {
        encryption::decrypt(self, key, alg, ciphertext, label)
    }

    fn random(&self, size: usize) -> Result<Secret, ProviderError> {
        let mut bytes = Zeroizing::new(vec![0; size]);
        for piece in bytes.chunks_mut(MAX_RANDOM) {
            turn::pause()?;
            let drawn = self.token.run("drawing random bytes", |_, session| {
                let mut drawn = Zeroizing::new(vec![0; piece.len()]);
                session.generate_random_slice(&mut drawn)?;
                Ok(drawn)
            })?;
            piece.copy_from_slice(&drawn);
        }
        Ok(Secret::from(bytes))
    }

    fn copy(
        &self,
        source: &KeyContext,
        attributes: &KeyAttributes,
    ) -> Result<Secret, ProviderError> {
        let from = Object::decode(&source.material)?;
        let may_leave = self.may_leave(attributes);
        self.make(|object| {
            object.public.clone_from(&from.public);
            let copied = self
                .token
                .change(|session| copy_objects(session, &from.id, &object.id, may_leave))?
                .map_err(failed("copying the key"))?;
            // An object that the token does not show cannot be copied.
            if copied < classes(&source.attributes.key_type).len() {
                return Err(key_missing(&self.token.connected()?.info));
            }
            Ok(())
        })
    }

    /// Removes the cached handle. There is no key material to wipe, because the key never leaves
    /// the token.
    fn purge(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.token.forget(&Object::decode(&key.material)?.id);
        Ok(())
    }

    fn destroy(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.token.destroy_key(key)?;
        let journal = &self.token.settings().journal;
        journal.settle(&Object::decode(&key.material)?.id)
    }

    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        match self.destroy(key) {
            // The journal keeps the object.
            Err(error) if error.is_key_missing() => Ok(()),
            done => done,
        }
    }

    fn object(&self, material: &Secret) -> Option<Vec<u8>> {
        Object::identifier(material)
    }

    fn objects(&self) -> Result<Option<Shown>, ProviderError> {
        self.token.objects().map(Some)
    }

    fn refresh(&self) -> Result<bool, ProviderError> {
        let open = self.token.connected()?;
        self.token.search_objects(&open)
    }

    fn remove_object(&self, object: &[u8]) -> Result<bool, ProviderError> {
        let id = Id::try_from(object).map_err(|error| {
            ProviderError::invalid_argument("the object's name is malformed").with_source(error)
        })?;
        self.token.destroy(&id)
    }
}

/// Copies all objects of an identifier, and returns their number.
fn copy_objects(session: &Session, from: &Id, to: &Id, may_leave: bool) -> Result<usize, Error> {
    let found = session.find_objects(&[Attribute::Id(from.to_vec())])?;
    for handle in &found {
        let mut changes = vec![Attribute::Id(to.to_vec())];
        let class = session.get_attributes(*handle, &[AttributeType::Class])?;
        // A copy may be more restricted than its source, not less (PKCS #11 v2.40, 4.1.3).
        if !class.contains(&Attribute::Class(ObjectClass::PUBLIC_KEY)) && !may_leave {
            let strict = [Attribute::Sensitive(true), Attribute::Extractable(false)];
            let kinds = [AttributeType::Sensitive, AttributeType::Extractable];
            let kept = session.get_attributes(*handle, &kinds)?;
            // SoftHSM rejects attributes that do not change.
            changes.extend(strict.into_iter().filter(|wanted| !kept.contains(wanted)));
        }
        session.copy_object(*handle, &changes)?;
    }
    Ok(found.len())
}
