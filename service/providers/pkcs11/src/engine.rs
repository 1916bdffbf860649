//! The engine over a token.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, AttributeType, ObjectClass};
use cryptoki::session::Session;
use parsec_contracts::types::{
    AsymmetricEncryption, AsymmetricSignature, EccFamily, KeyAttributes, KeyType, RawKeyAgreement,
};
use parsec_contracts::{ProviderId, Secret, Status, Zeroizing};
use parsec_provider::{Counted, KeyContext, ProviderError, Shown, turn};
use parsec_psa::{Engine, OperationGroup, Secrets, SoftwarePadding, has_public_point, public};

use crate::abilities::Abilities;
use crate::error::{failed, key_missing};
use crate::lookup::classes;
use crate::object::{Id, Object};
use crate::refusals::Refusals;
use crate::token::Token;
use crate::ways::Input;
use crate::{Settings, agreement, encryption, known, pairs, signing};

/// The status after which it is unknown what the token has made.
const LOST: Status = Status::PsaErrorCommunicationFailure;
/// Random bytes that are asked for at once.
const RANDOM_AT_ONCE: usize = 64 * 1024;

/// A token and the way to it.
pub(crate) struct TokenEngine {
    pub(crate) token: Token,
    pub(crate) abilities: Abilities,
    pub(crate) refusals: Refusals,
    /// The lengths of GCM's nonces and tags that the token was asked about, and whether it does them.
    pub(crate) gcm_shapes: Mutex<BTreeMap<(usize, u32), bool>>,
    workers: usize,
}

impl fmt::Debug for TokenEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenEngine")
            .field("settings", self.token.settings())
            .finish_non_exhaustive()
    }
}

impl TokenEngine {
    pub(crate) fn start(settings: Settings) -> Result<Self, ProviderError> {
        let token = Token::open(settings)?;
        let mut abilities = Abilities::ask(&token)?;
        let refusals = Refusals::default();
        known::ask(&token, &mut abilities, &refusals)?;
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

    /// Whether software pads what the token could pad as well.
    pub(crate) fn pads_in_software(&self) -> bool {
        self.token.settings().software_padding == SoftwarePadding::Always
    }

    /// Whether a key may be made so that it can leave the token.
    pub(crate) fn may_leave(&self, attributes: &KeyAttributes) -> bool {
        self.token.settings().allow_export && attributes.key_policy.key_usage_flags.export
    }

    /// Has something made on the token: it is written down before, and what is half made is
    /// removed.
    pub(crate) fn make(
        &self,
        make: impl FnOnce(&mut Object) -> Result<(), ProviderError>,
    ) -> Result<Secret, ProviderError> {
        let journal = &self.token.settings().journal;
        let open = self.token.connected()?;
        let mut object = Object::new(open.info.serial_number())?;
        journal.intend(&object.id)?;
        match make(&mut object) {
            Ok(()) => object.encode(),
            Err(error) => {
                // What cannot be removed now is removed when the token shows it again. Where the
                // token answered that it made nothing, there is nothing.
                let is_gone = match self.token.destroy(&object.id) {
                    Ok(is_whole) => is_whole || error.is_key_missing() || error.status() != LOST,
                    Err(_) => false,
                };
                if is_gone {
                    journal.settle(&object.id)?;
                }
                Err(error)
            }
        }
    }

    fn has_curve(&self, key_type: &KeyType, bits: u32) -> bool {
        match key_type {
            KeyType::EccKeyPair { curve_family } | KeyType::EccPublicKey { curve_family } => self
                .abilities
                .curves
                .iter()
                .any(|(family, size)| family == curve_family && (bits == 0 || *size == bits)),
            _ => false,
        }
    }
}

impl Engine for TokenEngine {
    fn id(&self) -> ProviderId {
        ProviderId::Pkcs11
    }

    fn operation_groups(&self) -> &'static [OperationGroup] {
        crate::OPERATION_GROUPS
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
            // A token wants the point with the number, and does not compute it.
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
        signing::sign(self, key, alg, Input::Hash(hash))
    }

    fn verify_hash(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        signing::verify(self, key, alg, Input::Hash(hash), signature)
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
        signing::sign(self, key, alg, Input::Message(message, hash))
    }

    fn verify_message(
        &self,
        key: &KeyContext,
        alg: &AsymmetricSignature,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), ProviderError> {
        signing::verify(self, key, alg, Input::Message(message, &[]), signature)
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
        for piece in bytes.chunks_mut(RANDOM_AT_ONCE) {
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
            // A part that the token does not show cannot be copied.
            if copied < classes(&source.attributes.key_type).len() {
                return Err(key_missing(&self.token.connected()?.info));
            }
            Ok(())
        })
    }

    /// The key never leaves the token, so there is nothing to be wiped; its handle is looked for
    /// again.
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
            // The journal keeps it in mind.
            Err(error) if error.is_key_missing() => Ok(()),
            done => done,
        }
    }

    fn object(&self, material: &Secret) -> Option<Vec<u8>> {
        crate::object(material)
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
            ProviderError::invalid_argument("the object's name is none").with_source(error)
        })?;
        self.token.destroy(&id)
    }
}

/// Copies every object of a name: how many there were.
fn copy_objects(session: &Session, from: &Id, to: &Id, may_leave: bool) -> Result<usize, Error> {
    let found = session.find_objects(&[Attribute::Id(from.to_vec())])?;
    for handle in &found {
        let mut changes = vec![Attribute::Id(to.to_vec())];
        let class = session.get_attributes(*handle, &[AttributeType::Class])?;
        // A copy may be kept more strictly, not less (PKCS #11 v2.40, 4.1.3).
        if !class.contains(&Attribute::Class(ObjectClass::PUBLIC_KEY)) && !may_leave {
            let strict = [Attribute::Sensitive(true), Attribute::Extractable(false)];
            let kinds = [AttributeType::Sensitive, AttributeType::Extractable];
            let kept = session.get_attributes(*handle, &kinds)?;
            // What is as strict already, SoftHSM does not let be said again.
            changes.extend(strict.into_iter().filter(|wanted| !kept.contains(wanted)));
        }
        session.copy_object(*handle, &changes)?;
    }
    Ok(found.len())
}

/// What cannot be had of a key that stays where it is.
pub(crate) fn stays() -> ProviderError {
    failed("exporting the key")(Error::Pkcs11(
        RvError::KeyUnextractable,
        Function::GetAttributeValue,
    ))
}
