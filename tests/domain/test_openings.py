"""Which channels are open to guests and to people of other organisations."""

import pytest

from bot.domain.openings import ALL_CLOSED, Opening, Openings

OPEN = Openings(
    {
        "C-guests": Opening(guests=True),
        "C-others": Opening(other_organisations=True),
        "C-nobody": Opening(),
    }
)
BOTH = Openings({"C-both": Opening(guests=True, other_organisations=True)})


@pytest.mark.parametrize(
    ("is_guest", "is_external", "open_to_them"),
    [
        (False, False, {"C-guests", "C-others", "C-nobody", "C-else"}),
        (True, False, {"C-guests"}),
        (False, True, {"C-others"}),
        (True, True, set()),
    ],
)
def test_each_channel_is_open_to_whom_it_names(
    is_guest: bool, is_external: bool, open_to_them: set[str]
) -> None:
    channels = {*OPEN.channels, "C-else"}
    kind = {"is_guest": is_guest, "is_external": is_external}
    assert {each for each in channels if OPEN.admit(each, **kind)} == open_to_them
    assert OPEN.admit_anywhere(**kind) is bool(open_to_them)
    assert BOTH.admit("C-both", **kind)
    assert BOTH.admit_anywhere(**kind)
    assert ALL_CLOSED.admit_anywhere(**kind) is not (is_guest or is_external)
