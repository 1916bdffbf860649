parsec key import friend friend.pem
if parsec verify friend friend.sig < letter.txt; then
    echo "the letter is from my friend"
fi
