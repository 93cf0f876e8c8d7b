"""Writes the folder that docker-registry 2.x keeps its blobs in, so that the real server serves
images nobody had to push:

    docker/registry/v2/
      blobs/sha256/ab/abcd…/data
      repositories/NAME/_layers/sha256/HEX/link                     which blobs NAME may give out
      repositories/NAME/_manifests/revisions/sha256/HEX/link        which manifests it has
      repositories/NAME/_manifests/tags/TAG/current/link            what a tag points at
      repositories/NAME/_manifests/tags/TAG/index/sha256/HEX/link   and has pointed at

Layers of the manifests need not be there: a registry does not look at them when it is read.
"""

import hashlib
import json
import os

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def encode(document):
    return json.dumps(document, separators=(",", ":")).encode()


class StorageTree:
    def __init__(self, root):
        self.root = os.path.join(root, "docker/registry/v2")
        self.written = set()

    def _write(self, path, data):
        if path in self.written:
            return
        self.written.add(path)
        path = os.path.join(self.root, path)
        try:
            file = open(path, "wb")
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            file = open(path, "wb")
        with file:
            file.write(data)

    def blob(self, data):
        digest = digest_of(data)
        hexadecimal = digest[7:]
        self._write(f"blobs/sha256/{hexadecimal[:2]}/{hexadecimal}/data", data)
        return digest

    def config(self, repository, document):
        """A config that the repository gives out. Returns its descriptor without a media type."""
        data = encode(document)
        digest = self.blob(data)
        self._write(f"repositories/{repository}/_layers/sha256/{digest[7:]}/link", digest.encode())
        return {"size": len(data), "digest": digest}

    def manifest(self, repository, document):
        """A manifest or index. Returns its descriptor."""
        data = encode(document)
        digest = self.blob(data)
        self._write(f"repositories/{repository}/_manifests/revisions/sha256/{digest[7:]}/link", digest.encode())
        return {"mediaType": document["mediaType"], "size": len(data), "digest": digest}

    def image(self, repository, config, layers):
        """Schema 2, as docker push makes it. Layers: descriptors, bottom first."""
        descriptor = self.config(repository, config)
        return self.manifest(
            repository,
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": {"mediaType": CONFIG, **descriptor},
                "layers": layers,
            },
        )

    def tag(self, repository, tag, digest):
        folder = f"repositories/{repository}/_manifests/tags/{tag}"
        self._write(f"{folder}/current/link", digest.encode())
        self._write(f"{folder}/index/sha256/{digest[7:]}/link", digest.encode())
