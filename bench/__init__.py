"""Measurements: what the promises about speed cost on this machine, against a floor of the same run."""
