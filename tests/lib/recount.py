#!/usr/bin/python3 -B
"""Counts a docker-registry's storage once more, by the definitions, from the raw documents.

usage: recount.py STORAGE-FOLDER       prints JSON in the form that tests/reality/recount.bats compares

Nothing here knows how layershare works: sets and sums, no indices, no order but that of digests.
"""

import hashlib
import json
import os
import sys
from collections import Counter, defaultdict

EMPTY = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
IMAGE_CONFIGS = ("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json")
root = os.path.join(sys.argv[1], "docker/registry/v2")


def rank(digest):
    return digest.startswith("sha512"), digest


def blob(digest):
    algorithm, text = digest.split(":")
    with open(os.path.join(root, "blobs", algorithm, text[:2], text, "data"), "rb") as file:
        return file.read()


def has(repository, digest):
    return os.path.exists(os.path.join(root, "repositories", repository, "_manifests/revisions",
                                       digest.replace(":", "/"), "link"))


def tags():
    for folder, _, files in os.walk(os.path.join(root, "repositories")):
        if folder.endswith("/current") and "link" in files:
            repository, tag = os.path.relpath(folder, os.path.join(root, "repositories")).split("/_manifests/tags/")
            with open(os.path.join(folder, "link"), encoding="ascii") as link:
                yield repository, tag.split("/")[0], link.read()


def kind(document):
    if "manifests" in document:
        return "index"
    if any(layer["mediaType"] == "application/vnd.in-toto+json" for layer in document["layers"]):
        return "artifact"
    return "image" if document["config"]["mediaType"] in IMAGE_CONFIGS else "artifact"


def is_foreign(layer):
    return "foreign" in layer["mediaType"]


# --- what tags reach: each in its repository ---------------------------------------------------
TAGS = list(tags())
documents, wanted = {}, set()
for repository, _, digest in TAGS:
    todo, seen = [digest], set()
    while todo:
        digest = todo.pop()
        if digest in seen:
            continue
        seen.add(digest)
        if not has(repository, digest):
            wanted.add(digest)
            continue
        documents[digest] = json.loads(blob(digest))
        todo += [child["digest"] for child in documents[digest].get("manifests", [])]
absent = wanted - set(documents)

# --- bytes ------------------------------------------------------------------------------------
RANKS = {"image": 0, "index": 1, "artifact": 2}
sizes, kinds, users, kept, foreign = {}, {}, defaultdict(set), set(), set()
alone, image_count = Counter(), 0
for digest, document in documents.items():
    what, own = kind(document), {digest: len(blob(digest))}
    if what != "index":
        own[document["config"]["digest"]] = document["config"]["size"]
        for layer in document["layers"]:
            if is_foreign(layer):
                foreign.add(layer["digest"])
            else:
                own[layer["digest"]] = layer["size"]
    for part, size in own.items():
        sizes[part] = size
        kinds[part] = min(kinds.get(part, what), what, key=RANKS.get)
        if what == "image":
            users[part].add(document["config"]["digest"])
        else:
            kept.add(part)
    if what == "image":
        image_count += 1
        alone[document["config"]["digest"]] += sum(own.values())

share, unique = Counter(), Counter()
for part, configs in users.items():
    lowest = min(configs, key=rank)
    for config in configs:
        share[config] += sizes[part] // len(configs)
    share[lowest] += sizes[part] % len(configs)
    if len(configs) == 1 and part not in kept:
        unique[lowest] += sizes[part]


def total(*names):
    return sum(size for part, size in sizes.items() if kinds[part] in names)


# --- bases ------------------------------------------------------------------------------------
repositories = defaultdict(set)
for repository, _, digest in TAGS:
    todo, seen = [digest], set()
    while todo:
        digest = todo.pop()
        if digest in seen or digest not in documents:
            continue
        seen.add(digest)
        if kind(documents[digest]) == "image":
            repositories[documents[digest]["config"]["digest"]].add(repository)
        todo += [child["digest"] for child in documents[digest].get("manifests", [])]

manifest_of, chain_of, standing = {}, {}, defaultdict(set)
for digest in sorted(documents, key=rank):
    if kind(documents[digest]) == "image":
        config = documents[digest]["config"]["digest"]
        manifest_of.setdefault(config, digest)
        chain_of[config] = tuple(json.loads(blob(config))["rootfs"]["diff_ids"])
for config, chain in chain_of.items():
    for length in range(1, len(chain) + 1):
        standing[chain[:length]].add(config)


def chain_id(chain):
    text = chain[0]
    for diff_id in chain[1:]:
        text = "sha256:" + hashlib.sha256(f"{text} {diff_id}".encode()).hexdigest()
    return text


def without_empty(chain):
    while chain and chain[-1] == EMPTY:
        chain = chain[:-1]
    return chain


def describe(chain, evidence, on_it, owners):
    manifest = min((manifest_of[config] for config in owners or standing[chain]), key=rank)
    layers = {layer["digest"]: layer["size"] for layer in documents[manifest]["layers"][:len(chain)]
              if not is_foreign(layer)}
    return [chain_id(chain), evidence, len(chain), len(on_it),
            len(set().union(*(repositories[config] for config in on_it))), sum(layers.values())]


bases, branches = [], set()
for chain, configs in standing.items():
    owners = {config for config in configs if chain_of[config] == chain}
    names = set().union(*(repositories[config] for config in owners))
    others = {config for config in configs - owners if not names <= repositories[config]}
    if not without_empty(chain):
        continue
    if owners and others:
        bases.append(describe(chain, "proven", others, owners))
    if not owners and len({chain_of[config][len(chain)] for config in configs}) > 1:
        branches.add(without_empty(chain))
for chain in branches:
    configs = standing[chain]
    if all(chain_of[config] != chain for config in configs) and \
            not set.intersection(*(repositories[config] for config in configs)):
        bases.append(describe(chain, "unnamed", configs, None))

other = total("index", "artifact")
print(json.dumps({
    "usage": {"tags": len(TAGS), "images": image_count, "blobs": len(sizes), "other_bytes": other,
              "logical_bytes": sum(alone.values()) + other, "actual_bytes": total("image") + other,
              "foreign_layers": len(foreign - set(sizes)), "absent_children": len(absent)},
    "images": sorted([config, alone[config], share[config], unique[config]] for config in alone),
    "rest": sorted(row for row in (["(artifacts)", total("artifact")], ["(indexes)", total("index")]) if row[1]),
    "bases": sorted(bases),
}))
