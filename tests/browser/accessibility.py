"""axe-core over an open page: what it finds against WCAG 2.2 at levels A and AA, and against good practice."""

from __future__ import annotations

from selenium import webdriver
from selenium_axe_python import Axe

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PATIENCE_SECONDS = 180
"""A long page on a busy machine."""


def violations(page: webdriver.Chrome) -> list[str]:
    """Each rule that the page breaks, with the first places where it does; details are opened first."""
    page.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.set_script_timeout(PATIENCE_SECONDS)
    axe = Axe(page)
    axe.inject()
    found = axe.run(options={"runOnly": {"type": "tag", "values": list(RULES)}})
    assert found["passes"], "axe has looked at nothing"
    return [
        f"{one['id']} ({one['impact']}): {one['help']}, {len(one['nodes'])} places, such as "
        + "; ".join(str(node["html"])[:200] for node in one["nodes"][:3])
        for one in found["violations"]
    ]
