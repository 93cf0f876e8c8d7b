"""The table of lies. Each entry: a name, what a truthful client makes of it (exit status, images
counted, a pattern that its problem rows or messages must match), and a function that prepares it.

A prepare function may change `registry.content` before anything is served. What it returns, if
anything, stands in front of every answer: lie(request, reply) → the reply really sent (None: the
honest one). Lies are about lie/app; honest/base and honest/app (3 images) must survive them.
"""

import functools
import gzip

from content import HONEST_IMAGES, INDEX, LAYER, MANIFEST, config, digest_of, encode, layer
from exchange import Reply, failure

TABLE = {}
ALL = HONEST_IMAGES + 1  # the liar's image counts too
ESCAPE = "\x1b[31mred\x1b[0m"


class Behaviour:
    def __init__(self, name, exit, images, says, prepare):
        self.name, self.exit, self.images, self.says, self.prepare = name, exit, images, says, prepare


def behaviour(name, exit="3", images=HONEST_IMAGES, says="lie/app"):
    def register(prepare):
        assert name not in TABLE, name
        TABLE[name] = Behaviour(name, exit, images, says, prepare)
        return prepare

    return register


def liar(registry, **more):
    """lie/app:1 as a plain image. Returns its descriptor."""
    descriptor = registry.content.image([layer("base", 50_000), layer("lie", 9_000)], **more)
    registry.content.tag("lie/app", "1", descriptor)
    return descriptor


def on_manifest(change):
    """A lie about every answer to a question for a manifest of lie/app."""
    return lambda request, reply: change(request, reply) if request.is_for("manifests") else None


def on_config(change):
    return lambda request, reply: change(request, reply) if request.is_for("blobs") else None


def on_get_manifest(change):
    return lambda request, reply: (
        change(request, reply) if request.is_for("manifests") and request.method == "GET" else None)


def zeros(megabytes):
    block = b"0" * 1_000_000
    return (block for _ in range(megabytes))


def deep():
    return b"[" * 10**6 + b"]" * 10**6


@functools.cache
def bomb():
    """100 MB that travel as 100 kB."""
    return gzip.compress(bytes(100_000_000), 1)


# --- the catalogue ------------------------------------------------------------------------------

def catalogue_status(name, status, code, says):
    @behaviour(name, exit="1", images=0, says=says)
    def prepare(registry):
        return lambda request, reply: (
            failure(status, code, "no catalogue here") if request.path == "/v2/_catalog" else None)


catalogue_status("catalogue-404", 404, "NOT_FOUND", "catalogue.*@FILE")
catalogue_status("catalogue-405", 405, "UNSUPPORTED", "catalogue.*@FILE")
catalogue_status("catalogue-401", 401, "UNAUTHORIZED", "catalogue")
catalogue_status("catalogue-403", 403, "DENIED", "catalogue")


@behaviour("catalogue-empty", exit="1", images=0, says="catalogue.*@FILE")
def catalogue_empty(registry):
    return lambda request, reply: Reply(200, b'{"repositories":[]}') if request.path == "/v2/_catalog" else None


@behaviour("catalogue-null", exit="1", images=0, says="catalogue.*@FILE")
def catalogue_null(registry):
    return lambda request, reply: Reply(200, b'{"repositories":null}') if request.path == "/v2/_catalog" else None


@behaviour("catalogue-ignores-n", exit="0", says="")
def catalogue_ignores_n(registry):
    """1,500 more names than asked for, in one page. Their tags are none."""
    for number in range(1500):
        registry.content.repositories[f"many/r{number}"] = {}


def paged(registry, path, member, link):
    """Two pages, the second one found by link(first URL's path)."""
    def lie(request, reply):
        if request.path != path:
            return None
        names = ["honest/app", "honest/base"] if member == "repositories" else ["1", "2", "latest"]
        page = names[1:] if "last" in request.query else names[:1]
        answer = Reply(200, encode({member: page}))
        target = link(request)
        if target:
            answer.headers["Link"] = target
        return answer

    return lie


