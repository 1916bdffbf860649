#![forbid(unsafe_code)]
//! What a provider is: the operations it may serve, a key's context, its errors and its test suite.
