#!/usr/bin/python3 -B
"""Writes a store as containers/storage keeps it with the overlay driver, full of images that nobody
had to pull.

usage: synthetic_storage.py GRAPH-ROOT IMAGES [--seed N]

One base in ten images, three layers each; two to five layers of every image's own. The folders of
layers hold what is looked at: os-release, a C library, programs (the beginning of an ELF file).
Prints {"images": N, "layers": N}.
"""

import argparse
import base64
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storage_tree import OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, digest_of, encode  # noqa: E402

CREATED = "2026-01-02T03:04:05.678901234Z"
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + bytes(44)


def file_name(name):
    """Of big data: as it is, or in base64 behind '='."""
    if all(c.islower() or c.isdigit() or c == "." for c in name):
        return name
    return "=" + base64.b64encode(name.encode()).decode()


class Store:
    def __init__(self, root, seed):
        self.root = root
        self.random = random.Random(seed)
        self.layers, self.images = [], []

    def write(self, path, data):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    def layer(self, parent, files):
        """A chain of one more layer: (layer ID, chain's text, diff IDs, blobs)."""
        diff_id = digest_of(self.random.randbytes(16))
        identity, chain, diff_ids, blobs = parent or ("", "", [], [])
        above = digest_of(f"{chain} {diff_id}".encode()) if chain else diff_id
        entry = {
            "id": above[7:],
            "created": CREATED,
            "compressed-diff-digest": digest_of(diff_id.encode()),
            "compressed-size": self.random.randrange(1000, 10**7),
            "diff-digest": diff_id,
            "diff-size": self.random.randrange(2000, 10**8),
            "compression": 2,
            "uidset": [0],
            "gidset": [0, 42],
        }
        if identity:
            entry["parent"] = identity
        self.layers.append(entry)
        for name, data in files.items():
            self.write(f"overlay/{above[7:]}/diff/{name}", data)
        blob = {
            "mediaType": OCI_LAYER,
            "digest": entry["compressed-diff-digest"],
            "size": entry["compressed-size"],
        }
        return above[7:], above, diff_ids + [diff_id], blobs + [blob]

    def base(self, number):
        release = f'ID=debian\nVERSION_ID="{10 + number % 4}"\nPRETTY_NAME="a base"\n'.encode()
        at = self.layer(
            None,
            {
                "etc/os-release": release,
                "lib/x86_64-linux-gnu/libc.so.6": ELF,
                "lib64/ld-linux-x86-64.so.2": ELF,
                "bin/sh": ELF,
            },
        )
        at = self.layer(at, {f"usr/lib/part-{i}": bytes(100) for i in range(20)})
        return self.layer(at, {"usr/bin/python3": ELF})

    def image(self, number, base):
        at = base
        for i in range(self.random.randrange(2, 6)):
            at = self.layer(at, {f"app/{number}/file-{i}": bytes(50), f"usr/bin/app-{number}": ELF})
        config = {
            "architecture": "amd64",
            "os": "linux",
            "created": CREATED,
            "config": {
                "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"] + [f"VARIABLE_{i}=value" for i in range(10)],
                "Entrypoint": [f"/usr/bin/app-{number}"],
                "Labels": {f"org.example.label.{i}": f"the value of label {i}" for i in range(10)},
            },
            "rootfs": {"type": "layers", "diff_ids": at[2]},
            "history": [{"created": CREATED, "created_by": "/bin/sh -c " + "apt-get install " * 10} for _ in at[2]],
        }
        data = encode(config)
        config_digest = digest_of(data)
        manifest = encode(
            {
                "schemaVersion": 2,
                "mediaType": OCI_MANIFEST,
                "config": {"mediaType": OCI_CONFIG, "digest": config_digest, "size": len(data)},
                "layers": at[3],
            }
        )
        documents = {
            config_digest: data,
            "manifest": manifest,
            "manifest-" + digest_of(manifest): manifest,
        }
        identity = config_digest[7:]
        for name, content in documents.items():
            self.write(f"overlay-images/{identity}/{file_name(name)}", content)
        self.images.append(
            {
                "id": identity,
                "digest": digest_of(manifest),
                "names": [f"registry.example/team-{number % 7}/app-{number}:1.{number % 10}"],
                "layer": at[0],
                "metadata": "{}",
                "big-data-names": list(documents),
                "big-data-sizes": {name: len(content) for name, content in documents.items()},
                "created": CREATED,
            }
        )

    def finish(self):
        self.write("overlay-layers/layers.json", encode(self.layers))
        self.write("overlay-images/images.json", encode(self.images))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("images", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    store = Store(arguments.root, arguments.seed)
    bases = [store.base(i) for i in range(max(1, arguments.images // 10))]
    for number in range(arguments.images):
        store.image(number, bases[number % len(bases)])
    store.finish()
    print(json.dumps({"images": len(store.images), "layers": len(store.layers)}))


main()
