"""`verify`: whether an edition is still what was released."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.home import AUDIENCES
from transforms.errors import TableRejected, WrongArguments

if TYPE_CHECKING:
    from flows.editions.verify import Verification

DIFFERS = 1


def verify(
    edition: Annotated[str, Parameter(help="annual-2023, quarterly-2021-Q2 or monthly-2021-03.")],
    /,
    *,
    audience: Annotated[
        str | None, Parameter(help="working-group or public; without it all it was released for.")
    ] = None,
    folder: Annotated[
        Path | None,
        Parameter(help="A folder that somebody was given, in place of the home's; not made again."),
    ] = None,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print what was found.")] = "table",
    session: InSession,
) -> int:
    """Tell whether a released edition is what was released; 0 where it is, 1 where anything differs.

    While its extracts are kept in received/ it is made again as of its day and compared byte for byte; afterwards its
    hashes, manifest and cells are checked. It says which. Offline, and nothing is written.

    Example: tip-trends --home my-home verify annual-2023
    """
    from flows.editions.let_out import released_keys, sound_ledger
    from flows.editions.verify import verify_edition, verify_folder
    from transforms.countries import country
    from transforms.indicators.windows import edition_period

    edition_period(edition)
    scope = country(session.scope).code
    if audience is not None and audience not in AUDIENCES:
        raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose from: {', '.join(AUDIENCES)}.")
    home = session.home
    ledger = sound_ledger(home)
    if folder is not None:
        audience = audience or _audience_of(folder, edition, scope)
        key = released_keys(ledger, edition, scope, audience)[0]
        found = [verify_folder(home, ledger, key, folder)]
    else:
        found = []
        for key in released_keys(ledger, edition, scope, audience):
            with console.working(f"{key}: making it again, comparing"):
                found.append(verify_edition(home, ledger, key))
    _print(found, format)
    return 0 if all(one.verdict == "identical" for one in found) else DIFFERS


def _audience_of(folder: Path, edition: str, scope: str) -> str:
    """For whom the edition in a folder is, by its manifest; raises TableRejected, WrongArguments."""
    from flows.editions.manifests import MANIFEST
    from reports.agreement.document import parsed_manifest

    if not folder.is_dir():
        raise TableRejected(f"{folder} is not a folder.", advice="Name the folder with edition.json in it.")
    path = folder / MANIFEST
    document = (parsed_manifest(path.read_bytes()) if path.is_file() else None) or {}
    if document.get("audience") not in AUDIENCES:
        raise WrongArguments(
            f"{path} does not say for whom the edition is.", advice=f"Add --audience: {' or '.join(AUDIENCES)}."
        )
    if (document.get("edition"), document.get("scope")) != (edition, scope):
        raise WrongArguments(
            f"{folder} says that it holds another edition than {edition} of {scope}.",
            advice="Name the edition that stands in its edition.json, and its --scope.",
        )
    return str(document["audience"])


def _print(found: list[Verification], how: Literal["table", "json"]) -> None:
    if how == "json":
        console.result(json.dumps([one.to_json() for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        entry = one.let_out.entry
        state = "withdrawn" if one.let_out.withdrawal else "released"
        console.result(f"{entry.key}, as of {entry.as_of}, {state}")
        console.result(f"  program: {one.let_out.program.told}")
        for check in one.checks:
            console.result(f"  {check.name}: {check.verdict}: {check.found}")
            for file in check.files:
                console.result(f"    {file}")
        for note in one.notes:
            console.result(f"  note: {note}")
        how_known = "made again and compared" if one.is_rebuilt else "by hashes, manifest and cells; not made again"
        console.result(f"  {one.verdict.upper() if one.verdict == 'differs' else one.verdict} ({how_known})")


COMMANDS: tuple[Callable[..., int | None], ...] = (verify,)
