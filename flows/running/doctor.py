"""Checks of an installation and a home: each says what was found and, if it is not well, what to do."""

from __future__ import annotations

from flows.check import Check, Checker
from flows.clock import Clock, now
from flows.home import Home
from flows.running import home_checks, installation
from flows.running.schema_check import schema
from flows.upkeep.health import findings

INSTALLATION: tuple[Checker, ...] = (
    installation.python,
    installation.packages,
    installation.lock,
    installation.languages,
    installation.fonts,
    installation.prefect,
    installation.browser,
)
OF_THE_HOME: tuple[Checker, ...] = (
    home_checks.writable,
    home_checks.access,
    home_checks.disk,
    home_checks.settings,
    home_checks.sources,
    home_checks.clock_check,
    home_checks.left_overs,
    home_checks.warehouse,
    schema,
    home_checks.ledger,
    home_checks.notices,
)
CHECKS: tuple[Checker, ...] = (*INSTALLATION, *OF_THE_HOME)


def checks(home: Home, clock: Clock = now) -> tuple[Check, ...]:
    """All checks, in the order in which a person would repair things; none changes the home's data."""
    return (*(check(home, clock) for check in INSTALLATION), *checks_of_the_home(home, clock))


def checks_of_the_home(home: Home, clock: Clock = now) -> tuple[Check, ...]:
    """Those that can turn out otherwise from one night to the next; what is installed stays what it is."""
    return (*(check(home, clock) for check in OF_THE_HOME), *findings(home, clock=clock))
