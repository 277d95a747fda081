"""Words of the workbooks that suppliers fill in, in the three languages; labels of codes come from the reports.

Turkmen awaits a native reader, as the workbook says.
"""

from __future__ import annotations

from typing import Literal

from transforms.sources.entry import EXTRACT_DAY, REMARK

Language = Literal["en", "ru", "tk"]
LANGUAGES: tuple[Language, ...] = ("en", "ru", "tk")

_WORDS: dict[str, tuple[str, str, str]] = {
    "how_to": ("How to fill in", "Как заполнять", "Nähili doldurmaly"),
    "codes": ("Codes", "Коды", "Kodlar"),
    "notes": ("Notes", "Пояснения", "Düşündirişler"),
    "column": ("Column", "Графа", "Sütün"),
    "meaning": ("Meaning", "Что означает", "Manysy"),
    "needed": ("Must be filled?", "Обязательна?", "Hökmanmy?"),
    "writing": ("How to write it", "Как писать", "Nähili ýazmaly"),
    "contract": ("Contract (in English)", "Требование (на английском)", "Talap (iňlis dilinde)"),
    "code": ("Code", "Код", "Kod"),
    "label": ("Meaning of the code", "Значение кода", "Koduň manysy"),
    "yes": ("yes", "да", "hawa"),
    "no": ("no; empty means not reported", "нет; пусто — нет сведений", "ýok; boş öýjük — maglumat ýok"),
    "step_fill": (
        "Fill in the first sheet, one row per record. Do not rename columns; do not add any with personal data.",
        "Заполните первый лист: одна строка — одна запись. Не переименовывайте графы и не добавляйте личных сведений.",
        "Birinji sahypany dolduryň: bir setir — bir ýazgy. Sütünleriň adyny üýtgetmäň, şahsy maglumat goşmaň.",
    ),
    "step_example": (
        "Delete the example row marked SYNTHETIC before you send the file: with it the file counts as invented.",
        "Удалите строку-образец с пометкой SYNTHETIC перед отправкой: с ней файл считается вымышленным.",
        "Ugratmazdan öň SYNTHETIC bellikli nusga setirini aýryň: ol galsa, faýl oýlanyp tapylan hasaplanýar.",
    ),
    "step_empty": (
        "Leave a cell empty where nothing is reported. Zero is a count, not a gap.",
        "Если сведений нет, оставьте ячейку пустой. Ноль — это количество, а не пропуск.",
        "Maglumat ýok bolsa, öýjügi boş goýuň. Nol — bu san, boşluk däl.",
    ),
    "step_personal": (
        "No names, document numbers, telephones, addresses or dates of birth: such a file is refused as a whole.",
        "Без имён, номеров документов, телефонов, адресов и дат рождения: такой файл отклоняется целиком.",
        "Atlar, resminama belgileri, telefonlar, salgylar we doglan günler bolmaly däl: şeýle faýl doly ret edilýär.",
    ),
    "step_check": (
        "Check the file before you send it: tip-trends ingest FILE --dry-run",
        "Проверьте файл перед отправкой: tip-trends ingest ФАЙЛ --dry-run",
        "Ugratmazdan öň faýly barlaň: tip-trends ingest FAÝL --dry-run",
    ),
    "step_name": (
        "Put the day of the data into the name of the file, for example {name}.",
        "Укажите день данных в имени файла, например {name}.",
        "Faýlyň adynda maglumatyň gününi görkeziň, meselem {name}.",
    ),
    "draft": ("", "", "Türkmen dilindäki tekst entek türkmen dilli okyjy tarapyndan barlanmady."),
    "one_code": ("one code of the list", "один код из списка", "sanawdan bir kod"),
    "several_codes": (
        "one or several codes of the list, with {separator} between them",
        "один или несколько кодов из списка через {separator}",
        "sanawdan bir ýa-da birnäçe kod, arasynda {separator}",
    ),
    "a_date": ("a day: {format}", "день: {format}", "gün: {format}"),
    "a_year": ("a year in four digits", "год четырьмя цифрами", "ýyl dört sifr bilen"),
    "a_period": (
        "a year, quarter, month or day: 2023, 2023-Q2, 2023-04, 2023-04-15",
        "год, квартал, месяц или день: 2023, 2023-Q2, 2023-04, 2023-04-15",
        "ýyl, çärýek, aý ýa-da gün: 2023, 2023-Q2, 2023-04, 2023-04-15",
    ),
    "a_number": ("a number", "число", "san"),
    "a_figure": (
        "a number, or one of the signs {signs}", "число или один из знаков {signs}", "san ýa-da belgi: {signs}",
    ),
    "a_flag": ("1 for yes, else empty", "1 — да, иначе пусто", "1 — hawa, bolmasa boş"),
    "an_age": ("completed years, 0 to 120", "полных лет, от 0 до 120", "doly ýaşy, 0–120"),
    "a_country": ("an ISO 3166 country code", "код страны по ISO 3166", "ISO 3166 boýunça ýurduň kody"),
    "a_country_name": (
        "the name of a country or its ISO 3166 code", "название страны или её код по ISO 3166",
        "ýurduň ady ýa-da ISO 3166 boýunça kody",
    ),
    "an_area": (
        "an ISO 3166 country code, or the code of a region", "код страны по ISO 3166 или код региона",
        "ISO 3166 boýunça ýurduň kody ýa-da sebitiň kody",
    ),
    "a_text": ("a short text or code", "короткий текст или код", "gysga tekst ýa-da kod"),
}  # fmt: skip

