"""The dated tree, as the other rooms use it."""

from survey.organisation.register import NATION_CODE, load_register
from survey.organisation.snapshot import OrganisationTree, TreeNode, load_tree
from survey.organisation.units import add_unit, find_unit, find_units
from survey.organisation.units_file import import_units

__all__ = [
    "NATION_CODE",
    "OrganisationTree",
    "TreeNode",
    "add_unit",
    "find_unit",
    "find_units",
    "import_units",
    "load_register",
    "load_tree",
]
