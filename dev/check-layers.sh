#!/bin/bash
# Grantor
# SPDX-License-Identifier: Apache-2.0
#
# Compares what each file imports with what its target declares in Package.swift, and both with the layers of the
# house. The compiler does neither: it lets a file import whatever some dependency happens to depend on.
set -euo pipefail
cd "$(dirname "$0")/.."

manifest=$(mktemp)
trap 'rm -f "$manifest"' EXIT
swift package dump-package >"$manifest"
exec python3 dev/check_layers.py "$manifest"
