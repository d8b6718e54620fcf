"""`python -m bench`: the same as `./run bench`."""

from bench.command import group

if __name__ == "__main__":
    group(prog_name="./run bench")
