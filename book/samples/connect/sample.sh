parsec ping                  # where PARSEC_SERVICE_ENDPOINT says, or else in the usual places
parsec providers             # what it can keep keys in
parsec key list              # the keys that are yours
parsec doctor                # when something is wrong: how far a request gets, and what to do
