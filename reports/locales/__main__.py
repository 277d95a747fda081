"""`python -m reports.locales`: gather all texts and bring the catalogues up to date, keeping what was translated.

A text that is no longer used moves to the end of its file as obsolete; a changed one starts untranslated, never
guessed at.
"""

from __future__ import annotations

from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from reports import words
from reports.locale import CLDR_IDS, SOURCE_LANGUAGE
from transforms.codes import CODE_LISTS

KEYWORDS = {"text": None, "say": None, "N_": None, "plural": (1, 2)}
SAID = {"said": None, "counted": (1, 2)}
"""What a file is told where it is read: the other packages name the texts, the catalogues of the reports hold them."""
FOLDERS = (("reports", KEYWORDS), ("transforms", SAID), ("flows", SAID))
PROJECT = "tip-trends"
_CHANGING = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Report-Msgid', b'"Last-Translator', b'"Language-Team')
"""Header lines without use here; dates would make every run a change."""


def plurals() -> set[tuple[str, str]]:
    """Pairs of messages that `Locale.plural` is given by name and not in its call."""
    return set(words.VICTIMS_IN_A_SENTENCE.values())


def gathered() -> Catalog:
    """Every text of the reports, of the code lists and of the registers of words."""
    catalog = Catalog(project=PROJECT, charset="utf-8")
    pairs = plurals()
    for pair in sorted(pairs):
        catalog.add(pair)
    single = {form for pair in pairs for form in pair}
    for codes in CODE_LISTS:
        for label in (codes.label, *(code.label for code in codes.by_value.values())):
            catalog.add(label, auto_comments=[codes.key])
    for package, keywords in FOLDERS:
        folder = str(resources.files(package))
        found = extract_from_dir(folder, method_map=[("**.py", "python")], keywords=keywords)
        for name, _, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
            forms = message if isinstance(message, tuple) else (message,)
            if not forms[0] or (len(forms) == 1 and forms[0] in single):
                continue
            catalog.add(message, locations=[(f"{package}/{name}", 0)], auto_comments=comments, context=context)
    return catalog


def update(language: str, template: Catalog) -> tuple[int, int]:
    """Bring one catalogue up to date; returns how many texts it has and how many are translated."""
    path = Path(str(resources.files("reports"))) / "locales" / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog = Catalog(locale=language, project=PROJECT, charset="utf-8", fuzzy=False)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.header_comment = f"# Texts of {PROJECT} in {catalog.locale.english_name}." if catalog.locale else ""
    written = BytesIO()
    write_po(written, catalog, width=110, include_lineno=False, ignore_obsolete=True)
    lines = written.getvalue().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if not line.startswith(_CHANGING)))
    texts = [message for message in catalog if message.id]
    return len(texts), sum(1 for m in texts if (all(m.string) if isinstance(m.string, tuple) else m.string))


def main() -> None:
    """Update every catalogue and say how complete each is."""
    template = gathered()
    for language in CLDR_IDS:
        if language != SOURCE_LANGUAGE:
            total, translated = update(language, template)
            print(f"{language}: {translated} of {total} texts translated")  # noqa: T201 - what a translator runs it for


if __name__ == "__main__":
    main()
