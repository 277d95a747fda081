"""Whether an edition is what was released: made again from its extracts where they are kept, else by its hashes.

Nothing is written and no network is asked.
"""

from __future__ import annotations

from pathlib import Path

from flows.editions.checked import (
    Ground,
    Verification,
    chain_checked,
    contents_checked,
    extracts_checked,
    files_checked,
    kept_copy_checked,
    rebuilt_checked,
)
from flows.editions.ledger import Ledger
from flows.editions.let_out import candidates, in_home, received, true_files
from flows.editions.manifests import folder_of
from flows.editions.rebuild import extracts_behind
from flows.folders import files_in
from flows.home import Home
from transforms.ledger.entries import Key


def verify_edition(home: Home, ledger: Ledger, key: Key) -> Verification:
    """Verify what lies in the folder of an edition. Raises NoData for one that was never released, WarehouseInUse."""
    folder = folder_of(home.editions, key)
    files = files_in(folder)
    let_out = in_home(home, ledger, key, files)
    behind = extracts_checked(extracts_behind(home, ledger, let_out.document))
    made, again = rebuilt_checked(Ground(home=home), ledger, let_out, files, behind)
    should = true_files(let_out, candidates(let_out, files, made.files if made else {}, folder))
    checks = (chain_checked(ledger), behind, again, files_checked(let_out, files, should))
    return Verification(
        let_out=let_out,
        checks=(*checks, *kept_copy_checked(let_out, folder), *contents_checked(let_out, files)),
        notes=let_out.notes(ledger),
    )


def verify_folder(home: Home, ledger: Ledger, key: Key, folder: Path) -> Verification:
    """Verify a folder that came from elsewhere by what the ledger keeps, without making the edition again."""
    files = files_in(folder)
    let_out = received(home, ledger, key, files)
    should = true_files(let_out, candidates(let_out, files, {}, folder_of(home.editions, key)))
    checks = (chain_checked(ledger), files_checked(let_out, files, should), *contents_checked(let_out, files))
    return Verification(let_out=let_out, checks=checks, notes=let_out.notes(ledger))
