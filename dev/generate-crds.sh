#!/bin/bash
# Grantor
# SPDX-License-Identifier: Apache-2.0
#
# Writes deploy/crd from the definitions in AdminAPI; a test fails when they differ.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build --product grantor
grantor="$(swift build --show-bin-path)/grantor"
mkdir -p deploy/crd
"$grantor" crds | awk '
    /^---$/ { if (name) close(name); text = ""; name = ""; next }
    /^  name: / && !name { name = "deploy/crd/" $2 ".yaml"; printf "%s%s\n", text, $0 > name; next }
    name { print > name; next }
    { text = text $0 "\n" }'
