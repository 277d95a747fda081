"""What the profiles that ship say for themselves, for the catalogues; a text that is not here is shown in English."""

from __future__ import annotations

from reports.locale import N_

SOURCES = frozenset(
    {
        N_("Contacts of hotlines"),
        N_("COVID-19 stringency index"),
        N_("Crime and justice form of the statistics committee"),
        N_("Detected victims per 100,000 population (SDG 16.2.2)"),
        N_("Detected victims, prosecutions and convictions (UNODC)"),
        N_("Global Dataset on victims of trafficking, k-anonymised"),
        N_("Global Synthetic Dataset on victims of trafficking"),
        N_("Human Trafficking Case Data Standard 2.0, case template"),
        N_("Labour market indicators"),
        N_("Migration flows"),
        N_("National register of cases"),
        N_("Population by sex and age"),
        N_("Population by sex and age of the statistics committee"),
        N_("Registrations of stranded migrants"),
        N_("Status of the National Action Plan"),
        N_("Unemployment rate by sex and region"),
        N_("Blavatnik School of Government, University of Oxford (OxCGRT)"),
        N_("Bureau of National Statistics of Kazakhstan"),
        N_("IOM and partners, Counter-Trafficking Data Collaborative"),
        N_("IOM and partners, Counter-Trafficking Data Collaborative, with Microsoft Research"),
        N_("migration service, consulates and the organisations that register stranded migrants"),
        N_("National Bureau of Statistics of the Republic of Moldova"),
        N_("State statistics committee"),
        N_("State statistics committee, migration service"),
        N_("the bodies and associations that run hotlines"),
        N_("the body that coordinates the National Action Plan"),
        N_("the case-holding bodies of a country"),
        N_("the organisation that keeps the cases; the template is IOM's (HTCDS 2.0, CC BY 4.0)"),
        N_("United Nations Office on Drugs and Crime, GLOTIP data portal"),
        N_("United Nations, World Population Prospects 2019 (Gapminder DDF)"),
        N_("as agreed with the body"),
        N_("as agreed with the body; sums of contacts, no contact itself"),
        N_("as agreed with the body; sums, no registration itself"),
        N_("as agreed with the committee"),
        N_("CC BY 3.0 IGO"),
        N_("CC BY 4.0"),
        N_("confidential; for the statistics of the reporting country"),
        N_("CTDC terms of use"),
        N_("MIT (files of the SDG platform)"),
        N_("United Nations terms of use"),
        N_(
            "Calls, messages and visits by period, way of contact, topic and outcome. A contact is never a "
            "victim: one person may call ten times, one call may be about ten persons, and most calls ask for "
            "advice. No call, caller or number of a telephone is delivered."
        ),
        N_(
            "Case records of 2002-2019 in the layouts of 2018 to 2021; identifying combinations were removed by "
            "the publisher (k = 11)."
        ),
        N_(
            "Counts by country, year, sex, age and form of exploitation, as governments reported them; `<5` "
            "stands for 0 to 4."
        ),
        N_("Daily index of government restrictions, 0 to 100; an empty cell means that there are no data for the day."),
        N_("Mid-year population in thousands by sex and five-year age group; from 2020 on a projection."),
        N_(
            "Migrants who could not go on or go home, as they registered: when, where they were stranded, what "
            "they needed, whether they wished to return, and returns. A stranded migrant is not a victim of "
            "trafficking."
        ),
        N_("Offences, suspects, persons prosecuted and convicted by region and sex in a year; signs of the yearbooks."),
        N_(
            "One figure per row under the names of SDMX concepts: as CSV, SDMX-CSV, SDMX-ML, JSON records or "
            "Parquet. Series, unit and area are columns: the meaning of a figure is never taken from a code "
            "alone."
        ),
        N_(
            "One row per person in the list of one body; each delivery is the whole list. Codes are names of "
            "HTCDS 2.0 values; several in a cell are separated by a semicolon. An empty cell means not reported, "
            "Unknown means recorded as unknown."
        ),
        N_(
            "One row per person. The column names are those of the standard, which its Excel templates keep in a "
            "hidden first row; codes may be written by name or by label, several with a semicolon between. The "
            "template says neither whose list it is nor which country reports: add the columns "
            "org_ShippingCountry and org_Name at its right end. Columns that would identify a person stay in the "
            "form and stay empty."
        ),
        N_(
            "Persons who moved into and out of the country in a period, by the other country and by purpose. "
            "Context for trafficking, never a measure of it."
        ),
        N_("Population on 1 January in thousands by sex and age, years side by side under a two-row header."),
        N_(
            "Records in the layout of the codebook of February 2024 (years 2002-2022): flags are 1 or blank, "
            "countries are ISO 3166 alpha-3. A record is not a person: the set is synthesised so that its totals "
            "and their combinations come close to those of the victims registered. It tells of the same victims "
            "as ctdc_kanon and is never added to it. A share of a group of flags is taken of the records with at "
            "least one flag of that group (codebook, part 6): a record without any is not reported."
        ),
        N_(
            "SDG 16.2.2 as the platform exports it. Its unit says PERSONS; the figures are rates per 100,000 "
            "population, as the indicator is defined."
        ),
        N_(
            "SDG 16.2.2 as the platform exports it: one breakdown at a time, an empty cell of a breakdown is the "
            "total. The file does not say its unit; the platform's metadata do: per 100,000 population."
        ),
        N_(
            "SDG 8.5.2 as the platform exports it: an empty cell of a breakdown is the total, PT is per cent; the"
            " code of the indicator alone says nothing, so unit and columns are part of the contract."
        ),
        N_("The same series as a table of names: region, sex and a rate with a decimal comma."),
        N_("The same series as the yearbook prints it: years side by side, sex below them, footnotes under the table."),
        N_(
            "What the plan promised and where it stands. Three rows per measure of the plan, for "
            "each has a period of its own: the baseline (period = its year), the target (period = "
            "its deadline, which may be a day) and the latest value (period = when it held); a value "
            "that is missing is left empty, with the reason. Texts and codes are the same in the "
            "three rows. Each delivery is the whole table. Files of version 1, without goals and the "
            "other columns that may be absent, are still taken."
        ),
        N_("one published or delivered aggregate figure"),
        N_("one record of one person in one body's list"),
        N_("the population of an area in a year, by sex and age"),
    }
)
"""What the sources are called, who keeps them, under what terms, and what they hold."""
COLUMNS = frozenset(
    {
        N_(
            "16 characters 0-9 a-f: a keyed hash that the holder makes, the same in every list of the country; "
            "never a name or number of a person."
        ),
        N_("2021, 2021-Q2 or 2021-03; 2021Q2 and 2021-M03 are understood."),
        N_("2021, 2021-Q2, 2021-03 or 2021-03-15."),
        N_("2023, 2023-Q2 or 2023-04."),
        N_("a form of exploitation that the profile knows"),
        N_("A, or E for a projection."),
        N_("Age in completed years at registration, in bands."),
        N_("an age group such as 15-19 or 80+, or Всего"),
        N_("baseline, target or latest."),
        N_("Blank where it is missing or withheld to protect persons."),
        N_("Body that decided on the status; the name of the column is spelt as in the template."),
        N_("Calendar year of the period."),
        N_("child, adult, unknown or total."),
        N_("child: under 18 when registered."),
        N_("Code of the body that keeps the list, such as MIA; letters, digits, - and _."),
        N_("Code of the body that keeps the list, such as NGO; letters, digits, - and _."),
        N_("Code of the hotline; way of contact, topic and outcome, each empty where all are together."),
        N_("Code of the region in the country profile, such as TM-A."),
        N_("Completed years at registration, or empty; stored as a band."),
        N_(
            "Completed years at registration; the codebook prints the bands with a long dash, the files have two "
            "hyphens."
        ),
        N_(
            "Completed years when the person was first trafficked: the standard has no other age without a date "
            "of birth."
        ),
        N_("Country names or ISO 3166 codes; empty where all are together. Needs are for measure in_need only."),
        N_(
            "Country of last residence for immigration, of next residence for emigration: a name or an ISO 3166 "
            "code; empty where all are together."
        ),
        N_("Country of the exploitation (hte_Type Exploitation); an added column, for the template has none."),
        N_("Country of the organisation that keeps the list; a list without it counts for no country."),
        N_("Country of the plan; a name or an ISO 3166 code."),
        N_("Country that counts; a name or an ISO 3166 code."),
        N_("Country that registers; a name or an ISO 3166 code."),
        N_("country, region or aggregate."),
        N_("Day an entitled body decided, YYYY-MM-DD, or empty."),
        N_("Day of the first service received, YYYY-MM-DD, or empty."),
        N_("Day on which the organisation accepted the case, YYYY-MM-DD; it stands for the day of registration."),
        N_("Day the case entered the register, YYYY-MM-DD."),
        N_("empty for the country, else the code of a region"),
        N_("female, male or total."),
        N_("First day of exploitation, YYYY-MM-DD, or empty."),
        N_("Fishing belongs to ISIC section A, as agriculture does."),
        N_("Five-year band such as 0-4, or total."),
        N_("Form of exploitation or total."),
        N_("Forms of exploitation."),
        N_("From ageBroad; where that is empty, from majorityStatus."),
        N_("Further breakdown as `dimension=value`, or total."),
        N_("How the person came to notice."),
        N_("How the person was recruited."),
        N_("ISO 3166 alpha-2 of the register's country."),
        N_("ISO 3166 alpha-2 or a region code."),
        N_("ISO 3166 alpha-2, `unknown` or `not_reported`."),
        N_("ISO 3166 alpha-2, a region code, or an aggregate's own code."),
        N_("ISO 3166 alpha-2."),
        N_("ISO 3166 code of a country, or a region such as TM-A."),
        N_("ISO 3166 code of the country, or the code of a region such as TM-A."),
        N_("isSexAndLabour counts as both."),
        N_("Kind of body that decided on the status."),
        N_("Means of control."),
        N_("Name or ISO 3166 code; of several citizenships the first counts."),
        N_(
            "Number of the measure in the plan such as 2.1; code of the responsible body as in the "
            "profile of the country; grade of the evidence (A: checked by others, B: documents, C: "
            "the body's own word, D: an estimate without documents); title, in English or another "
            "language, and where there are any in Russian and Turkmen; number and titles of the "
            "goal. measured_by: the indicator of this product that measures it; its figure is then "
            "taken from the edition and not from this file. percentage_of: what a figure in per cent "
            "is a part of; percentages of persons are not shown, give their number. why_missing: "
            "not_measured, not_delivered, not_started, being_defined or confidential."
        ),
        N_("person, case, offence, index, per_100k, …"),
        N_("Persons (not thousands)."),
        N_("PERSONS, by which the platform means persons per 100,000 population"),
        N_("PossibleVictimOfTrafficking, ActualVictimOfTrafficking or NotAVictimOfTrafficking."),
        N_("PT, per cent, with multiplier 0 or none: a file in another unit is another series."),
        N_("PT, per cent: a file in another unit is another series."),
        N_("Quantity, as a noun: victims_detected, persons_convicted, …"),
        N_(
            "registered: in the period, by the day of registration; in_need: of those, by need (several per "
            "person); wishes_to_return: of those; returned: in the period, by the day of return."
        ),
        N_("Relations of recruiters to the person."),
        N_("Sectors of forced labour."),
        N_("Sex code or total."),
        N_("Sex of the person who made contact, where the hotline notes it."),
        N_("Sex."),
        N_(
            "The code 00 (0 after a numeric reading) is the unknown country; an empty cell is not reported; NA is"
            " Namibia."
        ),
        N_(
            "The country where the victim was first supported, identified or referred stands for the country of "
            "exploitation."
        ),
        N_("the second title row: in per cent"),
        N_(
            "Three of the flags join several means; they have codes of their own, for which of the means it was "
            "is not told. meansThreats joins threats against the person, the family and threats of law "
            "enforcement."
        ),
        N_("unemployment_rate (also SL_TLF_UEM) or participation_rate (also SL_TLF_ACTI)."),
        N_("UNODC names countries; rows with a code and no name are aggregates of several"),
        N_("What the register says the person is."),
        N_("Year in which the case entered a partner's register; stored as 1 January."),
        N_("Year in which the person was assisted, identified, referred or reported; stored as 1 January."),
        N_("Year of the baseline, deadline of the target, or period of the latest value: 2025, 2025-Q4 or 2025-12."),
        N_("Year; mid-year or 1 January as the source's caveats say."),
        N_(
            "Of the three figures alike. `person`, `case`, `offence` and `contact` are protected as "
            "counts of persons before they are shown; `event`: trainings, meetings; `document`: "
            "laws, agreements; `place`: beds; `pct`: per cent; `yes_no`: 1 for yes, 0 for no."
        ),
        N_("Республика Казахстан, or the name of a region"),
    }
)
"""What the columns of the files hold; texts of a form of their own are told to a clerk beside a problem as well."""
RULES = frozenset(
    {
        N_("cas_IncomingReferralDate not after the day of the file"),
        N_("each person once in the list of a body"),
        N_("event_date not after identified_date"),
        N_("event_date not after registered_date"),
        N_("one baseline, one target and one latest value per measure"),
        N_("one figure per country and day"),
        N_("one figure per country, year, sex and age group"),
        N_("one figure per country, year, sex, age and category; ask UNODC which figure holds"),
        N_("one figure per direction, country, period, sex, other country and purpose"),
        N_("one figure per hotline, area, period, sex, channel, topic and outcome"),
        N_("one figure per measure, country, period, sex, age, citizenship, place and need"),
        N_("one figure per region, period, sex and breakdown"),
        N_("one figure per series, area, period, sex and breakdown"),
        N_("one figure per year"),
        N_("one figure per year, sex and age group"),
        N_("one figure per year, sex, age, form and country of destination"),
        N_("one row per region"),
        N_("registered_date not after extract_date"),
    }
)
"""What the rules over several columns ask for."""
LEFT_OUT = frozenset(
    {
        N_("a grouping of countries"),
        N_("a grouping of countries, made again from the codes where it is needed"),
        N_("a name"),
        N_("a number of a person"),
        N_("a person's position"),
        N_("a place or organisation, not a country"),
        N_("a telephone number"),
        N_("age at entry; the contract holds age at registration"),
        N_("age at exploitation; the contract holds age at registration"),
        N_("an address"),
        N_("an exact date of birth"),
        N_("consent to the interview is settled between the person and the organisation"),
        N_("detail below the form of exploitation"),
        N_("detail below the form of exploitation, which isSexualExploit carries"),
        N_("duration of the trafficking; the contract has no place for it"),
        N_("free text, which may tell who the person is"),
        N_("kind of the SDMX structure"),
        N_("management of the case"),
        N_("names the flow; the series is a column"),
        N_("names the structure; the series is a column"),
        N_("not a channel of recruitment of the standard"),
        N_("part of a name"),
        N_("recodes added by a third party"),
        N_("referrals are not counted from this form yet"),
        N_("repeats the flags beside it as text"),
        N_("repeats the recruiterRelation flags as text"),
        N_("the holder's own running number; rows are known by their place in the file"),
        N_("the name of a case worker"),
        N_("the publisher's terms of use, over an empty column"),
        N_("the same word in every row"),
        N_("the template names this column by its label only, Reason for Outgoing Referral"),
        N_("told by the period"),
    }
)
"""Why columns are not taken, or must be empty."""
CONTRACTS = SOURCES | COLUMNS | RULES | LEFT_OUT