def next_page(registry, prefix):
    return lambda request: (
        None if "last" in request.query else f'<{prefix}{request.path}?last=x&n=1>; rel="next"')


@behaviour("catalogue-link-relative", exit="0", says="")
def catalogue_link_relative(registry):
    return paged(registry, "/v2/_catalog", "repositories", next_page(registry, ""))


@behaviour("catalogue-link-absolute", exit="0", says="")
def catalogue_link_absolute(registry):
    return paged(registry, "/v2/_catalog", "repositories", next_page(registry, f"http://{registry.host}"))


@behaviour("catalogue-link-itself", images=2, says="catalogue")
def catalogue_link_itself(registry):
    return paged(registry, "/v2/_catalog", "repositories", lambda request: f'<{request.target}>; rel="next"')


@behaviour("catalogue-link-circle", says="catalogue")
def catalogue_link_circle(registry):
    return paged(registry, "/v2/_catalog", "repositories", lambda request: (
        '</v2/_catalog?n=7>; rel="next"' if "last" in request.query else '</v2/_catalog?last=x&n=7>; rel="next"'))


@behaviour("catalogue-link-elsewhere", images=2, says="catalogue")
def catalogue_link_elsewhere(registry):
    return paged(registry, "/v2/_catalog", "repositories", next_page(registry, f"http://{registry.other}"))


@behaviour("catalogue-link-file", images=2, says="catalogue")
def catalogue_link_file(registry):
    return paged(registry, "/v2/_catalog", "repositories", lambda request: '<file:///etc/passwd>; rel="next"')


@behaviour("catalogue-link-endless", says="catalogue")
def catalogue_link_endless(registry):
    """Always another page, always another URL, never anything new."""
    return paged(registry, "/v2/_catalog", "repositories", lambda request: (
        f'</v2/_catalog?n=1&last={registry.requests}>; rel="next"'))


@behaviour("catalogue-oversized", exit="1", images=0, says="catalogue")
def catalogue_oversized(registry):
    return lambda request, reply: (
        Reply().change(length=None, chunks=zeros(300)) if request.path == "/v2/_catalog" else None)


@behaviour("catalogue-deep", exit="1", images=0, says="catalogue.*(deep|depth|nest)")
def catalogue_deep(registry):
    return lambda request, reply: Reply(200, deep()) if request.path == "/v2/_catalog" else None


@behaviour("not-a-registry", exit="1", images=0, says="catalogue|not a registry|JSON")
def not_a_registry(registry):
    return lambda request, reply: Reply(200, b"<html><body>Welcome to nginx!</body></html>", "text/html")


@behaviour("hostile-repository-names", says="catalogue")
def hostile_repository_names(registry):
    names = ["../../../etc/passwd", "a/../b", ESCAPE, "<script>alert(1)</script>", "a b", "\u202egnp.exe", "UPPER",
             "x\x00y", "", "/", "a//b", "a" * 300, "\u009b31m", "honest/app/../base", "%2e%2e/x", "http://x/y"]
    return lambda request, reply: (
        Reply(200, encode({"repositories": names + sorted(registry.content.repositories)}))
        if request.path == "/v2/_catalog" else None)


# --- tags ---------------------------------------------------------------------------------------

@behaviour("tags-link-relative", exit="0", says="")
def tags_link_relative(registry):
    return paged(registry, "/v2/honest/app/tags/list", "tags", next_page(registry, ""))


@behaviour("tags-link-itself", images=2, says="honest/app")
def tags_link_itself(registry):
    return paged(registry, "/v2/honest/app/tags/list", "tags", lambda request: f'<{request.target}>; rel="next"')


@behaviour("tags-link-elsewhere", images=2, says="honest/app")
def tags_link_elsewhere(registry):
    return paged(registry, "/v2/honest/app/tags/list", "tags", next_page(registry, f"http://{registry.other}"))


