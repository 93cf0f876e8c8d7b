#!/usr/bin/python3 -B
"""Validates JSON outputs against schema/json/. usage: validate.py [--lines] FILE...

A document names its schema: "layershare/usage/v1" is schema/json/usage.schema.json.
With --lines a file is JSON Lines, whose first line does so for all of them.
"""

import json
import os
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import jsonschema  # noqa: E402

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../schema/json")


def validate(path, lines):
    with open(path) as file:
        documents = [json.loads(line) for line in file] if lines else [json.load(file)]
    word = documents[0]["schema"].split("/")[1]
    schema_path = os.path.abspath(os.path.join(FOLDER, word + ".schema.json"))
    with open(schema_path) as file:
        schema = json.load(file)
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    store = {}
    for name in os.listdir(FOLDER):
        if not name.endswith(".json"):
            continue
        with open(os.path.join(FOLDER, name)) as file:
            other = json.load(file)
        store["file://" + os.path.join(os.path.dirname(schema_path), name)] = other
        if "$id" in other:
            store[other["$id"]] = other
    resolver = jsonschema.RefResolver("file://" + schema_path, schema, store=store)
    validator = validator_class(schema, resolver=resolver)
    errors = [error for document in documents for error in validator.iter_errors(document)]
    for error in errors[:5]:
        print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}", file=sys.stderr)
    return not errors


arguments = sys.argv[1:]
by_line = arguments[:1] == ["--lines"]
sys.exit(0 if all([validate(path, by_line) for path in arguments[by_line:]]) else 1)
