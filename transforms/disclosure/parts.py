"""Withheld cells that share sums, and what those sums must give once the published cells are put in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from transforms.disclosure.linked import LinkedCells


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Withheld cells that share sums, directly or through each other, and what those sums must give."""

    cells: np.ndarray
    sums: csr_array
    right: np.ndarray


def parts(linked: LinkedCells, withheld: np.ndarray) -> list[Part]:
    """The system that is left when published cells are put in, cut into parts that do not touch."""
    size = len(linked.cells)
    whole = Part(cells=np.arange(size), sums=linked.sums, right=np.zeros(linked.sums.shape[0]))
    return split(whole, withheld, linked.values)


def split(part: Part, still_withheld: np.ndarray, values: np.ndarray) -> list[Part]:
    """What is left of a part when fewer of its cells are withheld; the mask has one entry per cell of the part."""
    kept = np.flatnonzero(still_withheld)
    if not kept.size:
        return []
    open_sums = csr_array(part.sums[:, kept])
    right = part.right - part.sums @ np.where(still_withheld, 0, values[part.cells])
    height = open_sums.shape[0]
    labels = labels_of(open_sums)
    rows, columns = (np.argsort(one, kind="stable") for one in (labels[:height], labels[height:]))
    ordered = csr_array(open_sums[rows][:, columns])
    of_row, of_column = labels[:height][rows], labels[height:][columns]
    found = []
    first = 0
    for last in [*(np.flatnonzero(np.diff(of_column)) + 1).tolist(), columns.size]:
        top, end = np.searchsorted(of_row, of_column[first], "left"), np.searchsorted(of_row, of_column[first], "right")
        entries = slice(ordered.indptr[top], ordered.indptr[end])
        block = (ordered.data[entries], ordered.indices[entries] - first, ordered.indptr[top : end + 1] - entries.start)
        sums = csr_array(block, shape=(int(end - top), last - first))
        found.append(Part(cells=part.cells[kept[columns[first:last]]], sums=sums, right=right[rows[top:end]]))
        first = last
    return found


def labels_of(sums: csr_array) -> np.ndarray:
    """Which sums (first) and which cells (after them) hang together."""
    rows, columns = coo_array(sums).coords
    height, width = sums.shape
    graph = coo_array((np.ones(rows.size), (rows, columns + height)), shape=(height + width, height + width))
    labels: np.ndarray = connected_components(graph, directed=False)[1]
    return labels
