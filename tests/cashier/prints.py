"""What a screen holds of a board or a kitchen: prints, and the empty slips that leave a part of one as it stands."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slips:
    """How the slips of one kind of print are known: each names its order in its first group."""

    whole: re.Pattern[str]
    empty: re.Pattern[str]

    def stayed(self, sent: str) -> set[str]:
        """The orders whose slips are left as they stand on the screen."""
        return set(self.empty.findall(sent))

    def laid_over(self, there: str, sent: str) -> str:
        """What stands on a screen once it has put the slips that it has into what was sent."""
        slips = {found[1]: found[0] for found in self.whole.finditer(there)}
        return self.empty.sub(lambda empty: slips[empty[1]], sent)


def name_of(print_: str) -> str:
    found = re.search(r'data-print="([^"]+)"', print_)
    assert found is not None
    return found[1]


def bare(print_: str) -> str:
    """A print without the name of the one before it."""
    return re.sub(r' data-since="[^"]*"', "", print_)
