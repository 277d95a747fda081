"""What the status columns of SDMX say of a figure: OBS_STATUS, CONF_STATUS, and ACTION of SDMX-CSV 2.0.

A figure that is not free to be published is kept as suppressed and without its value; it is never "not reported". Where
status and cell contradict each other nobody knows which is right, so the row is set aside. A row that deletes a figure
(ACTION=D) is no figure: it is set aside, and the delivery without it takes the figure back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from transforms.codes import SDMX_CONF_STATUS, SDMX_OBS_STATUS, SUPPRESSED_OBS_STATUS
from transforms.contracts import stored_type
from transforms.messages import Message, said
from transforms.sources.cells import Cells, Fault, FieldSql, code_literal, is_in, literal
from transforms.sources.noted import LONGEST, NotedCell
from transforms.sources.profile import Profile, ValueField
from transforms.sql import quoted
from transforms.tables import Column

_CODES: Mapping[str, Mapping[str, str]] = {"obs_status": SDMX_OBS_STATUS, "conf_status": SDMX_CONF_STATUS}
ACTIONS = ("I", "A", "R", "M")
"""Information, append, replace, merge: rows with figures (SDMX-CSV 2.0)."""
DELETE = "D"
_WITHOUT_FIGURE = ("O", "M")
"""Our codes that say that there is no figure; `U` may stand with or without one."""
_WITH_FIGURE = ("B", "E", "P", "R")


def with_status(
    item: ValueField, fields: Mapping[str, FieldSql], cells: Cells, columns: Mapping[str, Column], is_number: str
) -> dict[str, FieldSql]:
    """The SQL of a figure with what the status columns of this file say of it; as it was where the file has none.

    `is_number` is SQL that is true where the cell of the figure holds a number, and no sign.
    """
    obs, conf = (_cell(headers, cells) for headers in (item.obs_status, item.conf_status))
    figure = fields["value"]
    if obs is None and conf is None:
        return {**fields, "value": FieldSql(value=figure.value, faults=(*figure.faults, *_action_faults(item, cells)))}
    given = _mapped(obs, "obs_status", columns)
    hidden = _hidden(fields["conf_status"].value, obs, _mapped(conf, "conf_status", columns))
    none = f"({hidden} OR coalesce({given} IN {_WITHOUT_FIGURE}, false))"
    has_figure = f"({figure.value}) IS NOT NULL"
    faults = (
        *_code_faults(item, cells),
        *_contradictions(item, cells, given, hidden, is_number, has_figure),
        *_action_faults(item, cells),
    )
    told = [(code, "") for code in (*_WITHOUT_FIGURE, "U")] + [(code, f" AND {has_figure}") for code in _WITH_FIGURE]
    statuses = " ".join(
        f"WHEN {given} = {quoted(code)}{test} THEN {literal(code, columns['obs_status'])}" for code, test in told
    )
    own = fields["conf_status"].value
    reason = f"nullif({_mapped(conf, 'conf_status', columns)}, 'F')"
    return {
        "value": FieldSql(
            value=f"CASE WHEN {none} THEN NULL ELSE {figure.value} END", faults=(*figure.faults, *faults)
        ),
        **{
            name: FieldSql(value=f"CASE WHEN {none} THEN NULL ELSE {fields[name].value} END")
            for name in ("lower", "upper")
        },
        "obs_status": FieldSql(
            value=f"CASE WHEN {hidden} THEN {literal('A', columns['obs_status'])} {statuses} "
            f"ELSE {fields['obs_status'].value} END"
        ),
        "conf_status": FieldSql(
            value=f"CASE WHEN {own} <> 'F' THEN {own} WHEN {hidden} "
            f"THEN coalesce({reason}, {literal('C', columns['conf_status'])}) ELSE {own} END"
        ),
    }


def noted_statuses(profile: Profile, cells: Cells, taken: int) -> tuple[NotedCell, ...]:
    """Columns to stage for unknown codes of the status columns; `taken` is how many others there are."""
    item = profile.value
    if item is None:
        return ()
    found: list[NotedCell] = []
    for header, known in _coded(item, cells):
        cell = _upper(cells.trimmed(header))
        found.append(
            NotedCell(
                name=f"noted_{taken + len(found)}",
                rule=f"unknown_code:{header}",
                header=header,
                sql=f"CASE WHEN {_is_foreign(cell, known)} THEN left({cells.trimmed(header)}, {LONGEST}) END",
                known=tuple(known),
                is_told=True,
                names_country=False,
            )
        )
    return tuple(found)


def _upper(cell: str) -> str:
    return f"upper({cell})"


def _cell(headers: Sequence[str], cells: Cells) -> str | None:
    """The first of these columns that says something, None where the file has none of them."""
    found = [_upper(cells.trimmed(header)) for header in headers if header in cells.places]
    return (f"coalesce({', '.join(found)})" if len(found) > 1 else found[0]) if found else None


def _mapped(cell: str | None, name: str, columns: Mapping[str, Column]) -> str:
    column = columns[name]
    if cell is None:
        return f"NULL::{stored_type(column)}"
    whens = " ".join(f"WHEN {quoted(text)} THEN {code_literal(code, column)}" for text, code in _CODES[name].items())
    return f"(CASE {cell} {whens} END)"


def _hidden(own: str, obs: str | None, conf: str) -> str:
    """True where the sign in the cell, the confidentiality or the status says that the figure is not to be shown."""
    suppressed = is_in(obs, dict.fromkeys(SUPPRESSED_OBS_STATUS, "")) if obs else "false"
    return f"(coalesce(({own}) <> 'F', false) OR coalesce({conf} <> 'F', false) OR coalesce({suppressed}, false))"


def _coded(item: ValueField, cells: Cells) -> list[tuple[str, Mapping[str, str]]]:
    """Status columns of the file, each with the codes that may stand in it."""
    known = (
        *((header, SDMX_OBS_STATUS) for header in item.obs_status),
        *((header, SDMX_CONF_STATUS) for header in item.conf_status),
        *((header, dict.fromkeys((*ACTIONS, DELETE), "")) for header in item.action),
    )
    return [(header, codes) for header, codes in known if header in cells.places]


def _is_foreign(cell: str, known: Mapping[str, str]) -> str:
    return f"{cell} IS NOT NULL AND NOT ({is_in(cell, known)})"


def _code_faults(item: ValueField, cells: Cells) -> list[Fault]:
    return [
        _unknown(header, _upper(cells.trimmed(header)), known)
        for header, known in _coded(item, cells)
        if header not in item.action
    ]


def _unknown(header: str, cell: str, known: Mapping[str, str]) -> Fault:
    return Fault(rule=f"unknown_code:{header}", header=header, test=_is_foreign(cell, known), expected=_shown(known))


def _shown(known: Iterable[str]) -> Message:
    return said("one of {codes}, or empty", codes=", ".join(known))


def _contradictions(
    item: ValueField, cells: Cells, given: str, hidden: str, is_number: str, has_figure: str
) -> tuple[Fault, ...]:
    header = next((name for name in item.obs_status if name in cells.places), "")
    if not header:
        return ()
    cell = cells.trimmed(item.header)
    figure_denied = f"({is_number} AND {given} IN {_WITHOUT_FIGURE})"
    figure_missing = f"({cell} IS NULL AND NOT ({has_figure}) AND {given} IN {_WITH_FIGURE})"
    return (
        Fault(
            rule=f"contradicting_status:{header}",
            header=header,
            test=f"NOT {hidden} AND coalesce({figure_denied} OR {figure_missing}, false)",
            expected=said(
                "a figure with a status that a figure has, such as A, or no figure and one that says why, such as O"
            ),
        ),
    )


def _action_faults(item: ValueField, cells: Cells) -> tuple[Fault, ...]:
    header = next((name for name in item.action if name in cells.places), "")
    if not header:
        return ()
    cell = _upper(cells.trimmed(header))
    return (
        Fault(
            rule=f"unknown_code:{header}",
            header=header,
            test=_is_foreign(cell, dict.fromkeys((*ACTIONS, DELETE), "")),
            expected=_shown(ACTIONS),
        ),
        Fault(
            rule=f"deleted_row:{header}",
            header=header,
            test=f"{cell} = {quoted(DELETE)}",
            expected=said("rows with figures only; a figure is taken back by sending the list without it"),
        ),
    )
