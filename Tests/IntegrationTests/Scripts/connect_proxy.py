# Grantor
# SPDX-License-Identifier: Apache-2.0
"""A proxy that takes CONNECT (RFC 9110, 9.3.6), asks for a password, and alone knows where names are.

  connect_proxy.py USER:PASSWORD HOST:PORT=LOCALPORT...

Prints `port N`, then `CONNECT HOST:PORT` for each tunnel, or `REFUSED ...` for what it does not grant.
"""

import asyncio
import base64
import sys

CREDENTIALS = "Basic " + base64.b64encode(sys.argv[1].encode()).decode()
PLACES = dict(argument.rsplit("=", 1) for argument in sys.argv[2:])


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except (ConnectionError, OSError):
        pass


async def serve(reader, writer):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        if headers.get("proxy-authorization") != CREDENTIALS:
            print("REFUSED without the password", flush=True)
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        elif method != "CONNECT" or target not in PLACES:
            print(f"REFUSED {method} {target}", flush=True)
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        else:
            print(f"CONNECT {target}", flush=True)
            upstream_reader, upstream = await asyncio.open_connection("127.0.0.1", int(PLACES[target]))
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await asyncio.gather(copy(reader, upstream), copy(upstream_reader, writer))
            upstream.close()
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, OSError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
