//! Methods that there are twice: async, and blocking under a second name.

/// Writes methods of an object twice. In their bodies
///
/// - `wait!(call)` is `call.await` in the one and `call` in the other,
/// - `api` is the async client's crate in the one and its module `blocking` in the other,
/// - what stands after `as` is the object's inner value of that kind, bound to the deadline that
///   the foreign caller gave: every method has one more argument for it, `timeout_ms`.
///
/// The object has the methods `asynchronous` and `blocking`, which give that inner value. A panic
/// in a body comes out as a failure.
macro_rules! async_and_blocking {
    ($($tokens:tt)*) => {
        $crate::async_and_blocking::async_and_blocking_with! { ($) $($tokens)* }
    };
}

macro_rules! async_and_blocking_with {
    (($d:tt) impl $object:ident { $(
        $(#[doc = $doc:expr])*
        fn $name:ident / $blocking_name:ident(
            &$this:ident as $inner:ident $(, $arg:ident: $type:ty)* $(,)?
        ) -> $output:ty $body:block
    )* }) => {
        #[uniffi::export(async_runtime = "tokio")]
        impl $object { $(
            $(#[doc = $doc])*
            #[uniffi::method(default(timeout_ms = None))]
            pub async fn $name(&$this $(, $arg: $type)*, timeout_ms: Option<u32>)
                -> Result<$output, $crate::failure::Failure>
            {
                #[allow(unused_imports, reason = "not all bodies name what is in it")]
                use parsec_client as api;
                #[allow(unused_macros, reason = "some only refuse")]
                macro_rules! wait { ($d call:expr) => { $d call.await } }
                let $inner = $this.asynchronous(timeout_ms);
                $crate::panics::caught_async(async move { $body }).await
            }
        )* }

        #[uniffi::export]
        impl $object { $(
            $(#[doc = $doc])*
            ///
            /// Waits for the answer on the caller's thread.
            #[uniffi::method(default(timeout_ms = None))]
            pub fn $blocking_name(&$this $(, $arg: $type)*, timeout_ms: Option<u32>)
                -> Result<$output, $crate::failure::Failure>
            {
                #[allow(unused_imports, reason = "not all bodies name what is in it")]
                use parsec_client::blocking as api;
                #[allow(unused_macros, reason = "some only refuse")]
                macro_rules! wait { ($d call:expr) => { $d call } }
                let $inner = $this.blocking(timeout_ms);
                $crate::panics::caught(move || $body)
            }
        )* }
    };
}

pub(crate) use {async_and_blocking, async_and_blocking_with};
