"""The analyst's workbench: one study's releases looked at in many ways, each way a view with an address of its own.

    bench.py      what there is to look at: the newest release of each round, and the groups that the person may read
    asked.py      what the address asks for; each choice that a view takes becomes a control of its page
    shown.py      what a view hands back: figures, each with its table, how to read it, and its files
    registry.py   the views; one module a view, each with the same function `make(bench, asked) -> Shown`
    pages.py      the pages and the files; saved.py keeps a person's own saved views

Every number is read from a `Disclosed`, or worked out from such numbers by a pure module of reports/.
"""
