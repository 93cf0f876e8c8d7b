#!/usr/bin/python3 -B
"""A small registry that does everything at once, and what becomes of it.

usage: nasty.py FOLDER SEED ROUNDS        makes FOLDER/1 … FOLDER/ROUNDS, storages of a docker-registry

Indexes in indexes, attestations, artifacts with and without subject, sparse and full copies of the
same index, aliases, recompressed, repeated, empty and foreign layers, sha512; from one round to the
next tags move, come and go, and repositories vanish. The same arguments make the same folders.
"""

import hashlib
import os
import random
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storage_tree import (CONFIG, LAYER, MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_LAYER,  # noqa: E402
                          OCI_MANIFEST, StorageTree, encode)

REPOSITORIES = ["base", "app", "team/api", "team/web", "mirror/app"]
FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
IN_TOTO = "application/vnd.in-toto+json"
EMPTY_BLOB = "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4"
EMPTY_DIFF_ID = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"


def digest_for(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def plain(descriptor):
    return {key: descriptor[key] for key in ("mediaType", "size", "digest")}


class Nasty:
    def __init__(self, root, seed):
        self.rng = random.Random(seed)
        self.tree = StorageTree(root)
        self.documents = {}
        self.configs = {}
        self.chains = [[]]
        os.makedirs(self.path())

    def path(self, *parts):
        return os.path.join(self.tree.root, "repositories", *parts)

    def layer(self, name):
        """Its descriptor and DiffID. What a layer is belongs to its name, but for recompressing."""
        if name == "empty":
            return {"mediaType": LAYER, "size": 32, "digest": EMPTY_BLOB}, EMPTY_DIFF_ID
        own = random.Random(name)
        made = {"mediaType": OCI_LAYER, "size": own.randrange(1, 10**6), "digest": digest_for("blob " + name)}
        if self.rng.random() < .1:
            made.update(digest=digest_for("blob again " + name), size=made["size"] // 2 + 1)
        elif own.random() < .1:
            made["digest"] = "sha512:" + hashlib.sha512(name.encode()).hexdigest()
        elif own.random() < .1:
            made["mediaType"] = FOREIGN
        return made, digest_for("diff " + name)

    def chain(self):
        chain = list(self.rng.choice(self.chains))
        if self.rng.random() < .2:
            chain = chain[:self.rng.randrange(len(chain) + 1)]
        for _ in range(self.rng.randrange(4)):
            dice = self.rng.random()
            chain.append("empty" if dice < .1 else self.rng.choice(chain) if chain and dice < .15
                         else f"l{self.rng.randrange(25)}")
        self.chains.append(chain)
        return [self.layer(name) for name in chain]

    def put(self, repository, document):
        descriptor = self.tree.manifest(repository, document)
        self.documents[descriptor["digest"]] = document
        # A repository without this folder is not in the server's catalogue.
        os.makedirs(self.path(repository, "_layers"), exist_ok=True)
        return descriptor

    def put_manifest(self, repository, config, config_type, layers, **more):
        descriptor = self.tree.config(repository, config)
        self.configs[descriptor["digest"]] = config
        return self.put(repository, {
            "schemaVersion": 2, "mediaType": MANIFEST if config_type == CONFIG else OCI_MANIFEST,
            "config": {"mediaType": config_type, **descriptor}, "layers": layers, **more})

    def image(self, repository):
        layers = self.chain()
        config = {"os": "linux", "architecture": self.rng.choice(["amd64", "amd64", "arm64"]),
                  "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in layers]},
                  "config": {"Env": [f"x={self.rng.randrange(3)}"]}}
        made = self.put_manifest(repository, config, self.rng.choice([OCI_CONFIG, CONFIG]),
                                 [layer for layer, _ in layers])
        made["platform"] = {"os": "linux", "architecture": config["architecture"]}
        return made

    def attestation(self, repository, about):
        number = self.rng.randrange(5)
        made = self.put_manifest(
            repository, {"os": "unknown", "architecture": "unknown", "rootfs": {"type": "layers", "diff_ids": []}},
            OCI_CONFIG, [{"mediaType": IN_TOTO, "size": 1000 + number, "digest": digest_for(f"statement {number}")}])
        made["platform"] = {"os": "unknown", "architecture": "unknown"}
        made["annotations"] = {"vnd.docker.reference.type": "attestation-manifest",
                               "vnd.docker.reference.digest": about}
        return made

    def artifact(self, repository, **subject):
        layers = [{"mediaType": "application/x", "size": 2000 + number, "digest": digest_for(f"part {number}")}
                  for number in self.rng.sample(range(6), 2)]
        image_layer = self.layer(f"l{self.rng.randrange(5)}")[0]
        if image_layer["mediaType"] != FOREIGN and self.rng.random() < .3:
            layers.append({**image_layer, "mediaType": "application/x"})
        return self.put_manifest(repository, {}, "application/vnd.thing", layers,
                                 annotations={"n": str(self.rng.randrange(1000))}, **subject)

    def index(self, repository, depth=1):
        children = []
        for _ in range(self.rng.randrange(1, 4)):
            if self.rng.random() < .15 and depth < 3:
                children.append(self.index(repository, depth + 1))
                continue
            children.append(self.image(repository))
            if self.rng.random() < .4:
                children.append(self.attestation(repository, children[-1]["digest"]))
        if self.rng.random() < .2:
            children.append({"mediaType": OCI_MANIFEST, "size": 500,
                             "digest": digest_for(f"absent {self.rng.randrange(4)}"),
                             "platform": {"os": "linux", "architecture": "s390x"}})
        return plain(self.put(repository, {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children}))

    def copy(self, repository, digest, sparse):
        document = self.documents[digest]
        for child in document.get("manifests", []):
            if child["digest"] in self.documents and self.rng.random() >= sparse:
                self.copy(repository, child["digest"], sparse)
        if "config" in document:
            self.tree.config(repository, self.configs[document["config"]["digest"]])
        self.put(repository, document)

    def tags(self):
        found = []
        for repository in REPOSITORIES:
            folder = self.path(repository, "_manifests/tags")
            for tag in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                with open(os.path.join(folder, tag, "current/link"), encoding="ascii") as link:
                    found.append((repository, tag, link.read()))
        return found

    def remove(self, path):
        shutil.rmtree(self.path(path))
        self.tree.written = {at for at in self.tree.written if not at.startswith(f"repositories/{path}/")}

    def tag(self, repository, tag, digest):
        if os.path.isdir(self.path(repository, "_manifests/tags", tag)):
            self.remove(f"{repository}/_manifests/tags/{tag}")
        self.tree.tag(repository, tag, digest)

    def change(self):
        repository, tag = self.rng.choice(REPOSITORIES), f"t{self.rng.randrange(4)}"
        dice, tags = self.rng.random(), self.tags()
        where, name, digest = self.rng.choice(tags) if tags else (None, None, None)
        if dice < .35 or not tags:
            self.tag(repository, tag, self.image(repository)["digest"])
        elif dice < .5:
            self.tag(repository, tag, self.index(repository)["digest"])
        elif dice < .58:
            self.tag(repository, tag, self.artifact(repository)["digest"])
        elif dice < .66:
            document = self.documents[digest]
            subject = {"mediaType": document["mediaType"], "size": len(encode(document)), "digest": digest}
            self.tag(where, f"sig{self.rng.randrange(2)}", self.artifact(where, subject=subject)["digest"])
        elif dice < .84:
            self.copy(repository, digest, self.rng.choice([0, .4]))
            self.tag(repository, tag, digest)
        elif dice < .97:
            self.remove(f"{where}/_manifests/tags/{name}")
        else:
            self.remove(where)


def main():
    folder, seed, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    now = os.path.join(folder, "now")
    nasty = Nasty(now, seed)
    for number in range(1, rounds + 1):
        for _ in range(12 if number == 1 else nasty.rng.randrange(1, 6)):
            nasty.change()
        shutil.copytree(now, os.path.join(folder, str(number)))


main()
