"""The demo: studies with simulated respondents, played through the same path as real ones."""
