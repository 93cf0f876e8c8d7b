#!/usr/bin/python3 -B
"""Copies one index of several platforms from one docker-registry's storage to another, with its
first child only, as app:1.

usage: sparse_copy.py FROM-STORAGE TO-STORAGE      prints {"missing": COUNT of its children, "bytes": …}
"""

import glob
import json
import os
import shutil
import sys

ROOT = "docker/registry/v2"


def blob(storage, digest):
    value = digest.split(":")[1]
    return os.path.join(storage, ROOT, "blobs/sha256", value[:2], value, "data")


def copy_blob(source, target, digest):
    os.makedirs(os.path.dirname(blob(target, digest)), exist_ok=True)
    shutil.copy(blob(source, digest), blob(target, digest))


def link(target, path, digest):
    folder = os.path.join(target, ROOT, "repositories/app", path)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "link"), "w") as file:
        file.write(digest)


def find_index(source):
    for path in sorted(glob.glob(os.path.join(source, ROOT, "blobs/sha256/*/*/data"))):
        if os.path.getsize(path) < 100000:
            with open(path, "rb") as file:
                text = file.read()
            if text.startswith(b"{"):
                document = json.loads(text)
                if len(document.get("manifests", [])) > 1:
                    return "sha256:" + path.split("/")[-2], document
    raise SystemExit("no index of several platforms")


source, target = sys.argv[1:]
digest, index = find_index(source)
child = index["manifests"][0]["digest"]
with open(blob(source, child)) as file:
    manifest = json.load(file)
for document in (digest, child):
    copy_blob(source, target, document)
    link(target, "_manifests/revisions/sha256/" + document.split(":")[1], document)
config = manifest["config"]["digest"]
copy_blob(source, target, config)
link(target, "_layers/sha256/" + config.split(":")[1], config)
link(target, "_manifests/tags/1/current", digest)
link(target, "_manifests/tags/1/index/sha256/" + digest.split(":")[1], digest)
# Made-up layers have no content: what they would take is what their manifest says.
stored = {layer["digest"]: layer["size"] for layer in manifest["layers"]}
stored.update({part: os.path.getsize(blob(target, part)) for part in (digest, child, config)})
print(json.dumps({"missing": len(index["manifests"]) - 1, "bytes": sum(stored.values())}))