def lying_tags(name, make, **expectations):
    @behaviour(name, **expectations)
    def prepare(registry):
        liar(registry)
        return lambda request, reply: make() if request.path == "/v2/lie/app/tags/list" else None


lying_tags("tags-null", lambda: Reply(200, b'{"name":"lie/app","tags":null}'), exit="0", says="")
lying_tags("tags-404", lambda: failure(404, "NAME_UNKNOWN", "gone"), exit="0|3", says="")
lying_tags("tags-500", lambda: failure(500, "UNKNOWN", "out of order"), says="lie/app.*500")
lying_tags("tags-deep", lambda: Reply(200, deep()), says="lie/app.*(deep|depth|nest)")
lying_tags("tags-oversized", lambda: Reply().change(length=None, chunks=zeros(300)), says="lie/app")
lying_tags("tags-cut", lambda: Reply(200, b'{"tags":["1"').change(length=5000), says="lie/app")
lying_tags("tags-wrong-type", lambda: Reply(200, b'{"tags":{"1":true}}'), says="lie/app")
lying_tags("tags-twice", lambda: Reply(200, b'{"tags":["1","1","1"]}'), exit="0", images=ALL, says="")
lying_tags("tags-duplicate-key", lambda: Reply(200, b'{"tags":["1"],"tags":["2"]}'), says="lie/app")


@behaviour("tags-missing-manifest", exit="3", says="lie/app:2")
def tags_missing_manifest(registry):
    """Listed, but nobody knows it: a manifest that was deleted by digest."""
    liar(registry)
    registry.content.repositories["lie/app"]["2"] = digest_of(b"nowhere")
    del registry.content.repositories["lie/app"]["1"]


@behaviour("hostile-tag-names", images=ALL, says="lie/app")
def hostile_tag_names(registry):
    liar(registry)
    names = ["1", "../../x", ESCAPE, "<img src=x onerror=alert(1)>", "\u202e1", "a\x00b", "", "a b", "x" * 200,
             "\r\nX-Injected: 1", "\u009b2J", "=cmd()", "'; DROP TABLE digest; --", "-o", "a/b", "a:b", "\ud7ff\uffff"]
    return lambda request, reply: (
        Reply(200, encode({"tags": names})) if request.path == "/v2/lie/app/tags/list" else None)


@behaviour("hostile-error-text", says="lie/app")
def hostile_error_text(registry):
    liar(registry)
    return on_manifest(lambda request, reply: failure(403, "DENIED", ESCAPE + "<script>\u202e\r\n\x00" + "A" * 100000))


# --- manifests ----------------------------------------------------------------------------------

def lying_manifest(name, change, **expectations):
    """change(request, reply) makes the reply to GET and HEAD of a manifest of lie/app."""
    @behaviour(name, **expectations)
    def prepare(registry):
        liar(registry)
        return on_manifest(change)


def lying_get(name, change, **expectations):
    @behaviour(name, **expectations)
    def prepare(registry):
        liar(registry)
        return on_get_manifest(change)


lying_get("manifest-wrong-digest", lambda request, reply: reply.change(body=reply.body + b" ", length=reply.length + 1),
          says="lie/app.*digest")
lying_get("manifest-cut", lambda request, reply: reply.change(body=reply.body[:100]), says="lie/app")
lying_get("manifest-cut-unstated", lambda request, reply: reply.change(body=reply.body[:100], length=None),
          says="lie/app")
lying_get("manifest-length-short", lambda request, reply: reply.change(length=100), says="lie/app")
lying_get("manifest-length-long", lambda request, reply: reply.change(length=reply.length + 100), says="lie/app")
lying_get("manifest-length-huge", lambda request, reply: reply.change(length=2**63), says="lie/app")
lying_get("manifest-empty", lambda request, reply: reply.change(body=b"", length=0), says="lie/app")
lying_get("manifest-oversized", lambda request, reply: reply.change(length=300_000_000, chunks=zeros(300)),
          says="lie/app")
