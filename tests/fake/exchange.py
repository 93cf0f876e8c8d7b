"""One request and one reply of a fake registry."""

import urllib.parse

from content import encode


class Request:
    def __init__(self, method, target, headers):
        self.method, self.target, self.headers = method, target, headers
        parts = urllib.parse.urlsplit(target)
        self.path = urllib.parse.unquote(parts.path)
        self.query = dict(urllib.parse.parse_qsl(parts.query))

    def is_for(self, kind, name="lie/app", reference=None):
        """Is this about the manifests, blobs or tags of that repository?"""
        wanted = f"/v2/{name}/{kind}/"
        return self.path.startswith(wanted) and reference in (None, self.path[len(wanted):])


class Reply:
    """What to send. A length that is not the body's is a lie on purpose."""

    def __init__(self, status=200, body=b"", content_type="application/json", **headers):
        self.status, self.body = status, body
        self.headers = {"Content-Type": content_type}
        self.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        self.length = len(body)  # None: not stated, the end of the connection ends the body
        self.chunks = None  # an iterator instead of the body
        self.raw = None  # bytes instead of everything
        self.wait_seconds = 0  # before the first byte

    def change(self, **fields):
        for name, value in fields.items():
            assert hasattr(self, name), name
            setattr(self, name, value)
        return self


def failure(status, code, message):
    return Reply(status, encode({"errors": [{"code": code, "message": message}]}))
