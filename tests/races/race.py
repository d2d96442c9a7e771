"""Plays one race to its end and holds it to every invariant."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from core.base.errors import MejaError
from tests.races.moments import Moment, rival_at
from tests.races.scenes import Scene, Setting, scene_of
from tests.state.house import Street, close_core, lets_pass, open_core, steady_by

_ROUNDS = 2


@dataclass(slots=True)
class Lost:
    """What a race has broken."""

    race: str
    faults: str

    def __str__(self) -> str:
        return f"{self.race}: {self.faults}"


@dataclass(slots=True)
class Score:
    """Races that were run, and those in which the rival really came."""

    runs: int = 0
    met: int = 0
    both: int = 0
    """Races in which neither was refused."""
    verbs: Counter[str] = field(default_factory=Counter)


def race(street: Street, setting: Setting, first: str, second: str, moment: Moment, score: Score) -> Lost | None:
    """Let the rival do `second` while somebody does `first`; tells what it broke, if anything."""
    shop = street.open()
    with steady_by(shop.clock):  # type: ignore[arg-type] # a street's clock is a story's
        rival_core = open_core(shop.core.db.url.render_as_string(hide_password=False), street.simulator, shop.clock)
        try:
            scene = scene_of(shop, street.simulator)
            setting(scene)
            done = _run(scene, replace(scene, core=rival_core), first, second, moment)
            score.runs += 1
            score.met += moment.was_met
            score.both += done == 2
            score.verbs[first] += 1
            faults = _faults(scene)
        finally:
            close_core(rival_core)
            street.clear(shop)
    name = f"{setting.__name__}: {first} / {second} {moment}"
    return Lost(name, faults) if faults else None


def _run(scene: Scene, rival: Scene, first: str, second: str, moment: Moment) -> int:
    done = 0

    def act(who: Scene, verb: str) -> None:
        nonlocal done
        with suppress(MejaError):
            getattr(who, verb)()
            done += 1

    with rival_at(scene.core.db, moment, lambda: act(rival, second)):
        act(scene, first)
    if not moment.was_met:
        act(rival, second)
    return done


def _faults(scene: Scene) -> str:
    """Let everything come to rest, then ask for every invariant, the gateway's own book included."""
    for _ in range(_ROUNDS):
        lets_pass(scene.shop, timedelta(seconds=70))
        scene.core.worker.look_at_everything_once()
    broken = {finding.name: finding.faults for finding in scene.core.books.check() if not finding.holds}
    return str(broken) if broken else ""
