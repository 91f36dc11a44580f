#!/bin/bash
# Grantor
# SPDX-License-Identifier: Apache-2.0
#
# The one gate: what passes here may be merged.
#
#   dev/check.sh             everything
#   dev/check.sh --static    what needs no build: formatting, headers, layers, forbidden constructs, file lengths
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

static_only=false
case "${1-}" in
    "") ;;
    --static) static_only=true ;;
    *)
        echo "usage: dev/check.sh [--static]" >&2
        exit 2
        ;;
esac

failed=()

# check NAME COMMAND...: runs one check and goes on, so that one run shows everything that is wrong.
check() {
    local name=$1 started=$SECONDS
    shift
    echo "== $name"
    if "$@"; then
        echo "   ok ($((SECONDS - started)) s)"
    else
        echo "   FAILED: $name" >&2
        failed+=("$name")
    fi
}

finish() {
    if ((${#failed[@]} > 0)); then
        printf 'gate: FAILED:%s\n' "$(printf ' %s,' "${failed[@]}" | sed 's/,$//')" >&2
        exit 1
    fi
}

formatting() {
    swift format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift
}

swift_files() {
    find Sources Tests Benchmarks -name '*.swift' -print0
}

# Every Swift file starts with the same two lines and a blank one; every script names the licence near its top.
headers() {
    local status=0 file
    while IFS= read -r -d '' file; do
        if [[ "$(head -n 3 "$file")" != $'// Grantor\n// SPDX-License-Identifier: Apache-2.0' ]]; then
            echo "$file:1: the first two lines must be the header, and the third blank"
            status=1
        fi
    done < <(swift_files)
    while IFS= read -r -d '' file; do
        if ! head -n 4 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
            echo "$file:1: no SPDX line near the top"
            status=1
        fi
    done < <(find Package.swift Makefile dev .ci Tests \( -name '*.sh' -o -name '*.py' -o -name run -o -name Makefile \
        -o -name Package.swift \) -not -path '*/Fixtures/*' -type f -print0)
    return $status
}

# Constructs that the product does not use; TestKit is for tests and may.
forbidden() {
    local pattern='\bTask(\.detached|\.immediate)?[[:space:]]*(<[^>]*>)?[[:space:]]*[({]'
    pattern+='|\bfatalError\b|\btry!|\bas![[:space:]]|@unchecked[[:space:]]+Sendable|@_spi\b'
    local found
    # Comments may speak of them.
    found=$(find Sources Benchmarks -name '*.swift' -not -path 'Sources/TestKit/*' -print0 \
        | xargs -0 grep -nEH "$pattern" | grep -vE '^[^:]+:[0-9]+:[[:space:]]*//')
    [[ -z $found ]] && return 0
    echo "$found"
    return 1
}

# A file above 400 lines is named, one above 600 is refused.
lengths() {
    local status=0 file lines
    while IFS= read -r -d '' file; do
        lines=$(wc -l <"$file")
        if ((lines > 600)); then
            echo "$file: $lines lines, at most 600 are allowed"
            status=1
        elif ((lines > 400)); then
            echo "   note: $file has $lines lines"
        fi
    done < <(swift_files)
    return $status
}

check "formatting" formatting
check "headers" headers
check "layers" dev/check-layers.sh
check "forbidden constructs" forbidden
check "file lengths" lengths
if $static_only; then
    finish
    echo "gate: the static checks pass"
    exit 0
fi
# A build takes minutes; there is no point in one that cannot be merged.
finish
check "build and tests" dev/test.sh
finish
echo "gate: passed"
