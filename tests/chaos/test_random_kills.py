"""The chaos run, a few seconds of it: see `chaos/__init__.py`; `make chaos` goes on for a quarter of an hour.

Processes die at any instant, not only where we thought of it (`test_kill.py` does that); PostgreSQL dies too.
"""

import pytest

from chaos import plan, run
from chaos.trial import Times

SEED = 1
KILLS, MESSAGES, RESTARTS = 20, 300, 2
SHAKEN_S = 15.0
QUICK = Times(taps=0.3, departures=2.0, forums=6.0, episodes=15.0, clocks=5.0, last_clock=45.0)


@pytest.mark.apart
@pytest.mark.timeout(300)
async def test_nothing_is_lost_doubled_or_out_of_order_whenever_it_is_killed(record_property):
    plans = plan.plans(SEED, trials=4, kills=KILLS, messages=MESSAGES, seconds=SHAKEN_S)
    done = await run.run(
        plans, seed=SEED, seconds=SHAKEN_S, restarts=RESTARTS, times=QUICK, say=lambda _: None
    )
    verdicts = done.verdicts
    record_property("kills", sum(verdict.kills for verdict in verdicts))
    assert {str(verdict.plan): verdict.breaches for verdict in verdicts if verdict.breaches} == {}
    assert all(verdict.kills and verdict.messages for verdict in verdicts), verdicts
    assert done.restarts == RESTARTS
