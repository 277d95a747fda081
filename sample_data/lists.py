"""The lists of the three case-holding bodies: records with their history, and what a delivery shows of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sample_data import mixes
from sample_data.chance import Chance
from sample_data.persons import FIRST_YEAR, Person

REMARK = "SYNTHETIC"
COLUMNS = (
    "record_no", "reporting_country", "body", "person_key", "status", "event_date", "identified_date",
    "registered_date", "assisted_date", "sex", "age", "citizenship", "country_of_exploitation", "region", "form",
    "sector", "means_of_control", "recruiter_relation", "recruitment_channel", "identification_channel",
    "identified_by", "extract_date", "remark",
)  # fmt: skip
PRESUMED, IDENTIFIED, NOT_VICTIM = (
    "PossibleVictimOfTrafficking",
    "ActualVictimOfTrafficking",
    "NotAVictimOfTrafficking",
)
UNKNOWN = "Unknown"
GAPS = {
    "event_date": (0.10, 0.0), "sex": (0.006, 0.012), "age": (0.05, 0.0), "citizenship": (0.01, 0.02),
    "country_of_exploitation": (0.02, 0.03), "region": (0.05, 0.02), "form": (0.01, 0.03), "sector": (0.14, 0.07),
    "means_of_control": (0.14, 0.09), "recruiter_relation": (0.12, 0.14), "recruitment_channel": (0.15, 0.12),
    "identification_channel": (0.05, 0.02),
}  # fmt: skip
"""Probability that a record leaves the cell blank, and that it says that the value is not known."""
NEVER = date.max
Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One person in one body's list, with the days on which the record changed.

    `decided_on` is the decision on the status, `verdict` its outcome; until `corrected_on` the cells
    in `mistakes` stood there instead of those in `cells`.
    """

    person: Person
    body: str
    registered_on: date
    decided_on: date
    verdict: str
    decided_by: str
    assisted_on: date
    cells: Row
    mistakes: Row
    corrected_on: date
    annulled_on: date
    withdrawn_on: date

    def row(self, known_until: date) -> Row:
        """The cells of the record as they stood on a day, without its number and the day of the extract."""
        is_decided = self.decided_on <= known_until and known_until < self.annulled_on
        is_identified = is_decided and self.verdict == IDENTIFIED
        cells = self.cells | (self.mistakes if known_until < self.corrected_on else {})
        return cells | {
            "reporting_country": "XX",
            "body": self.body,
            "person_key": self.person.key,
            "status": self.verdict if is_decided else PRESUMED,
            "identified_date": self.decided_on.isoformat() if is_identified else "",
            "identified_by": self.decided_by if is_identified else "",
            "registered_date": self.registered_on.isoformat(),
            "assisted_date": self.assisted_on.isoformat() if self.assisted_on <= known_until else "",
            "remark": REMARK,
        }


def records(chance: Chance, everyone: Iterable[Person]) -> tuple[Record, ...]:
    """The records of all lists; nothing in them lies before the first year of the register."""
    found = [record for person in everyone for record in _of_person(chance, person)]
    first = date(FIRST_YEAR, 1, 1)
    return tuple(record for record in found if min(record.registered_on, record.decided_on) >= first)


def rows_of(held: Iterable[Record], body: str, known_until: date, extract: date) -> list[Row]:
    """A body's whole list as it stood on `known_until`, oldest registration first."""
    shown = [
        record for record in held if record.body == body and record.registered_on <= known_until < record.withdrawn_on
    ]
    shown.sort(key=lambda record: (record.registered_on, record.person.key))
    return [
        record.row(known_until) | {"record_no": str(number), "extract_date": extract.isoformat()}
        for number, record in enumerate(shown, start=1)
    ]


