#!/bin/sh
# Replaces cargo when a packager calls it: returns the library of the build that all tests use, because
# the packager's own selection would compile the dependencies again.
#
# It ignores the interpreter that maturin has found: an extension for the stable ABI is the same for all.
[ "$1" = rustc ] || exec "$PARSEC_CARGO" "$@"
unset PYO3_PYTHON PYO3_CONFIG_FILE PYO3_ENVIRONMENT_SIGNATURE
exec "$PARSEC_CARGO" build --workspace --all-features --all-targets \
    --message-format json-render-diagnostics
