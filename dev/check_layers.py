# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Checks imports and declared dependencies against the layers; called by check-layers.sh with the dumped manifest."""

import json
import pathlib
import re
import sys

# The layers of the house; a target depends on targets of its own layer or a lower one.
LAYERS = {
    "KubeCore": 0, "AdminAPI": 0,
    "YAMLSource": 1, "KubeClient": 1, "KeySets": 1, "ServerCertificates": 1,
    "KubeController": 2,
    "Rendering": 3, "TokenAuthorizer": 3, "AdminGrants": 3, "DevAPIServer": 3, "DevIdentityProvider": 3,
    "OperatorCore": 4, "GrantorCommands": 4,
    "grantor": 5, "OperatorBenchmark": 5,
}

# Targets that share no code on purpose: a mistake in one must not hide the same mistake in the other. What both take
# from KubeCore (JSON, percent encoding) is tested there against vectors of its own, each direction for itself.
APART = {("DevAPIServer", "KubeClient"), ("DevIdentityProvider", "KeySets"), ("DevIdentityProvider", "KubeClient")}

# What comes with the toolchain. Foundation as a whole doubles the resident memory, so it needs a reason in a comment.
TOOLCHAIN = {"Synchronization", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch"}
TESTING = {"Testing", "Foundation"}

# Modules that a product brings besides the one it is named for.
PRODUCT_MODULES = {
    "Collections": {"Collections", "DequeModule", "OrderedCollections", "HeapModule", "HashTreeCollections"},
    "Hummingbird": {"Hummingbird", "HummingbirdCore"},
    "Metrics": {"Metrics", "CoreMetrics"},
    "Yams": {"Yams", "CYaml"},
}

# Who may import the libraries that must not spread, tests aside. DevAPIServer calls out as an API server does: to the
# admission webhooks that are registered with it (docs/decisions/0015).
NETWORK = {"KubeClient", "KeySets", "OperatorCore", "DevAPIServer"}
SERVERS = {"DevAPIServer", "DevIdentityProvider", "OperatorCore"}
CONFINED = [
    (re.compile(r"^AsyncHTTPClient$"), NETWORK),
    (re.compile(r"^_?NIO"), NETWORK | SERVERS | {"ServerCertificates"}),
    (re.compile(r"^Hummingbird"), SERVERS),
    # Certificates are made in one place. OperatorCore keeps those of its admission webhook; KeySets looks at others'.
    (re.compile(r"^X509$|^SwiftASN1$"), {"ServerCertificates", "OperatorCore", "KeySets"}),
    (re.compile(r"^ArgumentParser$"), {"GrantorCommands", "grantor", "OperatorBenchmark"}),
    (re.compile(r"^Yams$|^CYaml$"), {"YAMLSource"}),
]

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)(.*)$"
)

problems = []


def declared(target):
    """The names of the targets and products that a target depends on."""
    names = set()
    for dependency in target["dependencies"]:
        for kind in ("byName", "target", "product"):
            if kind in dependency:
                names.add(dependency[kind][0])
    return names


def imports(path):
    """The imports of a file: line number, module, rest of the line; block comments and literals are left out."""
    text = path.read_text(encoding="utf-8")
    blank = lambda match: "\n" * match.group(0).count("\n")
    text = re.sub(r'""".*?"""', blank, text, flags=re.S)
    text = re.sub(r"/\*.*?\*/", blank, text, flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        match = IMPORT.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def check_declared(name, dependencies, own):
    """A library's declared dependencies go downward."""
    if name not in LAYERS:
        problems.append(f"Package.swift: target {name} has no layer in dev/check_layers.py")
        return
    for dependency in sorted(dependencies & own):
        if dependency == "TestKit":
            problems.append(f"Package.swift: {name} must not depend on TestKit, which is for tests")
        elif LAYERS.get(dependency, 99) > LAYERS[name]:
            problems.append(f"Package.swift: {name} must not depend on {dependency}, which is in a higher layer")
        if (name, dependency) in APART:
            problems.append(f"Package.swift: {name} must not depend on {dependency}: the two share no code on purpose")


def check_file(path, name, allowed, is_test):
    """One file's imports are declared, and confined libraries stay where they belong."""
    for number, module, rest in imports(path):
        where = f"{path}:{number}"
        if module not in allowed:
            if module == "Foundation" and "//" in rest:
                continue
            hint = " (use FoundationEssentials, or give the reason in a comment behind it)" if module == "Foundation" else ""
            problems.append(f"{where}: {name} imports {module}, which its target does not declare{hint}")
            continue
        if is_test:
            continue
        if name == "KubeCore" and module not in {"FoundationEssentials", "Synchronization"}:
            problems.append(f"{where}: KubeCore imports FoundationEssentials and Synchronization alone, not {module}")
        for pattern, places in CONFINED:
            if pattern.match(module) and name not in places and name != "TestKit":
                problems.append(f"{where}: {module} must not be imported by {name}, only by {', '.join(sorted(places))}")


def main():
    manifest = json.load(open(sys.argv[1], encoding="utf-8"))
    targets = manifest["targets"]
    own = {target["name"] for target in targets}
    files = 0
    for target in targets:
        name = target["name"]
        is_test = target["type"] == "test"
        dependencies = declared(target)
        if not is_test and name != "TestKit":
            check_declared(name, dependencies, own)
        allowed = set(TOOLCHAIN)
        for dependency in dependencies:
            allowed |= PRODUCT_MODULES.get(dependency, {dependency})
        if is_test or name == "TestKit":
            allowed |= TESTING
        folder = pathlib.Path(target.get("path") or f"{'Tests' if is_test else 'Sources'}/{name}")
        for path in sorted(folder.rglob("*.swift")):
            files += 1
            check_file(path, name, allowed, is_test)
    for problem in problems:
        print(problem)
    if files < 20:
        print(f"only {files} files were found: the check is looking in the wrong place")
        return 1
    return 1 if problems else 0


sys.exit(main())
