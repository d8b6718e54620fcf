"""Why a number of a scale's quality is not there: the same few words for every topic that can fail in several ways."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    TOO_FEW_ANSWERS = "too_few_answers"
    """Fewer complete answers than the number's own minimum, or than items + 2."""
    TOO_FEW_ITEMS = "too_few_items"
    """The model has no more to say than the items it is made of: not identified."""
    ONE_GROUP = "one_group"
    """There is nothing to compare with."""
    NO_VARIATION = "no_variation"
    """Everybody answered an item alike."""
    SINGULAR = "singular"
    """One item follows exactly from others: the same answers twice, or a sum of them."""
    HEYWOOD = "heywood"
    """The best fit has a variance of zero or below (Heywood 1931): the model does not hold for these answers."""
    NOT_IDENTIFIED = "not_identified"
    """More than one solution fits equally well."""
    NO_CONVERGENCE = "no_convergence"
    """The search ended before it had come to rest."""
    TOO_MANY_STEPS = "too_many_steps"
    """More distinct answers than an ordinal method is meant for."""
    INFINITE = "infinite"
    """The best fit lies infinitely far off: infinite odds, or a correlation of one through an empty cell."""
