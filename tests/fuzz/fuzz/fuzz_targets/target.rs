#![no_main]
//! Runs the target named by `PARSEC_FUZZ_TARGET` under libFuzzer. `cargo xtask fuzz --coverage`
//! builds and runs it; with cargo-fuzz: `PARSEC_FUZZ_TARGET=frame cargo fuzz run --fuzz-dir
//! tests/fuzz/fuzz target`.

use std::env;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use parsec_tests_fuzz::Target;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = env::var("PARSEC_FUZZ_TARGET").unwrap_or_default();
    Target::named(&name).unwrap_or_else(|| panic!("unknown target in PARSEC_FUZZ_TARGET: {name:?}"))
});

fuzz_target!(|data: &[u8]| {
    (TARGET.run)(data);
});
