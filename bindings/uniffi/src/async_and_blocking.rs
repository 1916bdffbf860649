//! A macro for methods that exist twice: async, and blocking under a second name.

/// Defines methods of an object twice. In their bodies
///
/// - `wait!(call)` is `call.await` in the async and `call` in the blocking method,
/// - `api` is the client's crate in the async and its module `blocking` in the blocking method,
/// - the name after `as` is the object's inner value of that kind, with the timeout of the foreign
///   caller: every method has an additional argument `timeout_ms`.
///
/// The object has the methods `asynchronous` and `blocking`, which return that inner value. A panic
/// in a body becomes a failure.
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
            /// Waits for the response on the caller's thread.
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