lying_get("manifest-oversized-unstated", lambda request, reply: reply.change(length=None, chunks=zeros(300)),
          says="lie/app")
lying_get("manifest-500", lambda request, reply: failure(500, "UNKNOWN", "out of order"), says="lie/app.*500")
lying_get("manifest-429", lambda request, reply: Reply(429, b"{}", Retry_After="1000000000"), says="lie/app.*429")
lying_get("manifest-said-to-be-gzip", lambda request, reply: reply.change(
    headers={**reply.headers, "Content-Encoding": "gzip"}), exit="0|3", images="3|4", says="")
lying_get("manifest-gzip-bomb", lambda request, reply: reply.change(
    headers={**reply.headers, "Content-Encoding": "gzip"}, body=bomb(), length=len(bomb())), says="lie/app")
lying_get("manifest-chunked-endless", lambda request, reply: reply.change(
    headers={**reply.headers, "Transfer-Encoding": "chunked"}, length=None,
    chunks=(b"%x\r\n" % len(chunk) + chunk + b"\r\n" for chunk in zeros(300))), says="lie/app")
lying_get("status-line-garbage", lambda request, reply: reply.change(raw=b"ICY 200 OK\r\n\r\n" + b"x" * 1000),
          says="lie/app")
lying_get("connection-closed", lambda request, reply: reply.change(raw=b""), says="lie/app")
lying_get("headers-endless", lambda request, reply: reply.change(
    raw=b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(20_000)) + b"\r\n"),
          says="lie/app")
lying_manifest("head-unsupported", lambda request, reply: (
    failure(405, "UNSUPPORTED", "no HEAD here") if request.method == "HEAD" else None),
               exit="0", images=ALL, says="")
lying_manifest("head-wrong-digest", lambda request, reply: reply.change(
    headers={**reply.headers, "Docker-Content-Digest": digest_of(b"something else")}), says="lie/app")
lying_manifest("head-malformed-digest", lambda request, reply: reply.change(
    headers={**reply.headers, "Docker-Content-Digest": "sha256:../../../../etc/passwd"}),
               exit="0|3", images="3|4", says="")
lying_manifest("no-content-digest", lambda request, reply: reply.change(
    headers={"Content-Type": reply.headers["Content-Type"]}), exit="0", images=ALL, says="")
lying_manifest("content-type-disagrees", lambda request, reply: reply.change(
    headers={**reply.headers, "Content-Type": INDEX}), says="lie/app")
lying_manifest("content-type-absent", lambda request, reply: reply.change(
    headers={"Docker-Content-Digest": reply.headers.get("Docker-Content-Digest", "")}),
               exit="0", images=ALL, says="")
lying_manifest("slow-headers", lambda request, reply: reply.change(wait_seconds=300), says="lie/app")


@behaviour("slow-body")
def slow_body(registry):
    """A byte a second."""
    liar(registry)

    def drip(data):
        import time
        for byte in data:
            yield bytes([byte])
            time.sleep(1)

    return on_get_manifest(lambda request, reply: reply.change(chunks=drip(reply.body)))


@behaviour("dies", exit="3", images="1|2|3|4")
def dies(registry):
    """Gone for good in the middle of the scan: nine answers, then not even a listener."""
    import os
    liar(registry)
    registry.content.tag("lie/app", "2", registry.content.image([layer("base", 50_000), layer("lie 2", 1)]))

    def lie(request, reply):
        if registry.requests > 9:
            os._exit(0)

    return lie


# --- what documents say -------------------------------------------------------------------------

def document(name, make, **expectations):
    """lie/app:1 is what make(registry) returns: a manifest or index, as a dict or as bytes."""
    @behaviour(name, **expectations)
    def prepare(registry):
        registry.content.tag("lie/app", "1", registry.content.add_document(make(registry)))