_LABELS: dict[str, tuple[str, str, str]] = {
    "reporting_country": ("Country of the register", "Страна учёта", "Hasaba alýan ýurt"),
    "person_key": ("Pseudonymous key of the person", "Условный ключ лица", "Şahsyň şertli açary"),
    "body": ("Body that keeps the list", "Орган, ведущий список", "Sanawy ýöredýän edara"),
    "event_date": ("First day of exploitation", "Первый день эксплуатации", "Ekspluatasiýanyň ilkinji güni"),
    "identified_date": ("Day of the decision", "День решения", "Karar kabul edilen gün"),
    "registered_date": ("Day of registration", "День регистрации", "Hasaba alnan gün"),
    "assisted_date": ("Day of the first service", "День первой помощи", "Ilkinji kömegiň güni"),
    "citizenship": ("Citizenship", "Гражданство", "Raýatlyk"),
    "country_of_exploitation": ("Country of exploitation", "Страна эксплуатации", "Ekspluatasiýa edilen ýurt"),
    "region": ("Region", "Регион", "Sebit"),
    "series": ("What is counted", "Что подсчитано", "Näme sanalýar"),
    "ref_area": ("Country or region", "Страна или регион", "Ýurt ýa-da sebit"),
    "ref_area_type": ("Country, region or aggregate", "Страна, регион или группа", "Ýurt, sebit ýa-da topar"),
    "time_period": ("Period", "Период", "Döwür"),
    "year": ("Year", "Год", "Ýyl"),
    "sex": ("Sex", "Пол", "Jyns"),
    "age_group": ("Age group", "Возрастная группа", "Ýaş topary"),
    "age_class": ("Children and adults", "Дети и взрослые", "Çagalar we ululary"),
    "form": ("Form of exploitation", "Форма эксплуатации", "Ekspluatasiýanyň görnüşi"),
    "category": ("Further breakdown", "Дополнительный разрез", "Goşmaça bölünişik"),
    "unit": ("Unit", "Единица измерения", "Ölçeg birligi"),
    "value": ("Figure", "Значение", "Görkeziji"),
    "persons": ("Persons", "Численность", "Adam sany"),
    "obs_status": ("Status of the figure", "Статус значения", "Görkezijiniň ýagdaýy"),
    EXTRACT_DAY: ("Day on which the extract was made", "День составления выгрузки", "Maglumatyň düzülen güni"),
    REMARK: ("Remark", "Примечание", "Bellik"),
}


def word(language: Language, key: str, **values: str) -> str:
    """A text of the workbook with its placeholders filled; raises KeyError."""
    return _WORDS[key][LANGUAGES.index(language)].format_map(values)


def column_label(language: Language, core: str) -> str | None:
    """What a core column is called; None where the label of its code list says it."""
    found = _LABELS.get(core)
    return None if found is None else found[LANGUAGES.index(language)]
