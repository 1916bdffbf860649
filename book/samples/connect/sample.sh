# Uses PARSEC_SERVICE_ENDPOINT, or the default addresses.
parsec ping
# The providers, and your keys.
parsec providers
parsec key list
# Diagnoses problems, with solutions.
parsec doctor
