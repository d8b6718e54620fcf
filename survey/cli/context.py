"""What every command needs: settings, and the services, opened when a command first asks for them.

A command that works on the database reads

    @group.command()
    @pass_services
    def list_rounds(services: Services) -> None: ...

Time comes from `services.clock`; the database is migrated before a command sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from survey.config import Settings, settings_from

if TYPE_CHECKING:
    from survey.services import Services

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class CommandContext:
    settings: Settings
    debug: bool = False

    @cached_property
    def services(self) -> Services:
        """Raises Refusal("database_newer") for a database that a later version has written."""
        from survey.services import services_from

        services = services_from(self.settings)
        prepare_database(services)
        self._take_over_round_keys()
        return services

    def _take_over_round_keys(self) -> None:
        """Earlier versions kept round keys where web processes read."""
        from survey.answering.round_keys import RoundKeyFolder

        for name in RoundKeyFolder(self.settings.round_keys).take_over(self.settings.keys):
            click.echo(f"moved {name} to {self.settings.round_keys}", err=True)


def prepare_database(services: Services) -> None:
    """Brings the database to this version: new, older and current ones alike. A newer one is refused."""
    from survey.errors import Refusal
    from survey.migrate import check_version, upgrade

    try:
        check_version(services.engine)
    except Refusal as refusal:
        if refusal.code != "database_older":
            raise
        upgrade(services.engine)


def current_context() -> CommandContext:
    context = click.get_current_context()
    found = context.find_object(CommandContext)
    if found is None:
        found = context.find_root().obj = CommandContext(settings_from())
    return found


def pass_settings(command: Callable[Concatenate[Settings, P], R]) -> Callable[P, R]:
    """Gives the command the settings as its first argument: nothing is opened."""

    def with_settings(*args: P.args, **kwargs: P.kwargs) -> R:
        return command(current_context().settings, *args, **kwargs)

    return update_wrapper(with_settings, command)


def pass_services(command: Callable[Concatenate[Services, P], R]) -> Callable[P, R]:
    """Gives the command the services as its first argument."""

    def with_services(*args: P.args, **kwargs: P.kwargs) -> R:
        return command(current_context().services, *args, **kwargs)

    return update_wrapper(with_services, command)
