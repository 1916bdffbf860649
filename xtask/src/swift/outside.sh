#!/bin/sh
# Runs $PARSEC_OUTSIDE outside the root that `enter.sh` has entered.
exec chroot /outside "$PARSEC_OUTSIDE" "$@"
