"""What the profiles that ship say of a right value; a text that is not here is shown in English."""

from __future__ import annotations

from reports.locale import N_

CONTRACTS = frozenset(
    {
        N_(
            "16 characters 0-9 a-f: a keyed hash that the holder makes, the same in every list of the country; "
            "never a name or number of a person."
        ),
        N_("Code of the body that keeps the list, such as MIA; letters, digits, - and _."),
        N_("Code of the region in the country profile, such as TM-A."),
        N_("each person once in the list of a body"),
        N_("one row per region"),
        N_("one figure per series, area, period, sex and breakdown"),
        N_("one figure per region, period, sex and breakdown"),
        N_("one figure per country, year, sex and age group"),
        N_("an age group such as 15-19 or 80+, or Всего"),
        N_("one figure per year, sex and age group"),
        N_("one figure per country and day"),
        N_("a form of exploitation that the profile knows"),
        N_("one figure per country, year, sex, age and category; ask UNODC which figure holds"),
    }
)
"""Documentation of columns with a form of their own, and advice of rules."""
