"""Exact dates of birth: a word of birth beside a day, month and year; and columns of days that lie as births do."""

from __future__ import annotations

import re

_BORN = (
    r"(?:born|birth\w*|d\.?o\.?b\.?|рожд\w*|род\.|родил\w+|г\. ?р\.?|дата рожд\w*|уродж\w*|народ(?:ж\w+|ил\w+)|"
    r"doglan\w*|doglup|doguldy|dogum\w*|tug[ \w'’‘ʻ`]{0,3}ilgan\w*|туған|туған күні|туылған|тугилган|туғилган|туулган|"
    r"таваллуд\w*|зодруз|зодрӯз|doğum\w*)"
)
_MONTHS = (
    r"(?:янв\w*|фев\w*|мар\w*|апр\w*|ма[йя]\w*|июн\w*|июл\w*|авг\w*|сен\w*|окт\w*|ноя\w*|дек\w*|"
    r"січ\w*|лют\w*|бер\w*|квіт\w*|трав\w*|черв\w*|лип\w*|серп\w*|вер\w*|жовт\w*|лист\w*|груд\w*|"
    r"jan\w*|feb\w*|mar\w*|apr\w*|may\w*|jun\w*|jul\w*|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|"
    r"ýan\w*|few\w*|iýun\w*|iýul\w*|awg\w*|sen\w*|okt\w*|noý\w*|dek\w*|yan\w*|iyun\w*|iyul\w*|avg\w*|noy\w*|"
    r"қаң\w*|ақп\w*|нау\w*|сәу\w*|мам\w*|мау\w*|шіл\w*|там\w*|қыр\w*|қаз\w*|қар\w*|жел\w*)"
)
_DAY = (
    r"(?:(?<!\d)(?:0?[1-9]|[12]\d|3[01])\s?[./-]\s?(?:0?[1-9]|1[0-2])\s?[./-]\s?(?:19|20)?\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d\s?[./-]\s?(?:0?[1-9]|1[0-2])\s?[./-]\s?(?:0?[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|-?nji|-?njy)?,?\s{{0,2}}{_MONTHS}\.?,?\s{{0,2}}(?:19|20)\d\d"
    rf"|(?<!\w){_MONTHS}\s?(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,?\s{{1,2}}(?:19|20)\d\d"
    rf"|(?:19|20)\d\d[- ]?(?:ж|жыл\w*|ý|ýyl\w*|г|год\w*|yil\w*)?\.?[- ]?(?:ғы|гы)?\s?\d{{1,2}}[ -]?{_MONTHS})"
)
_NEAR = r"[^\d\n]{0,30}?"
_FOUND = re.compile(rf"(?<!\w){_BORN}(?!\w){_NEAR}{_DAY}|{_DAY}[^\d\n]{{0,12}}?(?<!\w){_BORN}(?!\w)", re.IGNORECASE)
_BY_EVENT = re.compile(
    r"(?:birth certificate|свидетельств\w+ о рождении|gave birth|(?<!\w)родила(?!\w)|birth of)", re.IGNORECASE
)

NECESSARY = (
    r"(?:born|birth|dob|d\.o\.b|рожд|родил|урож|урод|народ|род\.|г\. ?р|doglan|doglup|dogul|dogum|tug|туған|туылған|"
    r"тугилган|туғилган|туулган|таваллуд|зодруз)"
)
"""Pattern (RE2) that the folded text of every cell with a date of birth fits."""

DAYS = r"\s*(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4})(?:[ T][0-9:.]+)?\s*"
"""Pattern (RE2) of a cell that is a day and nothing else."""
YOUNGEST_YEARS, OLDEST_YEARS = 5, 80
"""Years before the other day of a row between which most births of the persons in a list lie."""
MOST = 0.8
"""Part of a column's days that lies so, of a column of births."""
VARIED = 0.25
"""Least part of different days among them: a day of law or of statistics repeats, births hardly do."""


def holds_birth_date(text: str) -> bool:
    """Whether a text says on which day somebody was born; an age or a year of birth alone is no exact date."""
    return _FOUND.search(_BY_EVENT.sub("", text)) is not None


def are_births(days: int, born: int, different: int) -> bool:
    """Whether so many `days` of a column, `born` of them as births lie, `different` ones among them, are births."""
    return days > 0 and born >= MOST * days and different >= VARIED * days