def image_with(**members):
    def make(registry):
        manifest = registry.content.manifest([layer("base", 50_000), layer("lie", 9_000)])
        return {**manifest, **members}
    return make


def sized(size):
    return lambda registry: registry.content.manifest([layer("base", 50_000), {**layer("lie"), "size": size}])


document("manifest-deep", lambda registry: deep(), says="lie/app.*(deep|depth|nest)")
document("manifest-not-json", lambda registry: b"PK\x03\x04", says="lie/app")
document("manifest-invalid-utf8", lambda registry: encode(image_with(annotations={"a": "XX"})(registry)).replace(
    b"XX", b"\xff\xfe"), says="lie/app")
document("manifest-duplicate-key", lambda registry: encode(image_with()(registry)).replace(
    b'"schemaVersion":2', b'"schemaVersion":2,"schemaVersion":2'), says="lie/app")
document("manifest-and-index", image_with(manifests=[]), says="lie/app")
document("manifest-array", lambda registry: b"[]", says="lie/app")
document("layers-not-a-list", image_with(layers={}), says="lie/app")
document("config-missing", image_with(config=None), says="lie/app")
document("size-negative", sized(-1), says="lie/app.*size")
document("size-too-large", sized(2**60), says="lie/app.*size")
document("size-overflows", lambda registry: encode(sized(12345678)(registry)).replace(b"12345678", b"1" + b"0" * 30),
         says="lie/app")
document("size-fraction", sized(1.5), says="lie/app.*size")
document("size-text", sized("100"), says="lie/app.*size")
document("digest-malformed", lambda registry: registry.content.manifest(
    [{**layer("lie"), "digest": "sha256:../../etc/passwd"}]), says="lie/app.*digest")
document("digest-unknown-algorithm", lambda registry: registry.content.manifest(
    [{**layer("lie"), "digest": "md5:" + "0" * 32}]), says="lie/app.*digest")
document("layers-1001", lambda registry: registry.content.manifest([layer(f"l{n}") for n in range(1001)]),
         says="lie/app.*layers")
document("children-1001", lambda registry: {
    "schemaVersion": 2, "mediaType": INDEX,
    "manifests": [{"mediaType": MANIFEST, "size": 1, "digest": digest_of(b"%d" % n)} for n in range(1001)]},
         says="lie/app")
document("schema-1", lambda registry: {
    "schemaVersion": 1, "mediaType": "application/vnd.docker.distribution.manifest.v1+prettyjws", "name": "lie/app",
    "tag": "1", "architecture": "amd64", "fsLayers": [{"blobSum": digest_of(b"x")}], "history": []},
         exit="0", says="lie/app:1.*schema 1")
document("layers-none", lambda registry: registry.content.manifest([]), exit="0", images=ALL, says="")
document("layers-repeated", lambda registry: registry.content.manifest([layer("base", 50_000)] * 3),
         exit="0", images=ALL, says="")
document("layers-empty", lambda registry: registry.content.manifest(
    [layer("base", 50_000), layer("", 0), {**layer("e"), "size": 32}]), exit="0", images=ALL, says="")
document("layers-foreign", lambda registry: registry.content.manifest(
    [{**layer("windows", 10**9), "mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
      "urls": [f"http://{registry.other}/layer"]}, layer("lie")]), exit="0", images=ALL, says="")
document("artifact", image_with(
    artifactType="application/vnd.example.sbom", layers=[layer("sbom")],
    config={"mediaType": "application/vnd.oci.empty.v1+json", "size": 2, "digest": digest_of(b"{}")}),
         exit="0", says="")
document("sizes-disagree", lambda registry: registry.content.manifest([layer("base", 49_999)]),
         exit="0", images=ALL, says="size")


@behaviour("sha512", exit="0", images=ALL, says="")
def sha512(registry):
    layers = [layer("base", 50_000), {"mediaType": LAYER, "size": 5, "digest": digest_of(b"l", "sha512")}]
    manifest = registry.content.manifest(layers)
    manifest["config"] = registry.content.add_blob(encode(config(layers)), algorithm="sha512")
    registry.content.tag("lie/app", "1", registry.content.add_document(manifest, "sha512"))


