#!/bin/sh
# Stands in for cargo where a packager calls it: gives it the library of the one build that all tests
# use, where a selection of the packager's own would compile the dependencies once more.
#
# It takes no notice of the interpreter that maturin has found: an extension for the stable ABI is the
# same for all.
[ "$1" = rustc ] || exec "$PARSEC_CARGO" "$@"
unset PYO3_PYTHON PYO3_CONFIG_FILE PYO3_ENVIRONMENT_SIGNATURE
exec "$PARSEC_CARGO" build --workspace --all-features --all-targets \
    --message-format json-render-diagnostics
