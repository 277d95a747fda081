"""Generated files in the shape of the CTDC k-anonymised data set, of any length, the same every time."""

from __future__ import annotations

from pathlib import Path

import duckdb

MEANS = (
    "DebtBondage", "TakesEarnings", "RestrictsFinancialAccess", "Threats", "PsychologicalAbuse", "PhysicalAbuse",
    "SexualAbuse", "FalsePromises", "PsychoactiveSubstances", "RestrictsMovement", "RestrictsMedicalCare",
    "ExcessiveWorkingHours", "UsesChildren", "ThreatOfLawEnforcement", "WithholdsNecessities", "WithholdsDocuments",
    "Other", "NotSpecified",
)  # fmt: skip
TERMS_OF_USE = "By using this data you agree to the Terms of Use: https://www.ctdatacollaborative.org/terms-use"
LABOUR = (
    "Agriculture", "Aquafarming", "Begging", "Construction", "DomesticWork", "Hospitality", "IllicitActivities",
    "Manufacturing", "MiningOrDrilling", "Peddling", "Transportation", "Other", "NotSpecified",
)  # fmt: skip


def _pick(salt: int, *choices: str) -> str:
    """SQL for a repeatable choice per row `i`; repeat a choice to make it likelier, an empty one is a blank cell."""
    listed = ", ".join(f"'{choice}'" if choice else "NULL" for choice in choices)
    return f"[{listed}][1 + (hash(i * 1000 + {salt}) % {len(choices)})::INT]"


def _flag(salt: int, percent: int) -> str:
    chance = f"hash(i * 1000 + {salt}) % 100"
    return f"CASE WHEN {chance} < 30 THEN NULL WHEN {chance} < {30 + percent} THEN '1' ELSE '0' END"


_COUNTRIES = ("PH", "UA", "MD", "KH", "ID", "US", "BY", "RO", "MM", "UZ", "KG", "TM", "", "0")


def narrow_columns() -> dict[str, str]:
    """The eight columns of the 2020 layout, as SQL over a row number `i`."""
    return {
        "yearOfRegistration": "(2002 + (hash(i * 1000) % 18))::VARCHAR",
        "Datasource": _pick(1, "Case Management", "Case Management", "Hotline"),
        "gender": _pick(2, "Female", "Female", "Female", "Male"),
        "ageBroad": _pick(3, "0--8", "9--17", "18--20", "21--23", "24--26", "27--29", "30--38", "39--47", "48+", ""),
        "citizenship": _pick(4, *_COUNTRIES),
        "CountryOfExploitation": _pick(5, *[c for c in _COUNTRIES if c != "0"]),
        "isForcedLabour": _flag(6, 30),
        "isSexualExploit": _flag(7, 40),
    }


FLAWED_PCT = 5


def flawed(columns: dict[str, str]) -> dict[str, str]:
    """These columns with one wrong cell in five of a hundred rows: a code, a year, a country or a flag."""
    columns = dict(columns)
    wrong = {"gender": "'F?'", "yearOfRegistration": "'20O9'", "citizenship": "'ZZZ'", "isForcedLabour": "'2'"}
    for number, (name, cell) in enumerate(wrong.items()):
        chance = f"hash(i * 1000 + 200) % 100 < {FLAWED_PCT} AND hash(i * 1000 + 201) % {len(wrong)} = {number}"
        columns[name] = f"CASE WHEN {chance} THEN {cell} ELSE {columns[name]} END"
    return columns


def wide_columns() -> dict[str, str]:
    """The 63 named columns of the 2021 layout; the header's first cell is the terms-of-use sentence."""
    narrow = narrow_columns()
    columns = {TERMS_OF_USE: "NULL"}
    columns |= {name: narrow[name] for name in ("yearOfRegistration", "Datasource", "gender", "ageBroad")}
    columns |= dict.fromkeys(("majorityStatus", "majorityStatusAtExploit", "majorityEntry"), "NULL")
    columns |= {"citizenship": narrow["citizenship"]}
    columns |= {f"meansOfControl{name}": _flag(20 + n, 10) for n, name in enumerate(MEANS)}
    columns |= {"meansOfControlConcatenated": "NULL"}
    columns |= {name: narrow[name] for name in ("isForcedLabour", "isSexualExploit")}
    columns |= {
        f"is{name}": _flag(50 + n, 2)
        for n, name in enumerate(
            ("OtherExploit", "SexAndLabour", "ForcedMarriage", "ForcedMilitary", "OrganRemoval", "SlaveryAndPractices")
        )
    }
    columns |= {"typeOfExploitConcatenated": "NULL"}
    columns |= {f"typeOfLabour{name}": _flag(60 + n, 6) for n, name in enumerate(LABOUR)}
    columns |= {"typeOfLabourConcatenated": "NULL"}
    columns |= {
        f"typeOfSex{name}": _flag(80 + n, 4)
        for n, name in enumerate(("Prostitution", "Pornography", "RemoteInteractiveServices", "PrivateSexualServices"))
    }
    columns |= {"typeOfSexConcatenated": "NULL", "isAbduction": _flag(90, 3), "RecruiterRelationship": "NULL"}
    columns |= {"CountryOfExploitation": narrow["CountryOfExploitation"]}
    columns |= {
        f"recruiterRelation{name}": _flag(95 + n, 10)
        for n, name in enumerate(("IntimatePartner", "Friend", "Family", "Other", "Unknown"))
    }
    return columns


def write_ctdc(path: Path, rows: int, columns: dict[str, str], delimiter: str) -> Path:
    """Write `rows` case rows with these columns as CSV; a file that is there already is kept."""
    if not path.exists():
        chosen = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
        draft = path.with_suffix(".part")
        with duckdb.connect() as con:
            con.execute("SET preserve_insertion_order = false")
            con.execute(
                f"COPY (SELECT {chosen} FROM range({rows}) t(i)) TO '{draft}' (HEADER, DELIMITER '{delimiter}')"
            )
        draft.rename(path)
    return path
