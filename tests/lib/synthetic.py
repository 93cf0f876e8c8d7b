#!/usr/bin/python3 -B
"""A made-up registry of any size as the storage of a docker-registry.

usage: synthetic.py STORAGE-FOLDER IMAGES [--seed N] [--tags-per-image 1.1]

Shaped like real ones: a few bases carry most images (Zipf), repositories keep a history of
builds whose lower layers repeat, every tenth image has a second tag, one tag in twenty is an index
of two platforms. IMAGES is the exact number of distinct image manifests. The same arguments make
the same registry. Prints one JSON line with what it holds, for tests to compare with.
"""

import argparse
import hashlib
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storage_tree import LAYER, MANIFEST_LIST, StorageTree  # noqa: E402

TEAMS = ["shop", "data", "ops", "pay", "search", "mobile", "ml", "edge"]
BUILDS_PER_REPOSITORY = 15


class Layers:
    """Layers made up from a name: the same name, the same digest, DiffID and size."""

    def __init__(self):
        self.size_of = {}

    def make(self, name, typical_size, rng):
        digest = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
        size = self.size_of.setdefault(digest, int(typical_size * rng.lognormvariate(0, 1)) + 100)
        return {"mediaType": LAYER, "size": size, "digest": digest}


def config_of(architecture, serial, layers, rng):
    """About as long as a real one: environment, labels, one history line per step."""
    steps = []
    for position, layer in enumerate(layers):
        steps.append({"created": "2026-01-01T00:00:00Z",
                      "created_by": f"RUN /bin/sh -c set -eux; step {position} of {layer['digest'][7:19]} "
                                    + "&& make install " * rng.randint(1, 12)})
        steps.append({"created": "2026-01-01T00:00:00Z", "created_by": f"ENV STEP={position}", "empty_layer": True})
    return {
        "architecture": architecture,
        "os": "linux",
        "created": "2026-01-01T00:00:00Z",
        "config": {
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", f"SERIAL={serial}"],
            "Entrypoint": ["/usr/local/bin/entrypoint.sh"],
            "Labels": {f"org.example.label-{n}": f"{rng.getrandbits(96):x}" for n in range(rng.randint(0, 12))},
        },
        "rootfs": {"type": "layers",
                   "diff_ids": ["sha256:" + hashlib.sha256(l["digest"].encode()).hexdigest() for l in layers]},
        "history": steps,
    }


class Generator:
    def __init__(self, tree, images, seed, tags_per_image):
        self.tree, self.wanted, self.tags_per_image = tree, images, tags_per_image
        self.rng = random.Random(seed)
        self.layers = Layers()
        self.images = self.tags = self.repositories = 0
        self.bases = []

    def image(self, repository, layers, architecture="amd64"):
        self.images += 1
        return self.tree.image(repository, config_of(architecture, self.images, layers, self.rng), layers)

    def tag(self, repository, tag, digest):
        self.tags += 1
        self.tree.tag(repository, tag, digest)

    def make_bases(self):
        """Some bases are repositories of their own; one in three nobody published."""
        for number in range(max(3, min(60, self.wanted // 40))):
            layers = [self.layers.make(f"base {number} layer {position}", 3e7 if position == 0 else 2e6, self.rng)
                      for position in range(self.rng.randint(1, 4))]
            self.bases.append(layers)
            if number % 3 != 2 and self.images < self.wanted:
                self.repositories += 1
                self.tag(f"base/image-{number}", "1", self.image(f"base/image-{number}", layers)["digest"])
        self.weights = [1 / (rank + 1) for rank in range(len(self.bases))]

    def build(self, repository, number, layers):
        tag = f"1.{number}.0"
        if self.rng.random() < 0.05 and self.images + 2 <= self.wanted:
            children = []
            for cpu in ("amd64", "arm64"):
                # The same steps give other bytes on another processor.
                own = layers if cpu == "amd64" else [
                    self.layers.make(cpu + layer["digest"], layer["size"], self.rng) for layer in layers]
                children.append({**self.image(repository, own, cpu), "platform": {"architecture": cpu, "os": "linux"}})
            document = {"schemaVersion": 2, "mediaType": MANIFEST_LIST, "manifests": children}
            digest = self.tree.manifest(repository, document)["digest"]
        else:
            digest = self.image(repository, layers)["digest"]
        self.tag(repository, tag, digest)
        if self.rng.random() < self.tags_per_image - 1:
            self.tag(repository, f"release-{number}", digest)

    def make_repository(self):
        self.repositories += 1
        repository = f"{TEAMS[self.repositories % len(TEAMS)]}/service-{self.repositories}"
        base = self.rng.choices(self.bases, self.weights)[0]
        depth = self.rng.randint(2, 8)
        changed_at = [0] * depth
        for number in range(BUILDS_PER_REPOSITORY):
            if self.images >= self.wanted:
                return
            # A change rebuilds its step and all above; most changes are near the top.
            lowest = depth - 1 - min(depth - 1, int(self.rng.expovariate(0.7)))
            changed_at[lowest:] = [number] * (depth - lowest)
            own = [self.layers.make(f"{repository} step {position} build {changed_at[position]}", 1e6, self.rng)
                   for position in range(depth)]
            self.build(repository, number, base + own)

    def run(self):
        self.make_bases()
        while self.images < self.wanted:
            self.make_repository()
        return {"images": self.images, "tags": self.tags, "repositories": self.repositories}


def main():
    options = argparse.ArgumentParser()
    options.add_argument("storage")
    options.add_argument("images", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--tags-per-image", type=float, default=1.1)
    given = options.parse_args()
    generator = Generator(StorageTree(given.storage), given.images, given.seed, given.tags_per_image)
    print(json.dumps(generator.run()))


if __name__ == "__main__":
    main()
