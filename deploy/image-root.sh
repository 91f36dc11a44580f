#!/bin/bash
# Grantor
# SPDX-License-Identifier: Apache-2.0
#
# deploy/image-root.sh BINARY ROOT: puts the files of the image together in ROOT, a folder that is made.
#
# The libraries are those that the program was linked with, found by the loader of the machine that built it, so that one
# script serves every architecture.
set -euo pipefail

binary=$1 root=$2
mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/etc/grantor"
install -m 0755 "$binary" "$root/usr/bin/grantor"

# library FILE: copies a library under the name that the loader looks for, and not as a link into the machine's folders.
library() {
    mkdir -p "$root$(dirname "$1")"
    install -m 0755 "$(readlink -f "$1")" "$root$1"
}

# Lines of ldd: "libm.so.6 => /lib/.../libm.so.6 (0x...)" and "/lib64/ld-linux-x86-64.so.2 (0x...)".
libraries=$(ldd "$binary" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }')
for file in $libraries; do
    library "$file"
done
# The C library loads what looks names up by itself; newer ones have it built in.
folder=$(dirname "$(grep '/libc\.so' <<<"$libraries" | head -n 1)")
for name in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2; do
    if [[ -e $folder/$name ]]; then library "$folder/$name"; fi
done

install -m 0644 "$(readlink -f /etc/ssl/certs/ca-certificates.crt)" "$root/etc/ssl/certs/ca-certificates.crt"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
echo 'grantor:x:65532:65532:grantor:/nonexistent:/sbin/nologin' >"$root/etc/passwd"
echo 'grantor:x:65532:' >"$root/etc/group"
