"""Tables of the ledger beside its entries: what made each edition, and with which libraries."""

from __future__ import annotations

from transforms.tables import Column, Table

_EDITION = (
    Column(name="edition", type="VARCHAR", doc="annual-2023, quarterly-2021-Q2 or monthly-2021-03."),
    Column(name="scope", type="VARCHAR", doc="`world` or a country code."),
    Column(name="audience", type="VARCHAR", doc="For whom; empty where the edition was held for all."),
)

RUNS = Table(
    name="ledger.runs",
    row_is="one edition that a run of the program made, let out or held, chained to the one before; rows are only ever "
    "added",
    columns=(
        Column(name="seq", type="INTEGER", doc="Running number from 1 without gaps."),
        Column(name="made_at", type="VARCHAR", doc="ISO 8601 instant, UTC."),
        Column(name="act", type="VARCHAR", doc="drafted, released or held."),
        *_EDITION,
        Column(name="run_id", type="VARCHAR", doc="Digest of all that the figures depend on; empty where held."),
        Column(name="counts_id", type="VARCHAR", doc="Run of mart.counts that went into the gate; empty where held."),
        Column(name="as_of", type="DATE", doc="Day whose knowledge the figures use."),
        Column(name="manifest_sha256", type="VARCHAR", doc="Digest of edition.json; empty where held."),
        Column(name="extracts", type="VARCHAR[]", doc="sha256 of each extract behind the figures, in their order."),
        Column(name="awaited", type="VARCHAR[]", doc="Deliveries that were missing, as `source body period`."),
        Column(name="code_version", type="VARCHAR", doc="Version of this product."),
        Column(name="code_sha256", type="VARCHAR", doc="Digest of its modules, declarations, templates and texts."),
        Column(name="libraries_sha256", type="VARCHAR", doc="Digest of all libraries it ran with (ledger.libraries)."),
        Column(name="platform", type="VARCHAR", doc="Python, system and machine."),
        Column(name="account", type="VARCHAR", doc="Account of this computer under which the program ran."),
        Column(name="previous", type="VARCHAR", doc="Hash of the row before; zeros for the first."),
        Column(name="hash", type="VARCHAR", doc="sha256 of the canonical JSON of everything before."),
    ),
)
LIBRARIES = Table(
    name="ledger.libraries",
    row_is="one set of libraries that a run used; rows are only ever added",
    columns=(
        Column(name="libraries_sha256", type="VARCHAR", doc="Digest of the list."),
        Column(name="libraries", type="VARCHAR[]", doc="`name==version` of all that the product needs, by name."),
    ),
)
LEDGER_TABLES = (RUNS, LIBRARIES)
