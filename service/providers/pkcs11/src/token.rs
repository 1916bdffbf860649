//! The token: logging in, and working in its sessions.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use cryptoki::context::Function;
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::{MechanismInfo, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::TokenInfo;
use cryptoki::types::AuthPin;
use parsec_contracts::Status;
use parsec_provider::{Counted, Counters, KeyContext, KeyId, ProviderError};

use crate::Settings;
use crate::connection::{Connection, lock};
use crate::error::{failed, is_lost, is_stale, lost};
use crate::find::find;
use crate::module::{Module, OwnSession, Running};
use crate::object::{Id, Object};

/// A token, logged in to.
pub(crate) struct Token {
    module: Arc<Module>,
    settings: Settings,
    state: Mutex<State>,
    counters: Counters,
    /// Held while objects come and go. SoftHSM 2.6.1 answers `CKR_GENERAL_ERROR` to threads that
    /// do this at once.
    changes: Mutex<()>,
}

/// What is known of the token now.
#[derive(Default)]
struct State {
    /// `None` after it was lost, until it is needed again.
    open: Option<Arc<Connection>>,
    /// The token refused the PIN.
    pin_refused: bool,
}

impl Token {
    /// Loads the library, finds the token and logs in.
    pub(crate) fn open(settings: Settings) -> Result<Self, ProviderError> {
        let token = Self {
            module: Module::load(&settings.library)?,
            settings,
            state: Mutex::default(),
            counters: Counters::new(),
            changes: Mutex::default(),
        };
        token.connected()?;
        Ok(token)
    }

    /// What it can do, and with keys of which sizes.
    pub(crate) fn mechanisms(&self) -> Result<Vec<(MechanismType, MechanismInfo)>, ProviderError> {
        let slot = self.connected()?.slot;
        let running = self.module.enter();
        let all = running
            .pkcs11
            .get_mechanism_list(slot)
            .and_then(|mechanisms| {
                let with_info = mechanisms.into_iter().map(|mechanism| {
                    let info = running.pkcs11.get_mechanism_info(slot, mechanism)?;
                    Ok((mechanism, info))
                });
                with_info.collect()
            });
        all.map_err(failed("asking what the token can do"))
    }

    pub(crate) fn counted(&self) -> Counted {
        self.counters.read()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The token as it is now, logged in to.
    pub(crate) fn connected(&self) -> Result<Arc<Connection>, ProviderError> {
        let mut state = lock(&self.state);
        if let Some(open) = &state.open {
            return Ok(Arc::clone(open));
        }
        if state.pin_refused {
            return Err(pin_refused());
        }
        let connected = self.connect();
        if let Err(error) = &connected {
            state.pin_refused = error.status() == Status::PsaErrorNotPermitted;
        }
        let open = Arc::new(connected?);
        state.open = Some(Arc::clone(&open));
        Ok(open)
    }

    fn connect(&self) -> Result<Connection, ProviderError> {
        self.module
            .start()
            .map_err(failed("starting the PKCS #11 library"))?;
        let running = self.module.enter();
        let (slot, info) = find(running.pkcs11, &self.settings.token)?;
        let anchor = running
            .pkcs11
            .open_rw_session_no_drop(slot)
            .map_err(failed("opening a session with the token"))?;
        self.log_in(&anchor, &info)?;
        Ok(Connection::new(running.start(), slot, info, anchor))
    }

    fn log_in(&self, session: &Session, info: &TokenInfo) -> Result<(), ProviderError> {
        if !info.login_required() {
            return Ok(());
        }
        if info.user_pin_locked() {
            return Err(refused(
                "the token's PIN is locked; unlock it with the SO PIN",
            ));
        }
        let pin = match &self.settings.pin {
            Some(pin) => {
                let text = std::str::from_utf8(pin.expose()).map_err(|error| {
                    ProviderError::invalid_argument("the PIN is not UTF-8").with_source(error)
                })?;
                Some(AuthPin::from(text.to_owned()))
            }
            None if info.protected_authentication_path() => None,
            None => {
                return Err(refused(
                    "the token wants a PIN, and the configuration gives none; set user_pin, \
                     user_pin_file, user_pin_env or user_pin_credential",
                ));
            }
        };
        // Somebody, perhaps this service before it was restarted, has tried a wrong one since the
        // last login: one more might lock the token.
        if pin.is_some() && (info.user_pin_count_low() || info.user_pin_final_try()) {
            return Err(refused(
                "a wrong PIN was tried with the token, so this one is not tried before you have \
                 checked it: log in once by hand, for example with `pkcs11-tool --login --list-objects`",
            ));
        }
        match session.login(UserType::User, pin.as_ref()) {
            // Another provider of this service uses the same token.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(
                answer @ (RvError::PinIncorrect
                | RvError::PinInvalid
                | RvError::PinLenRange
                | RvError::PinLocked
                | RvError::PinExpired),
                _,
            )) => Err(pin_refused().with_source(answer.to_string())),
            Err(error) => Err(failed("logging in to the token")(error)),
        }
    }

    /// Runs something in a session. If the token was lost, the way to it is opened again and it is
    /// run once more: for what does no harm twice.
    pub(crate) fn run<T>(
        &self,
        doing: &'static str,
        run: impl Fn(&Connection, &Session) -> Result<T, Error>,
    ) -> Result<T, ProviderError> {
        self.attempt(&run)
            .and_then(|result| match result {
                Err(error) if is_lost(&error) => self.attempt(&run),
                other => Ok(other),
            })?
            .map_err(failed(doing))
    }

    /// Makes objects, which is tried once only, and by one at a time.
    pub(crate) fn change<T>(
        &self,
        run: impl FnOnce(&Session) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        self.attempt(|_, session| {
            let _changing = lock(&self.changes);
            run(session)
        })
    }

    /// The same for those who tell the token's answers apart.
    pub(crate) fn attempt<T>(
        &self,
        run: impl FnOnce(&Connection, &Session) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let open = self.connected()?;
        let result = {
            let running = self.module.enter();
            // Another provider may have started the library again.
            match running.start() == open.start {
                true => self.in_session(&running, &open, run),
                false => Err(Error::Pkcs11(
                    RvError::CryptokiNotInitialized,
                    Function::OpenSession,
                )),
            }
        };
        if let Err(error) = &result {
            self.note(&open, error);
        }
        Ok(result)
    }

    fn in_session<T>(
        &self,
        running: &Running<'_>,
        open: &Connection,
        run: impl FnOnce(&Connection, &Session) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let session = open.session(running.pkcs11)?;
        let result = run(open, &session);
        match &result {
            Ok(_) => open.keep(session),
            // Its number may soon be that of a new session, which must not be closed.
            Err(error) if is_lost(error) => {}
            // An error leaves no operation active in the session (PKCS #11 v2.40, 5.2), but that
            // is what libraries get wrong: a new one costs little.
            Err(_) => {
                if let Err(error) = session.close() {
                    tracing::debug!(%error, "a session with the token was not closed");
                }
            }
        }
        result
    }

    /// Gives up what is open if the error says that it is open no more.
    fn note(&self, open: &Arc<Connection>, error: &Error) {
        if !is_lost(error) {
            return;
        }
        let mut state = lock(&self.state);
        if state
            .open
            .as_ref()
            .is_some_and(|now| Arc::ptr_eq(now, open))
        {
            self.counters.count_reset();
            tracing::warn!(%error, "the token was lost; the next request logs in again");
            state.open = None;
        }
    }

    /// Runs something with a key's object, looking for it again if its handle is stale.
    pub(crate) fn with_object<T>(
        &self,
        key: &KeyContext,
        class: ObjectClass,
        run: impl Fn(&Session, ObjectHandle) -> Result<T, Error>,
    ) -> Result<Result<T, Error>, ProviderError> {
        let object = Object::decode(&key.material)?;
        let mut found = None;
        for _ in 0..3 {
            found = Some(self.attempt(|open, session| {
                if open.info.serial_number() != object.token {
                    return Ok(Found::OtherToken);
                }
                let Some(handle) = self.handle(open, session, key.id, &object.id, class)? else {
                    return Ok(Found::Nothing);
                };
                run(session, handle)
                    .inspect_err(|error| {
                        if is_stale(error) {
                            open.forget(key.id);
                        }
                    })
                    .map(Found::Done)
            })?);
            match &found {
                Some(Err(error)) if is_lost(error) || is_stale(error) => {}
                _ => break,
            }
        }
        match found {
            Some(Ok(Found::Done(result))) => Ok(Ok(result)),
            Some(Ok(Found::OtherToken)) => Err(ProviderError::new(
                Status::PsaErrorStorageFailure,
                "the key is on another token than the one that is there now",
            )),
            Some(Ok(Found::Nothing)) | None => Err(lost()),
            Some(Err(error)) => Ok(Err(error)),
        }
    }

    /// Where the object is. Handles are good for all sessions while one is logged in (PKCS #11
    /// v2.40, 2.2), so they are kept.
    fn handle(
        &self,
        open: &Connection,
        session: &Session,
        key: KeyId,
        id: &Id,
        class: ObjectClass,
    ) -> Result<Option<ObjectHandle>, Error> {
        if let Some(handle) = open.known(key, class) {
            self.counters.count_hit();
            return Ok(Some(handle));
        }
        self.counters.count_miss();
        let wanted = [Attribute::Class(class), Attribute::Id(id.to_vec())];
        let _changing = lock(&self.changes);
        let found = session.find_objects(&wanted)?.first().copied();
        if let Some(handle) = found {
            open.remember(key, class, handle);
        }
        Ok(found)
    }

    /// A session of the caller's own, and the key's object.
    pub(crate) fn own_session(
        &self,
        key: &KeyContext,
        class: ObjectClass,
    ) -> Result<(OwnSession, ObjectHandle), ProviderError> {
        let failed = failed("opening a session with the token");
        // Taken first: a handle that is found later is of this start, or the session is refused.
        let open = self.connected()?;
        let session = OwnSession::open(&self.module, open.slot, open.start).map_err(&failed)?;
        let handle = self
            .with_object(key, class, |_, handle| Ok(handle))?
            .map_err(&failed)?;
        Ok((session, handle))
    }

    /// Removes every object of that name.
    pub(crate) fn destroy(&self, id: &Id) -> Result<(), ProviderError> {
        self.run("removing the key from the token", |_, session| {
            let _changing = lock(&self.changes);
            for handle in session.find_objects(&[Attribute::Id(id.to_vec())])? {
                match session.destroy_object(handle) {
                    Ok(()) => {}
                    // Somebody was faster.
                    Err(error) if is_stale(&error) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    }

    /// The names of all objects.
    pub(crate) fn objects(&self) -> Result<BTreeSet<Vec<u8>>, ProviderError> {
        self.run("listing what is on the token", |_, session| {
            let mut names = BTreeSet::new();
            for handle in session.find_objects(&[Attribute::Token(true)])? {
                for attribute in session.get_attributes(handle, &[AttributeType::Id])? {
                    if let Attribute::Id(id) = attribute {
                        names.insert(id);
                    }
                }
            }
            Ok(names)
        })
    }

    /// Forgets where a key's objects are.
    pub(crate) fn forget(&self, key: KeyId) {
        if let Some(open) = &lock(&self.state).open {
            open.forget(key);
        }
    }
}

/// What became of looking for an object.
enum Found<T> {
    Done(T),
    Nothing,
    OtherToken,
}

fn refused(why: &str) -> ProviderError {
    ProviderError::new(Status::PsaErrorNotPermitted, why)
}

fn pin_refused() -> ProviderError {
    refused(
        "the token refused the PIN, which is not tried again; correct it and restart the service",
    )
}
