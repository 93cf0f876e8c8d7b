#!/usr/bin/python3 -B
"""Pushes an index of manifests that a registry has: usage: push_index.py HOST REPOSITORY TAG MANIFEST-TAG..."""

import json
import sys
import urllib.request

HOST, REPOSITORY, TAG = sys.argv[1:4]
TYPES = "application/vnd.oci.image.manifest.v1+json"


def get(path, accept="*/*"):
    request = urllib.request.Request(f"http://{HOST}/v2/{REPOSITORY}/{path}", headers={"Accept": accept})
    with urllib.request.urlopen(request) as answer:
        return answer.read(), answer.headers


def descriptor(tag):
    body, headers = get(f"manifests/{tag}", TYPES)
    config = json.loads(get("blobs/" + json.loads(body)["config"]["digest"])[0])
    return {
        "mediaType": TYPES,
        "digest": headers["Docker-Content-Digest"],
        "size": len(body),
        "platform": {"os": config["os"], "architecture": config["architecture"]},
    }


INDEX = "application/vnd.oci.image.index.v1+json"
document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor(tag) for tag in sys.argv[4:]]}
urllib.request.urlopen(
    urllib.request.Request(
        f"http://{HOST}/v2/{REPOSITORY}/manifests/{TAG}",
        data=json.dumps(document).encode(),
        headers={"Content-Type": INDEX},
        method="PUT",
    )
)
