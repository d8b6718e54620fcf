"""One file a revision, numbered in the order they are run."""
