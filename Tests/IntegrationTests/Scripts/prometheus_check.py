# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Runs Prometheus against a running operator, and counts what each expression of the chart finds.

  prometheus_check.py PROMETHEUS FOLDER CHART ADDRESS...

ADDRESS is HOST:PORT of /metrics. Prints {"panels": [...], "variables": [...], "selectors": [...], "rules": [...]} with the number of
series beside each expression. FOLDER takes the configuration and the data.
"""

import json
import pathlib
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

INTERVAL = "1s"
WINDOW = "10s"
# A range of an alert is longer than a test; what it selects is looked at, and that it is evaluated.
VARIABLES = {"$__rate_interval": WINDOW, "$namespace": ".*", "$app_instance": ".*"}
SELECTOR = re.compile(
    r"\b((?:grantor|controller_runtime|workqueue|rest_client|leader_election|process|event_recorder)_\w+)(\{[^}]*\})?"
)


def configure(folder, chart, addresses):
    rules = chart / "files" / "rules.yaml"
    config = folder / "prometheus.yml"
    targets = ", ".join(f'"{address}"' for address in addresses)
    config.write_text(
        f"global: {{scrape_interval: {INTERVAL}, evaluation_interval: {INTERVAL}}}\n"
        f"rule_files: ['{rules}']\n"
        "scrape_configs:\n"
        f"- {{job_name: grantor, honor_labels: true, static_configs: [{{targets: [{targets}]}}]}}\n"
    )
    return config


def start(binary, folder, config):
    """Prometheus, and the address that it says it listens on."""
    process = subprocess.Popen(
        [
            binary, f"--config.file={config}", f"--storage.tsdb.path={folder}/data", "--web.listen-address=127.0.0.1:0",
        ],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )
    for line in process.stderr:
        found = re.search(r'msg="Listening on" address=(\S+)', line)
        if found:
            # The pipe must not fill.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return process, f"http://{found.group(1)}"
    sys.exit("prometheus_check.py: Prometheus did not start")


def ask(base, path, **parameters):
    query = urllib.parse.urlencode(parameters)
    with urllib.request.urlopen(f"{base}/api/v1/{path}?{query}", timeout=10) as answer:
        return json.load(answer)["data"]


def count(base, expression):
    return len(ask(base, "query", query=expression)["result"])


def wait(base, seconds):
    """Waits until there are samples enough for a rate."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            data = ask(base, "query", query=f"min(count_over_time(grantor_build_info[{WINDOW}]))")["result"]
            if data and float(data[0]["value"][1]) >= 5:
                return
        except OSError:
            pass
        time.sleep(0.3)
    sys.exit("prometheus_check.py: no samples of grantor_build_info in time")


def substitute(text):
    for name, value in VARIABLES.items():
        text = text.replace(name, value)
    return text


def main(binary, folder, chart, *addresses):
    folder, chart = pathlib.Path(folder), pathlib.Path(chart)
    process, base = start(binary, folder, configure(folder, chart, addresses))
    try:
        wait(base, 45)
        result = {"panels": [], "variables": [], "selectors": [], "rules": []}
        for path in sorted(chart.glob("dashboards/*.json")):
            dashboard = json.loads(path.read_text())
            for panel in dashboard["panels"]:
                for target in panel.get("targets", []):
                    expression = substitute(target["expr"])
                    result["panels"].append([panel["title"], expression, count(base, expression)])
            for variable in dashboard["templating"]["list"]:
                found = re.fullmatch(r"label_values\((.*), (\w+)\)", variable.get("definition", ""))
                if found:
                    expression = f'count by ({found.group(2)}) ({substitute(found.group(1))})'
                    result["variables"].append([variable["name"], expression, count(base, expression)])
        text = (chart / "files" / "rules.yaml").read_text()
        for metric, matchers in sorted(set(SELECTOR.findall("\n".join(re.findall(r"expr:(.*(?:\n {10}.*)*)", text))))):
            # A code or result that must not occur does not, here; its label does.
            matchers = re.sub(r'\b(code|result)(=~|!~|!=|=)"[^"]*"', r'\1!=""', matchers)
            result["selectors"].append([metric, metric + matchers, count(base, metric + matchers)])
        for group in ask(base, "rules")["groups"]:
            for rule in group["rules"]:
                result["rules"].append([rule["name"], rule["health"], rule["state"]])
        json.dump(result, sys.stdout)
    finally:
        process.terminate()
        process.wait(timeout=10)


main(*sys.argv[1:])
