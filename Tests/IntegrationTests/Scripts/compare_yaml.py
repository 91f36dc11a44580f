# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Reads YAML texts as PyYAML does, with libyaml and without, and compares them with the values expected.

Standard input: a JSON array of {"text": ..., "values": [...]}, a value for each document. Standard output: a line for each
text that means something else.
"""

import json
import sys

import yaml


def same(left, right):
    """Whether two values are the same to a reader of JSON: True is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


for index, case in enumerate(json.load(sys.stdin)):
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        try:
            values = list(yaml.load_all(case["text"], Loader=loader))
        except yaml.YAMLError as error:
            print(f"{index}: {loader.__name__}: {error}".replace("\n", " "))
            continue
        if not same(values, case["values"]):
            print(f"{index}: {loader.__name__}: {values!r} instead of {case['values']!r}")
