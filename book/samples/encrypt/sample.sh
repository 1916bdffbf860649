parsec key create vault --type aes-256-gcm
parsec encrypt vault letter.txt --context "letter 7" --output letter.sealed
parsec decrypt vault letter.sealed --context "letter 7"
