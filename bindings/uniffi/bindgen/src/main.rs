#![forbid(unsafe_code)]
//! uniffi's own command line, of the version that the binding is built with.
fn main() {
    uniffi::uniffi_bindgen_main()
}
