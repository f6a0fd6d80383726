"""Which claims callers know that this replica holds: what the database has beside them is nobody's work."""

from collections.abc import Iterable, Mapping

from storage.rows import Claim, Slot

Name = tuple[str, str]  # a run and its slot
Number = tuple[int, int]  # revision and attempt


class Held:
    """What callers know, and what they may not know of."""

    def __init__(self) -> None:
        self._known: dict[Name, Number] = {}
        self._suspected: dict[Name, Number] = {}

    def note(self, claims: Iterable[Claim]) -> None:
        """A caller has these claims."""
        for claim in claims:
            self._known[claim.run, claim.slot.value] = (claim.revision, claim.attempt)

    def forget(self, run: str, slots: Iterable[Slot]) -> None:
        """Nobody works on these any more."""
        for slot in slots:
            self._known.pop((run, slot.value), None)

    def known(self) -> Mapping[Name, Number]:
        """All that is known at this moment."""
        return dict(self._known)

    def knows(self, name: Name, number: Number) -> bool:
        """Whether a caller has this claim."""
        return self._known.get(name) == number

    @property
    def has_suspects(self) -> bool:
        """Whether the last look found some that the next one may find to be orphans."""
        return bool(self._suspected)

    def find_orphans(
        self, before: Mapping[Name, Number], held: Mapping[Name, Number]
    ) -> dict[Name, Number]:
        """What the database says that we hold, and nobody knew of in two looks in a row.

        One look is not enough: a claim may be committed before its caller has it. `before` is what
        was known when the database was asked; what it does not name any more is forgotten.
        """
        unknown = {name: held[name] for name in held if not self.knows(name, held[name])}
        orphans = {
            name: number for name, number in unknown.items() if self._suspected.get(name) == number
        }
        self._suspected = {name: unknown[name] for name in unknown if name not in orphans}
        for name, number in before.items():
            if name not in held and self.knows(name, number):
                del self._known[name]
        return orphans
