# Where PARSEC_SERVICE_ENDPOINT says, or else in the usual places.
parsec ping
# What it can keep keys in, and the keys that are yours.
parsec providers
parsec key list
# When something is wrong: how far a request gets, and what to do.
parsec doctor
