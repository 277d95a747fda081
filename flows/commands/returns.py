"""`return-pack`: what one supplier gets back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.editions import Edition, Languages, chosen_languages
from flows.commands.session import InSession

HAND_OVER = "A draft: hand it to its body, and to nobody else, once its release was approved."


def return_pack(
    body: Annotated[str, Parameter(help="Code of a body of the register, as MIA.")],
    edition: Edition,
    /,
    *,
    lang: Languages = None,
    session: InSession,
) -> None:
    """Make the return of one body: its own figures whole, beside those of the public edition it may see.

    Other bodies are not named, and their counts cannot be worked out from it. Prints the folder of its files.

    Example: tip-trends --home my-home return-pack MIA annual-2023 --lang en,ru
    """
    from flows.editions.returns import make_return, place_return

    home = session.home
    with console.working(f"{edition} for {body}: counting, protecting, rendering"):
        made = make_return(home.folder, body, edition, scope=session.scope, languages=chosen_languages(home, lang))
        is_new = place_return(home.folder, made)
    if made.given_away:
        console.notice(
            f"For the house, and not in the return: whoever knows the list of {body} can work out {made.given_away} "
            "small counts of others from the public edition. The return leaves out the figures that tell them."
        )
    console.notice(f"{'Made' if is_new else 'Unchanged'}. {HAND_OVER}")
    console.result(str(made.folder))


COMMANDS: tuple[Callable[..., int | None], ...] = (return_pack,)
