"""Shaking the whole program: killed at random over real databases, before a Telegram that fails.

    make chaos                              1,000 kills over 50,000 messages, about 15 minutes
    make chaos CHAOS="--minutes 5 --seed 7" the same, for other lengths and seeds; `--help` says more
    make chaos CHAOS="--seed 7 --only 3"    replay one trial: a failure says which
    make soak                               30 minutes of load on one process that must not grow

A run is a dozen trials side by side, each drawn from the seed (`plan`). A trial (`trial`) is one bot: the
processes that `python -m bot run` starts, on a database of its own (SQLite, or PostgreSQL on a server that
is killed too, `server`), before a stand-in for Telegram that is another process and fails as Telegram does
(`stand_in`), and a source that is slow and breaks (`feed`). People wait for reminders and matches, tap, and
leave (`load`); meanwhile processes are killed with `kill -9` at instants drawn by chance, and their clocks
are set wrong and right again (`victim`).

What is judged (`oracle`) is the stand-in's own log, never our database:

    safety, all along   nothing promised is lost; what came twice was in flight at a kill, or its answer was
                        lost; of one chat, what was due first was tried first; who left gets nothing more;
                        each tap takes effect once, in order
    liveness, at the    faults stop, everything is killed once more: within the lease and 5 s of the last
    end                 start all that was promised has come, dead letters after `deadletters --retry all`

Times are those of the machine: the same seed draws the same blows and loads, not the same interleaving.
Loopback only; whatever is started is ended, also after Ctrl-C.
"""
