# Mounts the folders that a program needs in a root folder, then executes the program:
#
#     enter.sh ROOT FOLDER PATH SHARED:SHARED PROGRAM ARGUMENT...
#
# It runs in its own mount namespace, so that all mounts disappear when it exits.
set -eu
root=$1 folder=$2 path=$3 shared=$4
shift 4
# `outside.sh` runs programs outside.
mkdir -p "$root/outside"
mount --rbind / "$root/outside"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
old=$IFS IFS=:
for each in $shared; do
    mkdir -p "$root$each"
    mount --rbind "$each" "$root$each"
done
IFS=$old
exec chroot "$root" /usr/bin/env --chdir="$folder" PATH="$path" HOME=/root "$@"
