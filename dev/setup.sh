#!/bin/bash
# Grantor
# SPDX-License-Identifier: Apache-2.0
#
# Puts in place what the tests need besides the Swift toolchain: kubectl, Prometheus, and a Python environment in .dev/venv.
# What is there already is used as it is; what is missing comes from Debian and from PyPI, and nowhere else.
set -euo pipefail
cd "$(dirname "$0")/.."

apt_updated=false
as_root=()

# refresh_packages: reads the list of packages once, as root or with sudo that needs no password; fails without either.
refresh_packages() {
    if ((EUID != 0)); then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    if ! $apt_updated; then
        "${as_root[@]}" apt-get update -qq
        apt_updated=true
    fi
}

# install_package NAME: installs a Debian package.
install_package() {
    if ! command -v apt-get >/dev/null; then
        echo "cannot install $1: there is no apt-get here; install it by hand and try again" >&2
        return 1
    fi
    if ! refresh_packages; then
        echo "cannot install $1: neither root nor sudo without a password; install it by hand and try again" >&2
        return 1
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

if ! command -v kubectl >/dev/null; then
    echo "setup: installing kubectl (Debian package kubernetes-client)"
    install_package kubernetes-client
fi
echo "setup: kubectl: $(kubectl version --client 2>/dev/null | head -n 1)"

# An OpenID provider that others wrote, for the tests of the login. Where it cannot be installed, they are left out.
if ! command -v glewlwyd >/dev/null; then
    echo "setup: installing glewlwyd"
    install_package glewlwyd || echo "setup: without glewlwyd: the tests against it are left out" >&2
fi

# Prometheus tries out dashboards and alerts. It is unpacked, not installed: nothing is to run as a service here.
prometheus=.dev/prometheus
if ! command -v promtool >/dev/null && [[ ! -x $prometheus/usr/bin/promtool ]]; then
    echo "setup: unpacking Prometheus (Debian package prometheus) into $prometheus"
    (
        rm -rf "$prometheus"
        mkdir -p "$prometheus"
        cd "$prometheus"
        apt-get download -qq prometheus 2>/dev/null || { refresh_packages && apt-get download -qq prometheus; }
        dpkg-deb -x prometheus_*.deb .
        rm prometheus_*.deb
    ) || echo "setup: no Prometheus here; the tests that need it say so" >&2
fi

if ! command -v python3 >/dev/null || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    echo "setup: installing python3-venv"
    install_package python3-venv
fi

venv=.dev/venv
stamp=$venv/requirements.stamp
if ! cmp -s dev/requirements.txt "$stamp" || ! "$venv/bin/python" -c '' 2>/dev/null; then
    echo "setup: installing Python packages into $venv"
    rm -rf "$venv"
    mkdir -p .dev
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r dev/requirements.txt
    cp dev/requirements.txt "$stamp"
fi
echo "setup: $("$venv/bin/python" --version), $("$venv/bin/python" -m pip list --disable-pip-version-check --format=freeze 2>/dev/null \
    | grep -iE '^(kubernetes|kopf|helm-python-sdk|pyyaml|pyjwt|cryptography)==' | tr '\n' ' ')"
