"""`verify`: whether an edition is still what was released."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.home import AUDIENCES, Home
from transforms.errors import TableRejected, WrongArguments

if TYPE_CHECKING:
    from flows.editions.checked import Verification

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
    from_received: Annotated[
        bool,
        Parameter(
            negative="",
            help="Take the files in received/ in again, into a passing warehouse, and make the edition from there.",
        ),
    ] = False,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print what was found.")] = "table",
    session: InSession,
) -> int:
    """Tell whether a released edition is what was released; 0 where it is, 1 where anything differs.

    While its extracts are kept in received/ it is made again as of its day and compared byte for byte; afterwards its
    hashes, manifest and cells are checked. It says which. Offline, and nothing is written. With --from-received the
    warehouse is not believed but made anew from the files and compared too; that takes as long as taking them in.

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
    if from_received:
        if folder is not None:
            raise WrongArguments(
                "--folder holds somebody's copy against the ledger; --from-received makes the home's own edition anew.",
                advice="Ask one after the other.",
            )
        found = _from_received(home, edition, scope, audience)
        _print(found, format)
        return 0 if all(one.verdict == "identical" for one in found) else DIFFERS
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


def _from_received(home: Home, edition: str, scope: str, audience: str | None) -> list[Verification]:
    """Every edition of the name, made again in one passing warehouse."""
    from flows.editions.from_received import needed, told_by, verify_from_received
    from flows.editions.let_out import released_keys
    from flows.intake.again import taken_again

    told = told_by(home)
    keys = released_keys(told.ledger, edition, scope, audience)
    deliveries = needed(home, told, keys)
    found = []
    with (
        console.working(f"Taking in {len(deliveries.taken)} files again") as say,
        taken_again(home, deliveries) as again,
    ):
        for key in keys:
            say(f"{key}: making it again, comparing")
            found.append(verify_from_received(home, told, key, again, deliveries))
    return found


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
        how_known = "by hashes, manifest and cells; not made again"
        if one.is_rebuilt:
            files = " from the files in received/" if one.ground == "received" else ""
            how_known = f"made again{files} and compared"
        console.result(f"  {one.verdict.upper() if one.verdict == 'differs' else one.verdict} ({how_known})")


COMMANDS: tuple[Callable[..., int | None], ...] = (verify,)
