//! How promises settle: by one threadsafe function for a thread of JavaScript.
//!
//! napi makes such a function, with its handle and its hooks, for each promise, and each wakes the
//! event loop by itself; that costs more than a short call does. Here what has ended gathers in one
//! list, and one turn of the loop settles all of it.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::mem;
use std::ptr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::ToNapiValue;
use napi::{Env, JsError, check_status, sys};

use crate::promise::contained;

/// A promise's other half. Only the thread that made it may use it.
pub(crate) struct Deferred(sys::napi_deferred);

// SAFETY: it is a handle that other threads only carry; `Settled` runs where it was made.
unsafe impl Send for Deferred {}

/// Settles one promise, on the thread of JavaScript.
type Settled = Box<dyn FnOnce(&Env) + Send>;

/// What other threads see of a thread of JavaScript.
#[derive(Default)]
pub(crate) struct Shared {
    pending: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    /// Nothing once the environment goes away: what ends then has nobody to tell.
    wakeup: Option<Wakeup>,
    settled: Vec<Settled>,
}

/// Wakes the event loop.
#[derive(Clone, Copy)]
struct Wakeup(sys::napi_threadsafe_function);

// SAFETY: to be called from any thread is what it is for; `Pending` gives it up before it is freed.
unsafe impl Send for Wakeup {}

/// One environment, as its own thread has it.
struct Environment {
    env: sys::napi_env,
    shared: Arc<Shared>,
    /// Promises that are not settled: while there are any, the process lives.
    open: Cell<usize>,
}

thread_local! {
    /// Nearly always one: an environment has its thread for itself.
    static ENVIRONMENTS: RefCell<Vec<Rc<Environment>>> = const { RefCell::new(Vec::new()) };
}

impl Shared {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands in what settles a promise, from any thread.
    fn enqueue(&self, settled: Settled) {
        let mut pending = self.pending();
        let Some(Wakeup(function)) = pending.wakeup else {
            return;
        };
        pending.settled.push(settled);
        if pending.settled.len() > 1 {
            // The loop was woken for the first, and has not come for that yet.
            return;
        }
        // SAFETY: the lock is held, so the environment has not let go of its function.
        let _ = unsafe {
            let mode = sys::ThreadsafeFunctionCallMode::nonblocking;
            sys::napi_call_threadsafe_function(function, ptr::null_mut(), mode)
        };
    }
}

/// A promise of JavaScript, and how to settle it from any thread.
pub(crate) struct Promise {
    deferred: Deferred,
    shared: Arc<Shared>,
}

impl Promise {
    /// Makes one, on the thread of JavaScript; the process lives until it is settled.
    pub(crate) fn new(env: &Env) -> napi::Result<(Self, sys::napi_value)> {
        let environment = environment(env.raw())?;
        let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: this is the environment's thread, and both places are there to be written.
        check_status!(unsafe { sys::napi_create_promise(env.raw(), &mut deferred, &mut promise) })?;
        environment.opened();
        let shared = environment.shared.clone();
        let deferred = Deferred(deferred);
        Ok((Self { deferred, shared }, promise))
    }

    /// Settles it soon, with what `convert` makes of the outcome on the thread of JavaScript.
    pub(crate) fn settle<'env, T, V>(
        self,
        outcome: napi::Result<T>,
        convert: impl FnOnce(&'env Env, T) -> napi::Result<V> + Send + 'static,
    ) where
        T: Send + 'static,
        V: ToNapiValue,
    {
        let Self { deferred, shared } = self;
        shared.enqueue(Box::new(move |env| {
            let made = contained(|| {
                let value = outcome?;
                // SAFETY: what `convert` gives lives as long as `env`, and is a plain handle before
                // this returns; the lifetime is only how its type says so.
                let env = unsafe { mem::transmute::<&Env, &'env Env>(env) };
                let value = convert(env, value)?;
                // SAFETY: this is the environment's thread.
                unsafe { V::to_napi_value(env.raw(), value) }
            });
            deferred.settle(env.raw(), made);
        }));
    }
}

impl Deferred {
    fn settle(self, env: sys::napi_env, made: napi::Result<sys::napi_value>) {
        // SAFETY: this is the environment's thread; the handle is used once, for `self` is consumed.
        let _ = unsafe {
            match made {
                Ok(value) => sys::napi_resolve_deferred(env, self.0, value),
                Err(error) => {
                    let thrown = pending_exception(env);
                    let reason = thrown.unwrap_or_else(|| JsError::from(error).into_value(env));
                    sys::napi_reject_deferred(env, self.0, reason)
                }
            }
        };
    }
}

/// What JavaScript itself threw while a value was made: out of memory, say.
///
/// # Safety
///
/// On the environment's thread only.
unsafe fn pending_exception(env: sys::napi_env) -> Option<sys::napi_value> {
    let (mut pending, mut exception) = (false, ptr::null_mut());
    // SAFETY: as the caller promises; both places are there to be written.
    let status = unsafe {
        sys::napi_is_exception_pending(env, &mut pending);
        if !pending {
            return None;
        }
        sys::napi_get_and_clear_last_exception(env, &mut exception)
    };
    (status == sys::Status::napi_ok).then_some(exception)
}

impl Environment {
    fn wakeup(&self) -> Option<Wakeup> {
        self.shared.pending().wakeup
    }

