# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Renders a chart with Helm's engine: one case a line on standard input, one result a line on standard output.

A case is {"files": [TEXT...], "set": [EXPRESSION...], "release": NAME, "namespace": NAMESPACE}; a result is
{"object": ..., "instance": ...} or {"error": MESSAGE}. With {"expression": TEXT, "text": BOOL} alone, a --set expression
is read: {"values": ...}. With {"defaults": true} the chart's own values come back. Numbers beyond Python's float are not met.
"""

import json
import sys

import helm_python as helm


def merge(base, over):
    """Merges values as Helm merges several -f."""
    result = dict(base)
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            value = merge(result[key], value)
        result[key] = value
    return result


def render(chart, case):
    values = {}
    for text in case["files"]:
        values = merge(values, helm.values_from_yaml(text) or {})
    for expression in case.get("set", []):
        values = merge(values, helm.parse_set_string(expression))
    files = chart.render(values, name=case["release"], namespace=case["namespace"])
    text = next(text for name, text in files.items() if "instance" in name)
    obj = helm.values_from_yaml(text.split("\n---")[0])
    instance = obj
    if obj.get("kind") == "ConfigMap":
        instance = json.loads(obj["data"]["app-instance"])
        if "Error" in instance:
            return {"error": instance["Error"]}
    return {"object": obj, "instance": instance}


def answer(chart, case):
    if "expression" in case:
        parse = helm.parse_set_string_values if case.get("text") else helm.parse_set_string
        return {"values": parse(case["expression"])}
    if "defaults" in case:
        return {"values": chart.values}
    return render(chart, case)


with helm.Chart.load(sys.argv[1]) as chart:
    for line in sys.stdin:
        try:
            result = answer(chart, json.loads(line))
        except helm.HelmError as error:
            result = {"error": str(error)}
        print(json.dumps(result))
