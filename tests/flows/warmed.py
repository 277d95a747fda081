"""Imported by the clean process that others are forked from: it reads once what each of them would read by itself.

Texts, templates, profiles and code lists, which take a process longer than a small extract does. Nothing here may
start a thread, as a database or a frame does: a fork takes none along.
"""

from __future__ import annotations

from datetime import date

import openpyxl  # noqa: F401 - imported by modules of tests
import pytest  # noqa: F401
import statsmodels.stats.api  # noqa: F401 - imported by the first rate of an edition

from flows.intake.acceptance import as_json
from flows.version import code_fingerprint
from reports.acceptance import acceptance_page
from reports.locale import SOURCE_LANGUAGE
from transforms.acceptance import Acceptance
from transforms.contracts import warehouse_ddl
from transforms.countries import countries, country
from transforms.country_names import alpha2_by_name
from transforms.sources.registry import profiles

_REPORT = Acceptance(file_name="", sha256="", source="ctdc_kanon", verdict="accepted", received_on=date(2024, 1, 1))

acceptance_page(_REPORT, SOURCE_LANGUAGE)
as_json(_REPORT)
for _code in countries():
    country(_code)
alpha2_by_name()
code_fingerprint()
profiles()
warehouse_ddl()