    fn opened(&self) {
        let open = self.open.get();
        self.open.set(open + 1);
        if open == 0
            && let Some(Wakeup(function)) = self.wakeup()
        {
            // SAFETY: this is the environment's thread, which has not let go of its function.
            let _ = unsafe { sys::napi_ref_threadsafe_function(self.env, function) };
        }
    }

    fn settle_all(&self) {
        let settled = mem::take(&mut self.shared.pending().settled);
        let open = self.open.get().saturating_sub(settled.len());
        self.open.set(open);
        if open == 0
            && let Some(Wakeup(function)) = self.wakeup()
        {
            // SAFETY: as above.
            let _ = unsafe { sys::napi_unref_threadsafe_function(self.env, function) };
        }
        let env = Env::from_raw(self.env);
        for settle in settled {
            settle(&env);
        }
    }
}

/// What is known of this environment, made with its first promise.
fn environment(env: sys::napi_env) -> napi::Result<Rc<Environment>> {
    if let Some(environment) = known(env) {
        return Ok(environment);
    }
    let shared = Arc::new(Shared::default());
    let environment = Rc::new(Environment {
        env,
        shared: shared.clone(),
        open: Cell::new(0),
    });
    shared.pending().wakeup = Some(create_wakeup(env)?);
    ENVIRONMENTS.with_borrow_mut(|all| all.push(environment.clone()));
    Ok(environment)
}

fn known(env: sys::napi_env) -> Option<Rc<Environment>> {
    ENVIRONMENTS.with_borrow(|all| all.iter().find(|known| known.env == env).cloned())
}

/// Makes the function, which keeps no process alive by itself, and sees that it is given up in time.
fn create_wakeup(env: sys::napi_env) -> napi::Result<Wakeup> {
    let name = unsafe {
        // SAFETY: this is the environment's thread.
        <&str as ToNapiValue>::to_napi_value(env, "parsec")?
    };
    let mut function = ptr::null_mut();
    let nothing = ptr::null_mut();
    // SAFETY: as above; the place is there to be written, and no data is passed that could outlive
    // anything: the callback finds what it settles by the environment.
    check_status!(unsafe {
        sys::napi_create_threadsafe_function(
            env,
            nothing,
            nothing,
            name,
            0,
            1,
            ptr::null_mut(),
            None,
            ptr::null_mut(),
            Some(on_wakeup),
            &mut function,
        )
    })?;
    // SAFETY: as above. Hooks run in reverse: this one before Node's own frees the function.
    check_status!(unsafe {
        sys::napi_unref_threadsafe_function(env, function);
        sys::napi_add_env_cleanup_hook(env, Some(on_environment_exit), env.cast())
    })?;
    Ok(Wakeup(function))
}

/// Node calls it on the environment's thread, or with no environment while that goes away.
unsafe extern "C" fn on_wakeup(
    env: sys::napi_env,
    _callback: sys::napi_value,
    _context: *mut c_void,
    _data: *mut c_void,
) {
    if let Some(environment) = known(env) {
        environment.settle_all();
    }
}

/// The environment goes away: nobody may wake it any more.
unsafe extern "C" fn on_environment_exit(env: *mut c_void) {
    let env: sys::napi_env = env.cast();
    let Some(environment) = known(env) else {
        return;
    };
    ENVIRONMENTS.with_borrow_mut(|all| all.retain(|other| other.env != env));
    let mut pending = environment.shared.pending();
    pending.settled.clear();
    if let Some(Wakeup(function)) = pending.wakeup.take() {
        // SAFETY: Node has not freed it yet, for its own hook runs after this one.
        let _ = unsafe {
            let mode = sys::ThreadsafeFunctionReleaseMode::abort;
            sys::napi_release_threadsafe_function(function, mode)
        };
    }
}
