"""One target under atheris (libFuzzer), in a process of its own, since the engine ends it.

python -m bench.fuzz.by_coverage TARGET [the engine's options] CORPUS
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["instruments"]):
    from bench.fuzz.targets import TARGETS

if __name__ == "__main__":
    name, *engine = sys.argv[1:]
    atheris.Setup([sys.argv[0], *engine], TARGETS[name])
    atheris.Fuzz()
