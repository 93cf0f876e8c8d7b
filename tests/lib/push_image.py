#!/usr/bin/python3 -B
"""Puts one more made-up image into a docker-registry's storage and points a tag at it.

usage: push_image.py STORAGE-FOLDER REPOSITORY TAG [SEED]      prints its manifest digest

For tests that move tags: the server sees it at once, and it costs no upload.
"""

import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from storage_tree import StorageTree  # noqa: E402
from synthetic import Layers, config_of  # noqa: E402

storage, repository, tag = sys.argv[1:4]
seed = sys.argv[4] if len(sys.argv) > 4 else "moved"
rng = random.Random(seed)
layers = [Layers().make(f"{seed} {position}", 1e6, rng) for position in range(3)]
tree = StorageTree(storage)
descriptor = tree.image(repository, config_of("amd64", seed, layers, rng), layers)
tree.tag(repository, tag, descriptor["digest"])
print(descriptor["digest"])