# --- indexes ------------------------------------------------------------------------------------

def child(descriptor, cpu="amd64", **more):
    return {**descriptor, "platform": {"architecture": cpu, "os": "linux"}, **more}


@behaviour("index-depth-5", says="lie/app:1.*(deep|depth|nest)")
def index_depth_5(registry):
    descriptor = registry.content.image([layer("base", 50_000), layer("lie")])
    for _ in range(5):
        descriptor = registry.content.index([descriptor])
    registry.content.tag("lie/app", "1", descriptor)


@behaviour("index-depth-3", exit="0", images=ALL, says="")
def index_depth_3(registry):
    descriptor = registry.content.image([layer("base", 50_000), layer("lie")])
    for _ in range(3):
        descriptor = registry.content.index([descriptor])
    registry.content.tag("lie/app", "1", descriptor)


@behaviour("index-absent-child", exit="0|3", images=ALL, says="")
def index_absent_child(registry):
    here = registry.content.image([layer("base", 50_000), layer("lie")])
    absent = {"mediaType": MANIFEST, "size": 500, "digest": digest_of(b"absent")}
    registry.content.tag("lie/app", "1", registry.content.index([child(here), child(absent, "arm64")]))


@behaviour("index-child-wrong-size", exit="0|3", images="3|4", says="")
def index_child_wrong_size(registry):
    here = registry.content.image([layer("base", 50_000), layer("lie")])
    registry.content.tag("lie/app", "1", registry.content.index([child({**here, "size": 7})]))


@behaviour("index-of-nothing", exit="0", says="")
def index_of_nothing(registry):
    registry.content.tag("lie/app", "1", registry.content.index([]))


@behaviour("index-wide", exit="3", says="lie/app")
def index_wide(registry):
    """Small documents, many requests: 900 children that are not there, in each of 20 indexes."""
    for number in range(20):
        children = [child({"mediaType": MANIFEST, "size": 1, "digest": digest_of(b"%d %d" % (number, n))})
                    for n in range(900)]
        registry.content.tag("lie/app", str(number), registry.content.index(children))
    return on_manifest(lambda request, reply: failure(500, "UNKNOWN", "out of order") if reply.status == 404 else None)


@behaviour("attestation", exit="0", images=ALL, says="")
def attestation(registry):
    here = registry.content.image([layer("base", 50_000), layer("lie")])
    proof = registry.content.image(
        [{"mediaType": "application/vnd.in-toto+json", "size": 400, "digest": digest_of(b"proof")}],
        {"architecture": "unknown", "os": "unknown", "config": {}, "rootfs": {"type": "layers", "diff_ids": []}})
    registry.content.tag("lie/app", "1", registry.content.index([
        child(here),
        {**proof, "platform": {"architecture": "unknown", "os": "unknown"},
         "annotations": {"vnd.docker.reference.type": "attestation-manifest",
                         "vnd.docker.reference.digest": here["digest"]}}]))


# --- configs ------------------------------------------------------------------------------------

def lying_config(name, change, **expectations):
    @behaviour(name, **expectations)
    def prepare(registry):
        liar(registry)
        return on_config(change)


def with_config(name, data, **expectations):
    """The config of lie/app:1 is this text, and its digest is right."""
    @behaviour(name, **expectations)
    def prepare(registry):
        liar(registry, settings=data)


lying_config("config-wrong-digest", lambda request, reply: reply.change(body=reply.body + b" ", length=reply.length + 1),
             images="3|4", says="lie/app.*digest")
