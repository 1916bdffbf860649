//! Finds a key's objects on the token by their identifier, and uses them by their handle.

use std::sync::Arc;

use cryptoki::error::Error;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use parsec_contracts::types::KeyType;
use parsec_provider::{KeyContext, ProviderError, Shown};

use crate::connection::{TokenConnection, lock};
use crate::error::failed;
use crate::error::{is_lost, is_stale, key_missing, not_present};
use crate::module::OwnSession;
use crate::object::{Id, Object};
use crate::token::Token;

/// The maximum number of attempts to use a key after its handle or the token was lost.
const ATTEMPTS: usize = 4;

/// The classes of a key's objects; without the first, the key cannot be used.
pub(crate) fn classes(key_type: &KeyType) -> &'static [ObjectClass] {
    match key_type {
        KeyType::RsaPublicKey | KeyType::EccPublicKey { .. } | KeyType::DhPublicKey { .. } => {
            &[ObjectClass::PUBLIC_KEY]
        }
        KeyType::RsaKeyPair | KeyType::EccKeyPair { .. } | KeyType::DhKeyPair { .. } => {
            &[ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY]
        }
        _ => &[ObjectClass::SECRET_KEY],
    }
}

/// The result of an attempt to use an object.
enum Outcome<T> {
    Done(T),
    NotShown,
}

impl Token {
    /// Runs a function with a key's object, and searches for the object again if its handle is
    /// stale.
    ///
    /// # Errors
    ///
    /// [`ProviderError::key_missing`] if the token does not show the object.
    pub(crate) fn with_object<T>(
        &self,
        key: &KeyContext,
        class: ObjectClass,
        run: impl Fn(&Session, ObjectHandle) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let found = self.with_object_of(key, class, |_, session, handle| run(session, handle))?;
        Ok(found.map(|(_, result)| result))
    }

    /// Like [`Token::with_object`]. Also returns the connection in which the handle is valid.
    fn with_object_of<T>(
        &self,
        key: &KeyContext,
        class: ObjectClass,
        run: impl Fn(&TokenConnection, &Session, ObjectHandle) -> Result<T, Error>,
    ) -> Result<Result<(Arc<TokenConnection>, T), Error>, ProviderError> {
        let id = Object::decode(&key.material)?.id;
        let mut attempts = 0;
        let mut has_searched = false;
        loop {
            attempts += 1;
            let open = self.connected()?;
            let outcome = self.attempt_in(&open, |session| {
                let Some(handle) = self.handle(&open, session, &id, class)? else {
                    return match open.answers(session) {
                        true => Ok(Outcome::NotShown),
                        false => Err(not_present()),
                    };
                };
                run(&open, session, handle)
                    .inspect_err(|error| {
                        if is_stale(error) {
                            open.forget(&id);
                        }
                    })
                    .map(Outcome::Done)
            });
            match outcome {
                Ok(Outcome::Done(result)) => {
                    if has_searched {
                        self.end_search();
                    }
                    self.note_found(key, class);
                    return Ok(Ok((open, result)));
                }
                Ok(Outcome::NotShown) => {
                    if attempts < ATTEMPTS && self.search_objects(&open)? {
                        has_searched = true;
                        continue;
                    }
                    self.note_missed(key, class);
                    return Err(key_missing(&open.info));
                }
                Err(error) if attempts < ATTEMPTS && (is_lost(&error) || is_stale(&error)) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
    }

    /// Returns the handle of an object. Handles are valid for all sessions during a login (PKCS #11
    /// v2.40, 2.2), so they are cached.
    fn handle(
        &self,
        open: &TokenConnection,
        session: &Session,
        id: &Id,
        class: ObjectClass,
    ) -> Result<Option<ObjectHandle>, Error> {
        if let Some((handle, was_used)) = open.known(id, class) {
            match was_used {
                true => self.counters.count_hit(),
                false => self.counters.count_miss(),
            }
            return Ok(Some(handle));
        }
        self.counters.count_search();
        let wanted = [Attribute::Class(class), Attribute::Id(id.to_vec())];
        let _changing = lock(&self.changes);
        let found = session.find_objects(&wanted)?.first().copied();
        self.counters.count_miss();
        if let Some(handle) = found {
            open.remember(id, class, handle);
            open.known(id, class);
        }
        Ok(found)
    }

    fn note_found(&self, key: &KeyContext, class: ObjectClass) {
        if classes(&key.attributes.key_type).first() == Some(&class) {
            self.settings().journal.found(key.id);
        }
    }

    pub(crate) fn note_missed(&self, key: &KeyContext, class: ObjectClass) {
        if classes(&key.attributes.key_type).first() == Some(&class) {
            self.settings().journal.missed(key.id);
        }
    }

    /// Opens a separate session, and returns it with the handle of the key's object.
    pub(crate) fn own_session(
        &self,
        key: &KeyContext,
        class: ObjectClass,
    ) -> Result<(OwnSession, ObjectHandle), ProviderError> {
        let failed = failed("opening a session with the token");
        let mut attempts = 0;
        loop {
            attempts += 1;
            // The session is opened in the connection in which the handle is valid, or not at all.
            let (open, handle) = self
                .with_object_of(key, class, |_, _, handle| Ok(handle))?
                .map_err(&failed)?;
            match OwnSession::open(&self.module, open.slot, open.start) {
                Ok(session) => return Ok((session, handle)),
                Err(error) if attempts < ATTEMPTS && is_lost(&error) => self.note(&open, &error),
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Lists the objects that the token shows, and caches their handles, so that their first use
    /// needs no search.
    pub(crate) fn objects(&self) -> Result<Shown, ProviderError> {
        self.run("listing the token's objects", |open, session| {
            let handles = {
                let _changing = lock(&self.changes);
                session.find_objects(&[Attribute::Token(true)])?
            };
            let mut shown = Shown::default();
            for handle in handles {
                if let Some((id, class)) = identify(session, handle)? {
                    if let Ok(own) = Id::try_from(&*id) {
                        open.remember(&own, class, handle);
                    }
                    match class {
                        ObjectClass::PUBLIC_KEY => shown.public_keys.insert(id),
                        _ => shown.keys.insert(id),
                    };
                }
            }
            match open.answers(session) {
                true => Ok(shown),
                false => Err(not_present()),
            }
        })
    }

    /// Removes the cached handles of a key.
    pub(crate) fn forget(&self, id: &Id) {
        if let Some(open) = self.open_now() {
            open.forget(id);
        }
    }
}

/// The identifier and class of a key's object; `None` for other objects, and for objects that are
/// gone.
pub(crate) fn identify(
    session: &Session,
    handle: ObjectHandle,
) -> Result<Option<(Vec<u8>, ObjectClass)>, Error> {
    let wanted = [AttributeType::Class, AttributeType::Id];
    let attributes = match session.get_attributes(handle, &wanted) {
        Err(error) if is_stale(&error) => return Ok(None),
        attributes => attributes?,
    };
    let (mut id, mut class) = (None, None);
    for attribute in attributes {
        match attribute {
            Attribute::Id(bytes) => id = Some(bytes),
            Attribute::Class(found) => class = Some(found),
            _ => {}
        }
    }
    let is_key = |class: &ObjectClass| {
        [
            ObjectClass::PRIVATE_KEY,
            ObjectClass::PUBLIC_KEY,
            ObjectClass::SECRET_KEY,
        ]
        .contains(class)
    };
    Ok(id.zip(class.filter(is_key)))
}
