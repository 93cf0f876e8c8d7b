#!/usr/bin/python3 -B
"""Docker's official images of January 2018 as the storage of a docker-registry.

usage: official.py DATA-FOLDER STORAGE-FOLDER

Manifests are real in what matters here: layer digests, sizes, platforms, and which tags mean the
same image. The data has no configs, so they are made up: DiffIDs follow from the blob digests (one
blob, one DiffID), and the real config digest stands in a label, so that images that were distinct
stay distinct. Tags with several platforms become manifest lists.
"""

import hashlib
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storage_tree import MANIFEST_LIST, StorageTree  # noqa: E402


def rows(folder):
    path = os.path.join(folder, "official-images.jsonl.zst")
    unpacked = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in unpacked.splitlines()]


def platform_of(row):
    parts = row["platform"].split("/")
    platform = {"architecture": parts[1], "os": parts[0]}
    if len(parts) > 2:
        platform["variant"] = parts[2]
    return platform


def diff_id(blob):
    return "sha256:" + hashlib.sha256(b"unpacked " + blob.encode()).hexdigest()


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def history_entry(entry):
    """The data says what ran, not which of it made a layer: ADD, COPY, RUN and often WORKDIR do."""
    changes_files = entry["by"].split(" ", 1)[0] in ("ADD", "COPY", "RUN", "WORKDIR")
    made = {"created": stamp(entry["created"]), "created_by": entry["by"]}
    return made if changes_files else {**made, "empty_layer": True}


def config_of(row):
    return {
        **platform_of(row),
        "created": stamp(row["history"][-1]["created"]) if row["history"] else None,
        "config": {"Labels": {"test.layershare.config": row["config"]}},
        "rootfs": {"type": "layers", "diff_ids": [diff_id(layer["digest"]) for layer in row["layers"]]},
        "history": [history_entry(entry) for entry in row["history"]],
    }


def layers_of(row):
    return [{"mediaType": l["mediaType"], "size": l["size"], "digest": l["digest"]} for l in row["layers"]]


def main():
    data, storage = sys.argv[1:]
    tree = StorageTree(storage)
    tags = {}
    configs = {}
    for row in rows(data):
        # The made-up config of an image must not depend on which of its rows came first.
        config = configs.setdefault(row["config"], config_of(row))
        descriptor = tree.image(row["repo"], config, layers_of(row))
        tags.setdefault((row["repo"], row["tag"]), []).append({**descriptor, "platform": platform_of(row)})
    for (repository, tag), children in tags.items():
        if len(children) == 1:
            digest = children[0]["digest"]
        else:
            digest = tree.manifest(
                repository, {"schemaVersion": 2, "mediaType": MANIFEST_LIST, "manifests": children})["digest"]
        tree.tag(repository, tag, digest)


if __name__ == "__main__":
    main()
