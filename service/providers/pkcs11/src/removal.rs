//! Removes all of a key's objects from the token, or reports which remain.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use cryptoki::error::Error;
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use parsec_provider::{KeyContext, ProviderError};

use crate::connection::lock;
use crate::error::{is_lost, is_stale, key_missing};
use crate::lookup::{classes, identify};
use crate::object::{Id, Object};
use crate::token::Token;

const DOING: &str = "removing the key from the token";

/// The order of removal: without its first object, a key cannot be used.
fn rank(class: ObjectClass) -> u8 {
    u8::from(class == ObjectClass::PUBLIC_KEY)
}

impl Token {
    /// Removes the objects of a key. If the token does not show all of them, it removes none: an
    /// object that is not listed may return.
    pub(crate) fn destroy_key(&self, key: &KeyContext) -> Result<(), ProviderError> {
        let object = Object::decode(&key.material)?;
        let classes = classes(&key.attributes.key_type);
        self.forget(&object.id);
        loop {
            let open = self.connected()?;
            let removed = self.remove(&object.id, classes)?;
            if classes.iter().all(|class| removed.contains(class)) {
                return Ok(());
            }
            if classes.first().is_some_and(|class| removed.contains(class)) {
                return Err(key_missing(&open.info).part_left());
            }
            if !self.search_objects(&open)? {
                if let Some(class) = classes.first() {
                    self.note_missed(key, *class);
                }
                return Err(key_missing(&open.info));
            }
        }
    }

    /// Removes all objects of an identifier that the token shows. Returns `false` if others may
    /// remain.
    pub(crate) fn destroy(&self, id: &Id) -> Result<bool, ProviderError> {
        self.forget(id);
        let removed = self.remove(id, &[])?;
        let pair = [ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY];
        Ok(removed.contains(&ObjectClass::SECRET_KEY)
            || pair.iter().all(|class| removed.contains(class)))
    }

    /// Removes all objects of an identifier if there is one of each class in `needed`. Returns the
    /// classes of the removed objects.
    fn remove(&self, id: &Id, needed: &[ObjectClass]) -> Result<Classes, ProviderError> {
        let removed = RefCell::new(Classes::default());
        let failure = Cell::new(None);
        self.run(DOING, |_, session| {
            let _changing = lock(&self.changes);
            let shown = objects_of(session, id)?;
            let is_there = |class: &ObjectClass| {
                removed.borrow().contains(class) || shown.iter().any(|(one, _)| one == class)
            };
            if !needed.iter().all(is_there) {
                return Ok(());
            }
            for (class, handle) in shown {
                match session.destroy_object(handle) {
                    Ok(()) => removed.borrow_mut().add(class),
                    // Another program removed it first, or the token shows an object that it does
                    // not have.
                    Err(error) if is_stale(&error) => {}
                    Err(error) => {
                        // The object existed. If it is gone at the next attempt, this attempt
                        // removed it.
                        if is_lost(&error) {
                            removed.borrow_mut().add(class);
                        }
                        return match removed.borrow().is_empty() || is_lost(&error) {
                            true => Err(error),
                            false => {
                                failure.set(Some(error));
                                Ok(())
                            }
                        };
                    }
                }
            }
            Ok(())
        })?;
        if let Some(error) = failure.take() {
            tracing::warn!(%error, "an object of a removed key remains on the token");
        }
        Ok(removed.into_inner())
    }
}

/// A set of object classes, for which cryptoki defines no order.
#[derive(Debug, Default)]
struct Classes(BTreeSet<u64>);

impl Classes {
    fn add(&mut self, class: ObjectClass) {
        self.0.insert(*class);
    }

    fn contains(&self, class: &ObjectClass) -> bool {
        self.0.contains(&**class)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// All objects of an identifier, starting with those without which the key cannot be used.
fn objects_of(session: &Session, id: &Id) -> Result<Vec<(ObjectClass, ObjectHandle)>, Error> {
    let mut objects = Vec::new();
    for handle in session.find_objects(&[Attribute::Id(id.to_vec())])? {
        if let Some((_, class)) = identify(session, handle)? {
            objects.push((class, handle));
        }
    }
    objects.sort_by_key(|(class, _)| rank(*class));
    Ok(objects)
}