def _of_person(chance: Chance, person: Person) -> list[Record]:
    first_body = chance.one_of(mixes.FIRST_LIST[person.channel])
    registered_on = person.noticed + timedelta(days=chance.long_tail_days(24, 1.3, 700))
    decided_on, verdict = _decision(chance, first_body, person.noticed)
    if verdict == NOT_VICTIM:
        return [_record(chance, person, first_body, registered_on, decided_on, verdict, "")]
    decided_by = chance.one_of(mixes.DECIDERS[first_body])
    found = [_record(chance, person, first_body, registered_on, decided_on, verdict, decided_by)]
    for body, probability in mixes.REFERRALS[first_body].items():
        if not chance.happens(probability):
            continue
        later = registered_on + timedelta(days=1 + len(found) + chance.long_tail_days(30, 1.1, 500))
        if decided_on != NEVER:
            knows = chance.happens(0.8)
            found.append(_record(chance, person, body, later, decided_on if knows else NEVER, verdict, decided_by))
        elif body == "MIA" and chance.happens(0.5):
            own = later + timedelta(days=chance.long_tail_days(25, 1.1, 700))
            found.append(_record(chance, person, body, later, own, IDENTIFIED, "Police"))
        else:
            found.append(_record(chance, person, body, later, NEVER, PRESUMED, ""))
    return found


def _decision(chance: Chance, body: str, noticed: date) -> tuple[date, str]:
    """Day and outcome of the first body's decision; NEVER while the person stays a presumed victim."""
    day = noticed + timedelta(days=chance.long_tail_days(22, 1.15, 900))
    if chance.happens(0.035):
        return day, NOT_VICTIM
    return (day, IDENTIFIED) if chance.happens(mixes.DECIDED[body]) else (NEVER, PRESUMED)


def _record(
    chance: Chance, person: Person, body: str, registered_on: date, decided_on: date, verdict: str, decided_by: str
) -> Record:
    """A record with its own gaps; a few are corrected, annulled or withdrawn later."""
    cells = _cells(chance, person)
    is_assisted = verdict != NOT_VICTIM and chance.happens(0.1 if body == "MIA" else 0.78)
    assisted_on = registered_on + timedelta(days=chance.long_tail_days(6, 1.2, 200)) if is_assisted else NEVER
    mistakes = _mistakes(chance, cells) if chance.happens(0.045) else {}
    later = registered_on + timedelta(days=120 + chance.long_tail_days(180, 0.8, 900))
    is_annulled = verdict == IDENTIFIED and chance.happens(0.006)
    is_withdrawn = not is_annulled and chance.happens(0.006)
    return Record(
        person=person,
        body=body,
        registered_on=registered_on,
        decided_on=decided_on,
        verdict=verdict,
        decided_by=decided_by,
        assisted_on=assisted_on,
        cells=cells,
        mistakes=mistakes,
        corrected_on=later if mistakes else date.min,
        annulled_on=max(later, decided_on) + timedelta(days=90) if is_annulled and decided_on != NEVER else NEVER,
        withdrawn_on=later if is_withdrawn else NEVER,
    )


def _cells(chance: Chance, person: Person) -> Row:
    known = {
        "event_date": person.event.isoformat(),
        "sex": person.sex,
        "age": str(person.age),
        "citizenship": person.citizenship,
        "country_of_exploitation": person.country_of_exploitation,
        "region": person.region,
        "form": ";".join(person.forms),
        "sector": ";".join(person.sectors),
        "means_of_control": ";".join(person.means),
        "recruiter_relation": ";".join(person.relations),
        "recruitment_channel": ";".join(person.recruited),
        "identification_channel": person.channel,
    }
    return {column: _with_gaps(chance, column, value) for column, value in known.items()}


def _with_gaps(chance: Chance, column: str, value: str) -> str:
    blank, unknown = GAPS[column]
    if chance.happens(blank):
        return ""
    return UNKNOWN if value and chance.happens(unknown) else value


def _mistakes(chance: Chance, cells: Row) -> Row:
    """What stood in the record before it was corrected: another sex, another form, or a gap."""
    column = chance.one_of({"sex": 40, "form": 40, "country_of_exploitation": 20})
    if column == "sex" and cells["sex"] in ("Feminine", "Masculine"):
        return {"sex": "Masculine" if cells["sex"] == "Feminine" else "Feminine"}
    if column == "form" and cells["form"] not in ("", UNKNOWN, "Other"):
        return {"form": "Other"}
    return {column: ""}
