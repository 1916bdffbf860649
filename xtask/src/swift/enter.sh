# Mounts what a program needs in a root folder, then becomes that program:
#
#     enter.sh ROOT FOLDER PATH SHARED:SHARED PROGRAM ARGUMENT...
#
# It is run in a mount namespace of its own, which ends with it and takes the mounts along, however
# it ends.
set -eu
root=$1 folder=$2 path=$3 shared=$4
shift 4
# What runs outside is reached by `outside.sh`.
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
