#!/bin/bash
# Grantor
# SPDX-License-Identifier: Apache-2.0
#
# Writes what is generated under deploy/ and charts/grantor; tests fail when it is not up to date.
#
#   dev/generate.sh           builds grantor first
#   dev/generate.sh BINARY    with a grantor that is there already
set -euo pipefail
cd "$(dirname "$0")/.."

grantor=${1-}
if [[ -z $grantor ]]; then
    swift build --product grantor
    grantor="$(swift build --show-bin-path)/grantor"
fi
dev/setup.sh
"${GRANTOR_PYTHON:-.dev/venv/bin/python}" dev/generate.py "$grantor"
