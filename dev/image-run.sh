#!/bin/bash
# Grantor
# SPDX-License-Identifier: Apache-2.0
#
# dev/image-run.sh ROOT SECRETS ARGUMENT...: runs the program of a file tree that dev/image-tree.py made, with nothing but
# that tree, as a container would: as the image's user, on a root that cannot be written, with /proc, and with the folder
# SECRETS (token, ca.crt, namespace) where the service account's is. Needs root, and unshare of util-linux.
set -euo pipefail

root=$(readlink -f "$1") secrets=$(readlink -f "$2")
shift 2
account=/var/run/secrets/kubernetes.io/serviceaccount
mkdir -p "$root/proc" "$root$account" "$root/dev" "$root/etc"
for file in dev/null dev/urandom etc/hosts etc/resolv.conf; do
    [[ -e $root/$file ]] || : >"$root/$file"
done
# shellcheck disable=SC2016
exec unshare --mount --propagation private bash -c '
    set -euo pipefail
    root=$1 secrets=$2 account=$3
    shift 3
    mount --bind "$root" "$root"
    mount -o remount,bind,ro "$root"
    mount -t proc -o ro proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
    mount --bind "$secrets" "$root$account"
    mount -o remount,bind,ro "$root$account"
    for file in /dev/null /dev/urandom /etc/hosts /etc/resolv.conf; do mount --bind "$file" "$root$file"; done
    exec chroot --userspec=65532:65532 "$root" /usr/bin/grantor "$@"
' image-run "$root" "$secrets" "$account" "$@"
