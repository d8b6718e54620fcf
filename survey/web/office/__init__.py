"""Pages for people who log in."""

from flask import Blueprint

blueprints: tuple[Blueprint, ...] = ()
