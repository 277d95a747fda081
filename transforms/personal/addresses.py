"""Addresses: a word for a street, house or flat beside a number of a house."""

from __future__ import annotations

import re

_STREET_BEFORE = (
    r"(?:ул\.|улица|улице|улицы|ул|пр-т|пр-кт|просп\.|проспект\w?|пер\.|переулок|переулке|проезд\w?|бульвар\w?|б-р|"
    r"тупик|шоссе|наб\.|набережн\w+|мкр\.?|м-н|микрорайон\w?|жилмассив\w?|массив|вул\.|вулиц\w|проспект\w?|"
    r"көшесі|даңғылы|шағын аудан\w?|көчөсү|көч\.|кичи район\w?|кӯчаи|кӯча|хиёбони|гузари|маҳалла\w*|"
    r"mikrora[iý]on\w*|ulitsa|ul\.|prospekt|pereulok|mahalla\w*)"
)
_STREET_BEHIND = (
    r"(?:улица|проспект|переулок|street|str\.|st\.|road|rd\.|avenue|ave\.|ave|lane|boulevard|blvd\.?|drive|"
    r"köçe\w*|köç\.|şaýol\w*|geçelge\w*|jaý toplum\w*|ko[ʻ‘’'`]?cha\w*|кўча\w*|куча\w*|көше\w*|даңғыл\w*|көчө\w*|"
    r"sokak|sokağı|sok\.|caddesi|cad\.|mahallesi|mah\.|proezd\w*|kuchasi|koshesi|kochosu)"
)
_HOUSE = (
    r"(?:дом|д\.|буд\.|будинок|кв\.|квартира|корп\.|корпус|стр\.|жай|үй|үйі|пәтер|батир|хонаи|хона|хонадон|уй|"
    r"jaý\w*|öý\w*|otag\w*|kwartira|house|apt\.?|apartment|flat|building|uy|xonadon|dom|kv\.|daire|no:|№)"
)
_NUMBER = r"\d{1,4}(?:\s?[/-]\s?\d{1,4})?\s?[а-яa-z]?(?![\w%]|[.,]?\d)"
_NAME = r"[\s,.]*(?:[\w.«»\"'’ʻ-]+[\s,]+){0,4}?"
_BETWEEN = r"[\s,;:№.-]{0,4}"
_FOUND = re.compile(
    rf"(?<![\w-]){_STREET_BEFORE}(?![\w-]){_NAME}(?:{_HOUSE}{_BETWEEN})?{_NUMBER}"
    rf"|(?<![\w-]){_STREET_BEHIND}(?![\w-]){_BETWEEN}(?:{_HOUSE}{_BETWEEN})?{_NUMBER}"
    rf"|(?<![\w.,])\d{{1,4}}[a-z]?,?\s(?:[A-ZÀ-Ý][\w'’-]+\s){{1,3}}(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|"
    rf"boulevard|blvd\.?|drive)(?!\w)"
    rf"|(?<!\w)(?:дом|д\.|буд\.|үй|үйі|uy|уй|хонаи|jaý\w*|öý|house|building)\s?№?\s?{_NUMBER}[\s,;]{{0,3}}"
    rf"(?:кв\.?|квартира|корп\.?|пәтер|батир|хонадон|xonadon|хона|kw\.?|kwartira|otag\w*|öý\w*|flat|apt\.?|apartment)"
    rf"\s?№?\s?\d{{1,4}}(?!\d)",
    re.IGNORECASE,
)
_NO_HOUSE = re.compile(
    r"\d{1,4}\s?(?:год|г\.|лет|years?|ýyl|жыл|жас|жылы|сол|йил|yil|persons?|человек|чел\.?|cases?|случа|жертв|victims?|"
    r"раз\b|times|month|месяц|aý\b|день|дня|дней|days?|gün|ночь|hours?|час|adam|нафар|nafar|адам|киши)",
    re.IGNORECASE,
)

NECESSARY = (
    r"(?:ул|пр-|просп|пер\.|переул|проезд|бульвар|б-р|тупик|шоссе|наб|мкр|м-н|микрораион|жилмассив|массив|вул|даңғыл|"
    r"шағын|көч|кичи|куча|кошеси|көше|хиебони|гузари|маҳалла|mikrora|ul\.|ulitsa|prosp|pereul|mahalla|street|str\.|"
    r"st\.?[^\pL]|st$|road|rd\.?[^\pL]|rd$|ave|lane|boul|blvd|drive|koce|koc\.|sayol|gecelge|jay|ko.?cha|sokak|sokag|"
    r"sok\.|cad|mah|proezd|koshesi|kochosu|kuchasi|дом|д\.|буд|үи|уи|uy|хонаи|oy|house|building)"
)
"""Pattern (RE2) before which the folded text of every cell with an address fits; digits stand in it besides."""


def holds_address(text: str) -> bool:
    """Whether a text holds a street with the number of a house, or a house with the number of a flat."""
    without_counts = _NO_HOUSE.sub(" ", text)
    return _FOUND.search(without_counts) is not None
