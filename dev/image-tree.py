#!/usr/bin/env python3
# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Carries out deploy/Dockerfile without a container engine, and says what the image would hold.

  dev/image-tree.py OUT [--binary FILE] [--measure]

OUT is made, and holds the file tree of the image and, beside it, its configuration: OUT/root and OUT/config.json. This machine
stands in for the image that the build starts from, and must be like it (Debian 12 with the Swift toolchain). With --binary the steps
that call swift are left out, and the program is taken from there. With --measure the tree is packed as a layer, and
its sizes printed.
"""

import argparse
import glob
import gzip
import io
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tarfile

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent


def steps(text):
    """The instructions of a Dockerfile: name and rest; comments are dropped and lines that go on joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


class Stage:
    """One stage: a folder that stands for its root, and the configuration so far."""

    def __init__(self, base, folder):
        self.base = base
        self.folder = folder
        self.workdir = "/"
        self.arguments = {}
        self.config = {"labels": {}, "environment": {}}
        folder.mkdir(parents=True)

    def path(self, name):
        """Where a path of the stage is in this machine."""
        return self.folder / os.path.join(self.workdir, name).lstrip("/")

    def expand(self, text):
        """Puts the values of ARG and ENV in."""
        known = {**self.arguments, **self.config["environment"]}
        return re.sub(r"\$\{?(\w+)\}?", lambda match: known.get(match.group(1), ""), text)


class Build:
    """Carries out the instructions in order."""

    def __init__(self, out, binary):
        self.out = out
        self.binary = binary
        self.stages = {}
        self.stage = None

    def run(self, text):
        instructions = {
            "FROM": self.begin, "ARG": self.arg, "WORKDIR": self.workdir, "COPY": self.copy, "RUN": self.execute,
            "LABEL": self.label, "ENV": self.env, "USER": self.user, "EXPOSE": self.expose, "ENTRYPOINT": self.entrypoint,
            "CMD": self.cmd,
        }
        for name, rest in steps(text):
            if name not in instructions:
                sys.exit(f"image-tree: cannot carry out {name}")
            instructions[name](rest)
        return self.stage

    def begin(self, rest):
        words = rest.split()
        name = words[2] if len(words) == 3 and words[1].upper() == "AS" else "final"
        self.stage = Stage(words[0], self.out / ("root" if name == "final" else f"stage-{name}"))
        self.stages[name] = self.stage

    def arg(self, rest):
        name, _, value = rest.partition("=")
        self.stage.arguments[name] = value

    def workdir(self, rest):
        self.stage.workdir = rest
        self.stage.path(".").mkdir(parents=True, exist_ok=True)

    def copy(self, rest):
        words = shlex.split(rest)
        source = REPOSITORY
        if words[0].startswith("--from="):
            source = self.stages[words.pop(0).removeprefix("--from=")].folder
        *patterns, target = words
        names = patterns
        if source == REPOSITORY:
            names = [name for pattern in patterns for name in glob.glob(pattern, root_dir=source)]
        for name in names:
            origin = source / name.lstrip("/")
            destination = self.stage.path(target)
            if origin.is_dir():
                shutil.copytree(origin, destination, dirs_exist_ok=True, symlinks=True)
                continue
            if target.endswith("/") or len(names) > 1:
                destination = destination / origin.name
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, destination)

    def execute(self, rest):
        if self.stage.base == "scratch":
            sys.exit("image-tree: nothing can be run in an image that has no shell")
        words = shlex.split(self.stage.expand(rest))
        if words[0] == "swift" and self.binary:
            if words[1] == "build":
                target = self.stage.path(".build/release/grantor")
                target.parent.mkdir(parents=True)
                shutil.copy2(self.binary, target)
            return
        # A path from the root means the stage's, not this machine's.
        words = [str(self.stage.path(word)) if word.startswith("/") else word for word in words]
        subprocess.run(words, cwd=self.stage.path("."), check=True)

    def label(self, rest):
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            self.stage.config["labels"][name] = self.stage.expand(value)

    def env(self, rest):
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            self.stage.config["environment"][name] = value

    def user(self, rest):
        self.stage.config["user"] = rest

    def expose(self, rest):
        self.stage.config["ports"] = rest.split()

    def entrypoint(self, rest):
        self.stage.config["entrypoint"] = json.loads(rest)

    def cmd(self, rest):
        self.stage.config["command"] = json.loads(rest)


def measure(root):
    """The sizes of the tree, and of the layer that an engine would push."""
    plain = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file())
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as zipped:
        with tarfile.open(fileobj=zipped, mode="w|") as archive:
            archive.add(root, arcname=".")
    return {"bytes": plain, "compressedBytes": len(packed.getvalue())}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--binary", type=pathlib.Path)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    build = Build(options.out.resolve(), options.binary and options.binary.resolve())
    final = build.run((REPOSITORY / "deploy" / "Dockerfile").read_text(encoding="utf-8"))
    for stage in build.stages.values():
        if stage is not final:
            shutil.rmtree(stage.folder)
    result = dict(final.config)
    if options.measure:
        result["size"] = measure(final.folder)
    (options.out / "config.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    json.dump(result, sys.stdout, indent=2)
    print()


main()
