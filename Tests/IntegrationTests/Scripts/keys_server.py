# Grantor
# SPDX-License-Identifier: Apache-2.0
"""Serves a key set by HTTPS, with a certificate of a private authority.

Writes the authority's certificate to FOLDER/ca.pem, and that of another authority of the same name to
FOLDER/stranger.pem; then tells the URL of the key set in one line.
"""

import base64
import datetime
import http.server
import ipaddress
import json
import ssl
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)
AUTHORITY = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "private authority")])


def builder(subject, issuer, public_key):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(hours=1))
        .not_valid_after(NOW + datetime.timedelta(days=1))
    )


def authority(path):
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        builder(AUTHORITY, AUTHORITY, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    with open(path, "wb") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    return key


def leaf(folder, authority_key):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "identity provider")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        builder(subject, AUTHORITY, key.public_key())
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    path = f"{folder}/server.pem"
    with open(path, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def key_set():
    def encoded(number):
        data = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    numbers = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key().public_numbers()
    key = {"kty": "RSA", "kid": "private-1", "use": "sig", "n": encoded(numbers.n), "e": encoded(numbers.e)}
    return json.dumps({"keys": [key]}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    document = key_set()

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.document)))
        self.end_headers()
        self.wfile.write(self.document)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        # A client that does not trust the certificate hangs up; that is the point.
        pass


def main():
    folder = sys.argv[1]
    authority(f"{folder}/stranger.pem")
    certificate = leaf(folder, authority(f"{folder}/ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(f"https://127.0.0.1:{server.server_port}/realms/influxdb/protocol/openid-connect/certs", flush=True)
    server.serve_forever()


main()