lying_config("config-cut", lambda request, reply: reply.change(body=reply.body[:50]), images="3|4")
lying_config("config-404", lambda request, reply: failure(404, "BLOB_UNKNOWN", "gone"), images="3|4")
lying_config("config-oversized", lambda request, reply: reply.change(length=None, chunks=zeros(300)), images="3|4")
with_config("config-deep", deep(), images="3|4", says="lie/app.*(deep|depth|nest)")
with_config("config-not-json", b"\x7fELF", images="3|4")
with_config("config-diff-ids-short", encode(config([])), exit="0|3", images="3|4", says="")
with_config("config-hostile-platform", encode({**config([layer("base"), layer("lie")]), "architecture": ESCAPE,
                                               "os": "<b>\u202e"}), exit="0|3", images="3|4", says="")
with_config("config-hostile-labels", encode({**config([layer("base"), layer("lie")]), "config": {
    "Labels": {ESCAPE: ESCAPE, "<script>": "</script><script>alert(1)</script>"}, "Env": ["SECRET=canary-environment"],
    "Cmd": [ESCAPE, "\u202e"]}}), exit="0", images=ALL, says="")


# --- elsewhere ----------------------------------------------------------------------------------

def redirecting(name, target, **expectations):
    @behaviour(name, **expectations)
    def prepare(registry):
        liar(registry)
        return on_get_manifest(lambda request, reply: Reply(307, Location=target(registry, request)))


redirecting("redirect-elsewhere", lambda registry, request: f"http://{registry.other}{request.target}",
            exit="0", images=ALL, says="")
redirecting("redirect-itself", lambda registry, request: request.target)
redirecting("redirect-relative-away", lambda registry, request: "/" + "/".join([".."] * 50) + "/etc/passwd")
redirecting("redirect-file", lambda registry, request: "file:///etc/passwd")
redirecting("redirect-unix-socket", lambda registry, request: "gopher://127.0.0.1:22/")
redirecting("redirect-link-local", lambda registry, request: "http://169.254.169.254/latest/meta-data/")
redirecting("redirect-user-info", lambda registry, request: f"http://user:canary@{registry.other}{request.target}",
            exit="0|3", images="3|4", says="")
redirecting("redirect-nowhere", lambda registry, request: "")


@behaviour("redirect-chain")
def redirect_chain(registry):
    """Never the same URL twice, and no end."""
    liar(registry)
    return on_get_manifest(lambda request, reply: Reply(307, Location=f"{request.path}?{registry.requests}"))


@behaviour("redirect-blob-elsewhere", exit="0", images=ALL, says="")
def redirect_blob_elsewhere(registry):
    """What registries over object storage do."""
    liar(registry)
    return on_config(lambda request, reply: Reply(307, Location=f"http://{registry.other}{request.target}"))


@behaviour("auth-refused", exit="1", images=0, says="401|credentials|password")
def auth_refused(registry):
    return lambda request, reply: failure(401, "UNAUTHORIZED", "authentication required").change(
        headers={"Content-Type": "application/json", "WWW-Authenticate": 'Basic realm="x"'})


@behaviour("auth-bearer", exit="1", images=0, says="[Bb]earer")
def auth_bearer(registry):
    return lambda request, reply: failure(401, "UNAUTHORIZED", "authentication required").change(
        headers={"Content-Type": "application/json",
                 "WWW-Authenticate": f'Bearer realm="http://{registry.other}/token",service="x"'})


@behaviour("auth-one-repository", says="lie/app.*(401|credentials|password)")
def auth_one_repository(registry):
    liar(registry)
    return lambda request, reply: (
        failure(401, "UNAUTHORIZED", "authentication required").change(
            headers={"Content-Type": "application/json", "WWW-Authenticate": 'Basic realm="x"'})
        if request.path.startswith("/v2/lie/") else None)


@behaviour("auth-hostile-challenge", exit="1", images=0, says="401|credentials|password|challenge")
def auth_hostile_challenge(registry):
    return lambda request, reply: failure(401, "UNAUTHORIZED", ESCAPE).change(
        headers={"Content-Type": "application/json", "WWW-Authenticate": 'Basic realm="' + "\\" * 20000 + ESCAPE})
