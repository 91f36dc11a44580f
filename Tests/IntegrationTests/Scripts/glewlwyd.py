# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Runs Glewlwyd, an OpenID provider of Debian, and drives it by its API.

    glewlwyd.py serve FOLDER ALGORITHM   starts it with one user and one public client; prints `ready URL`
    glewlwyd.py approve URL CODE         logs the user in and approves a device code
"""

import ctypes
import http.cookiejar
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

# The schema and the first administrator, from the package's own set-up.
SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
MODULES = "/usr/lib/glewlwyd"
PLUGIN, CLIENT, SCOPE = "oidc", "influxctl", "openid"
USER, PASSWORD = "jane", "a password of no value"

# The names that the plugin has for kinds of keys.
KINDS = {"RS256": ("rsa", "256"), "PS256": ("rsa-pss", "256"), "ES256": ("ecdsa", "256"), "EdDSA": ("eddsa", "256")}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The answer to an approval is a redirect to a page that is not served here."""

    def redirect_request(self, *_):
        return None


class Session:
    """Somebody's session with the API."""

    def __init__(self, base, username, password):
        self.base = base
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, NoRedirect, urllib.request.ProxyHandler({}))
        self.call("POST", "/api/auth/", {"username": username, "password": password})

    def call(self, method, path, body=None, expected=200):
        """Makes one call, which must end with the expected status."""
        data = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data=data, headers=headers, method=method)
        try:
            with self.opener.open(request, timeout=10) as answer:
                status, headers = answer.status, answer.headers
        except urllib.error.HTTPError as error:
            status, headers = error.code, error.headers
        if status != expected:
            sys.exit(f"{method} {path}: status {status}, not {expected}")
        return headers


def pems(algorithm):
    """A new key pair for an algorithm, both halves in PEM."""
    if algorithm == "EdDSA":
        key = ed25519.Ed25519PrivateKey.generate()
    elif algorithm == "ES256":
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def configure(folder, port):
    """Writes the configuration and an empty database; returns the path of the former."""
    database = os.path.join(folder, "glewlwyd.db")
    if os.path.exists(database):
        os.unlink(database)
    with open(SCHEMA, encoding="utf-8") as schema, sqlite3.connect(database) as connection:
        connection.executescript(schema.read())
    path = os.path.join(folder, "glewlwyd.conf")
    lines = [
        f"port={port}", 'bind_address="127.0.0.1"', f'external_url="http://127.0.0.1:{port}"', 'api_prefix="api"',
        'login_url="login.html"', 'log_mode="console"', 'log_level="WARNING"', 'session_key="GLEWLWYD2_SESSION_ID"',
        'admin_scope="g_admin"', 'profile_scope="g_profile"', 'hash_algorithm="SHA512"',
        f'user_module_path="{MODULES}/user"', f'client_module_path="{MODULES}/client"',
        f'user_auth_scheme_module_path="{MODULES}/scheme"', f'plugin_module_path="{MODULES}/plugin"',
        f'user_middleware_module_path="{MODULES}/user_middleware"',
        f'database = {{ type = "sqlite3" path = "{database}" }};',
    ]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path


def free_port():
    """A port that is free now; somebody else may take it before it is used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end_with_parent():
    """Has the kernel end the process when its parent is gone (prctl, PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def start(folder):
    """Starts the server on a free port; returns the process and the base URL."""
    for _ in range(5):
        port = free_port()
        command = ["glewlwyd", f"--config-file={configure(folder, port)}"]
        with open(os.path.join(folder, "glewlwyd.log"), "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=end_with_parent)
        deadline = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return process, f"http://127.0.0.1:{port}"
            except OSError:
                time.sleep(0.05)
        process.kill()
        process.wait()
    with open(os.path.join(folder, "glewlwyd.log"), encoding="utf-8", errors="replace") as log:
        sys.exit("glewlwyd does not start: " + log.read()[-2000:])


def set_up(base, algorithm):
    """Makes the plugin, the user and the client, and the user's consent."""
    kind, size = KINDS[algorithm]
    private, public = pems(algorithm)
    admin = Session(base, "admin", "password")
    parameters = {
        "iss": f"{base}/api/{PLUGIN}", "jwt-type": kind, "jwt-key-size": size, "key": private, "cert": public,
        "access-token-duration": 3600, "refresh-token-duration": 3600, "code-duration": 600, "allow-non-oidc": True,
        "auth-type-code-enabled": False, "auth-type-token-enabled": False, "auth-type-id-token-enabled": True,
        "auth-type-none-enabled": False, "auth-type-password-enabled": False, "auth-type-client-enabled": False,
        "auth-type-refresh-enabled": True, "auth-type-device-enabled": True, "device-authorization-expiration": 120,
        "device-authorization-interval": 1, "jwks-show": True, "jwks-x5c": [], "subject-type": "public",
    }
    plugin = {"module": "oidc", "name": PLUGIN, "display_name": PLUGIN, "enabled": True, "parameters": parameters}
    admin.call("POST", "/api/mod/plugin/", plugin)
    user = {"username": USER, "name": "Jane", "password": PASSWORD, "scope": [SCOPE, "g_profile"], "enabled": True}
    admin.call("POST", "/api/user/", user)
    client = {
        "client_id": CLIENT, "name": CLIENT, "client_name": CLIENT, "confidential": False, "enabled": True,
        "authorization_type": ["device_authorization"], "token_endpoint_auth_method": ["none"],
    }
    admin.call("POST", "/api/client/", client)
    Session(base, USER, PASSWORD).call("PUT", f"/api/auth/grant/{CLIENT}", {"scope": SCOPE})


def serve(folder, algorithm):
    """Serves until it is told to end."""
    process, base = start(folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        set_up(base, algorithm)
        print(f"ready {base}", flush=True)
        process.wait()
    finally:
        process.kill()


def approve(base, code):
    """Approves a device code as the user."""
    user = Session(base, USER, PASSWORD)
    query = urllib.parse.urlencode({"code": code})
    headers = user.call("GET", f"/api/{PLUGIN}/device?{query}&g_continue", expected=302)
    if "prompt=deviceComplete" not in headers.get("Location", ""):
        sys.exit("glewlwyd did not take the approval")


if __name__ == "__main__":
    {"serve": serve, "approve": approve}[sys.argv[1]](*sys.argv[2:])
