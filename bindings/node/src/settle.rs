//! Settling of promises, with one threadsafe function per JavaScript thread.
//!
//! napi creates such a function, with its handle and hooks, for each promise, and each wakes the
//! event loop separately; that costs more than a short call. Here finished calls collect in one
//! list, and one turn of the loop settles them all.

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::mem;
use std::ptr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::ToNapiValue;
use napi::{Env, JsError, check_status, sys};

use crate::error::contained;

/// The deferred handle of a promise. Only the thread that created it may use it.
pub(crate) struct Deferred(sys::napi_deferred);

// SAFETY: other threads only move the handle; `Settled` runs on the thread that created it.
unsafe impl Send for Deferred {}

/// Settles one promise, on the JavaScript thread.
type Settled = Box<dyn FnOnce(&Env) + Send>;

/// The state of a JavaScript thread that other threads share.
#[derive(Default)]
pub(crate) struct Shared {
    pending: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    /// `None` once the environment exits: then there is no promise to settle.
    wakeup: Option<Wakeup>,
    settled: Vec<Settled>,
}

/// Wakes the event loop.
#[derive(Clone, Copy)]
struct Wakeup(sys::napi_threadsafe_function);

// SAFETY: it may be called from any thread; `Pending` drops it before it is freed.
unsafe impl Send for Wakeup {}

/// The state of an environment on its own thread.
struct Environment {
    env: sys::napi_env,
    shared: Arc<Shared>,
    /// The number of pending promises: while there are any, they keep the process alive.
    open: Cell<usize>,
}

thread_local! {
    /// Nearly always one, because an environment has its own thread.
    static ENVIRONMENTS: RefCell<Vec<Rc<Environment>>> = const { RefCell::new(Vec::new()) };
}

impl Shared {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues the settling of a promise, from any thread.
    fn enqueue(&self, settled: Settled) {
        let mut pending = self.pending();
        let Some(Wakeup(function)) = pending.wakeup else {
            return;
        };
        pending.settled.push(settled);
        if pending.settled.len() > 1 {
            // The loop was already woken for the first entry and has not run yet.
            return;
        }
        // SAFETY: the lock is held, so the environment has not released its function.
        let _ = unsafe {
            let mode = sys::ThreadsafeFunctionCallMode::nonblocking;
            sys::napi_call_threadsafe_function(function, ptr::null_mut(), mode)
        };
    }
}

/// A JavaScript promise that any thread can settle.
pub(crate) struct Promise {
    deferred: Deferred,
    shared: Arc<Shared>,
}

impl Promise {
    /// Creates a promise, on the JavaScript thread; it keeps the process alive until it is settled.
    pub(crate) fn new(env: &Env) -> napi::Result<(Self, sys::napi_value)> {
        let environment = environment(env.raw())?;
        let (mut deferred, mut promise) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: this is the environment's thread, and both pointers are valid for writes.
        check_status!(unsafe { sys::napi_create_promise(env.raw(), &mut deferred, &mut promise) })?;
        environment.opened();
        let shared = environment.shared.clone();
        let deferred = Deferred(deferred);
        Ok((Self { deferred, shared }, promise))
    }

    /// Schedules settling: `convert` converts the outcome on the JavaScript thread.
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
                // SAFETY: the result of `convert` lives as long as `env`, and becomes a plain
                // handle before this returns; its type has the lifetime only to express that.
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
        // SAFETY: this is the environment's thread; the handle is used once, because `self` is
        // consumed.
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

/// Returns the pending JavaScript exception from a conversion, such as out of memory.
///
/// # Safety
///
/// Call it only on the environment's thread.
unsafe fn pending_exception(env: sys::napi_env) -> Option<sys::napi_value> {
    let (mut pending, mut exception) = (false, ptr::null_mut());
    // SAFETY: the caller ensures the thread; both pointers are valid for writes.
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
            // SAFETY: this is the environment's thread, which has not released its function.
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

/// Returns the state of this environment; creates it for the first promise.
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

/// Creates the function, which does not keep the process alive, and registers its release.
fn create_wakeup(env: sys::napi_env) -> napi::Result<Wakeup> {
    let name = unsafe {
        // SAFETY: this is the environment's thread.
        <&str as ToNapiValue>::to_napi_value(env, "parsec")?
    };
    let mut function = ptr::null_mut();
    let nothing = ptr::null_mut();
    // SAFETY: as above; the pointer is valid for writes. No data is passed that could become
    // invalid: the callback finds its promises through the environment.
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
    // SAFETY: as above. Hooks run in reverse order: this one before Node's own frees the function.
    check_status!(unsafe {
        sys::napi_unref_threadsafe_function(env, function);
        sys::napi_add_env_cleanup_hook(env, Some(on_environment_exit), env.cast())
    })?;
    Ok(Wakeup(function))
}

/// Node calls this on the environment's thread, or without an environment while that exits.
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

/// Called when the environment exits: no thread may wake it afterwards.
unsafe extern "C" fn on_environment_exit(env: *mut c_void) {
    let env: sys::napi_env = env.cast();
    let Some(environment) = known(env) else {
        return;
    };
    ENVIRONMENTS.with_borrow_mut(|all| all.retain(|other| other.env != env));
    let mut pending = environment.shared.pending();
    pending.settled.clear();
    if let Some(Wakeup(function)) = pending.wakeup.take() {
        // SAFETY: Node has not freed it yet, because its own hook runs after this one.
        let _ = unsafe {
            let mode = sys::ThreadsafeFunctionReleaseMode::abort;
            sys::napi_release_threadsafe_function(function, mode)
        };
    }
}
