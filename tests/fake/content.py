"""What a fake registry holds: documents and blobs by digest, made up from names."""

import hashlib
import json

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest_of(data, algorithm="sha256"):
    return algorithm + ":" + hashlib.new(algorithm, data).hexdigest()


def encode(document):
    return json.dumps(document, separators=(",", ":")).encode()


def layer(name, size=1000, **more):
    return {"mediaType": LAYER, "size": size, "digest": digest_of(name.encode()), **more}


def config(layers, architecture="amd64", **more):
    return {
        "architecture": architecture,
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [digest_of(b"unpacked " + l["digest"].encode()) for l in layers]},
        **more,
    }


class Content:
    """Repositories, and what their tags lead to. No behaviour: what is asked for is given."""

    def __init__(self):
        self.repositories = {}  # name → {tag: digest}
        self.documents = {}  # digest → (bytes, content type)
        self.blobs = {}  # digest → bytes

    def add_document(self, document, algorithm="sha256"):
        """A manifest or index, as a dict or as bytes. Returns its descriptor."""
        data = document if isinstance(document, bytes) else encode(document)
        media_type = MANIFEST if isinstance(document, bytes) else document.get("mediaType", MANIFEST)
        digest = digest_of(data, algorithm)
        self.documents[digest] = (data, media_type)
        return {"mediaType": media_type, "size": len(data), "digest": digest}

    def add_blob(self, data, media_type=CONFIG, algorithm="sha256"):
        digest = digest_of(data, algorithm)
        self.blobs[digest] = data
        return {"mediaType": media_type, "size": len(data), "digest": digest}

    def manifest(self, layers, settings=None, **more):
        """An image manifest as a dict, its config being there already."""
        settings = config(layers) if settings is None else settings
        descriptor = self.add_blob(settings if isinstance(settings, bytes) else encode(settings))
        return {"schemaVersion": 2, "mediaType": MANIFEST, "config": descriptor, "layers": layers, **more}

    def image(self, layers, settings=None, **more):
        return self.add_document(self.manifest(layers, settings, **more))

    def index(self, children, **more):
        return self.add_document({"schemaVersion": 2, "mediaType": INDEX, "manifests": children, **more})

    def tag(self, repository, tag, descriptor):
        self.repositories.setdefault(repository, {})[tag] = descriptor["digest"]


# What every behaviour leaves alone: 3 images of 2 repositories on one base, 4 tags.
HONEST_IMAGES = 3


def honest():
    content = Content()
    base = layer("base", 50_000)
    content.tag("honest/base", "1", content.image([base]))
    content.tag("honest/app", "1", content.image([base, layer("app 1", 7_000)]))
    newest = content.image([base, layer("app 2", 8_000)])
    content.tag("honest/app", "2", newest)
    content.tag("honest/app", "latest", newest)
    return content
