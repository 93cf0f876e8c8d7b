#!/usr/bin/python3 -B
"""A registry that misbehaves in one named way, and is honest otherwise.

usage: registry.py BEHAVIOUR FOLDER     serves until killed; behaviours.py has the table
       registry.py --list               NAME EXIT-STATUSES IMAGES PATTERN, separated by tabs

FOLDER/ports gets "PORT OTHER-PORT" once it listens: the registry, and another host that records
who comes. FOLDER/requests gets one line a request: METHOD PATH STATUS BYTES; FOLDER/other the
requests of the other host with all their headers: whatever credential stands there has leaked.
"""

import http.server
import os
import re
import socketserver
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import behaviours  # noqa: E402
from content import encode, honest  # noqa: E402
from exchange import Reply, Request, failure  # noqa: E402


class Registry:
    """What an honest registry answers. A behaviour changes `content`, or puts itself in front of
    `answer` as `lie(request, reply)`, which gives the reply that is really sent."""

    def __init__(self, behaviour):
        self.content = honest()
        self.lie = None
        self.host = self.other = None  # HOST:PORT
        self.requests = 0
        self.behaviour = behaviour

    def start(self, host, other):
        self.host, self.other = host, other
        self.lie = self.behaviour.prepare(self)

    def answer(self, request):
        reply = self.honest_answer(request)
        return (self.lie(request, reply) if self.lie else None) or reply

    def honest_answer(self, request):
        if request.path == "/v2/":
            return Reply(200, b"{}")
        if request.path == "/v2/_catalog":
            return Reply(200, encode({"repositories": sorted(self.content.repositories)}))
        match = re.fullmatch(r"/v2/(.+)/(tags/list|manifests/(.+)|blobs/(.+))", request.path, re.DOTALL)
        if not match or match[1] not in self.content.repositories:
            return failure(404, "NAME_UNKNOWN", "repository name not known to registry")
        if match[2] == "tags/list":
            return Reply(200, encode({"name": match[1], "tags": list(self.content.repositories[match[1]])}))
        if match[4]:
            blob = self.content.blobs.get(match[4])
            return (Reply(200, blob, "application/octet-stream", Docker_Content_Digest=match[4])
                    if blob is not None else failure(404, "BLOB_UNKNOWN", "blob unknown to registry"))
        digest = self.content.repositories[match[1]].get(match[3], match[3])
        if digest not in self.content.documents:
            return failure(404, "MANIFEST_UNKNOWN", "manifest unknown")
        data, media_type = self.content.documents[digest]
        return Reply(200, data, media_type, Docker_Content_Digest=digest)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fake-registry"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def respond(self):
        request = Request(self.command, self.path, self.headers)
        self.server.registry.requests += 1
        reply = self.server.registry.answer(request)
        if reply.wait_seconds:
            time.sleep(reply.wait_seconds)
        sent = 0
        try:
            sent = self.send(reply)
        except OSError:
            self.close_connection = True  # who asked has gone away
        self.server.note("requests", f"{self.command} {self.path} {reply.status} {sent}\n")

    do_GET = do_HEAD = do_POST = respond

    def send(self, reply):
        if reply.raw is not None:
            self.close_connection = True
            self.wfile.write(reply.raw)
            return len(reply.raw)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            # Not send_header(): it would not let every byte through.
            self._headers_buffer.append(f"{name}: {value}\r\n".encode("utf-8", "surrogateescape"))
        if reply.length is None or reply.length != len(reply.body):
            self.close_connection = True
            self.send_header("Connection", "close")
        if reply.length is not None:
            self.send_header("Content-Length", str(reply.length))
        self.end_headers()
        if self.command == "HEAD":
            return 0
        sent = 0
        for chunk in reply.chunks or [reply.body]:
            self.wfile.write(chunk)
            self.wfile.flush()
            sent += len(chunk)
        return sent


class OtherHandler(Handler):
    """The other host: gives what the registry would, without lying, and writes everything down."""

    def respond(self):
        self.server.note("other", f"{self.command} {self.path}\n{self.headers}\n")
        reply = self.server.registry.honest_answer(Request(self.command, self.path, self.headers))
        self.send(reply)

    do_GET = do_HEAD = do_POST = respond


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, registry, folder, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.registry, self.folder = registry, folder
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.lock = threading.Lock()

    def note(self, file, text):
        with self.lock, open(os.path.join(self.folder, file), "a", encoding="utf-8", errors="replace") as log:
            log.write(text)

    def handle_error(self, request, client_address):
        """A client that went away is no news."""


def main():
    if sys.argv[1:] == ["--list"]:
        for behaviour in behaviours.TABLE.values():
            print(behaviour.name, behaviour.exit, behaviour.images, behaviour.says, sep="\t")
        return
    name, folder = sys.argv[1:]
    registry = Registry(behaviours.TABLE[name])
    main_server = Server(registry, folder, Handler)
    other_server = Server(registry, folder, OtherHandler)
    registry.start(main_server.host, other_server.host)
    threading.Thread(target=other_server.serve_forever, daemon=True).start()
    ports = os.path.join(folder, "ports")
    with open(ports + ".part", "w") as file:
        print(main_server.server_address[1], other_server.server_address[1], file=file)
    os.rename(ports + ".part", ports)
    main_server.serve_forever()


if __name__ == "__main__":
    main()
