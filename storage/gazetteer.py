"""Reads the communes of France from the file beside this module (see GAZETTEER.md)."""

import csv
import functools
import gzip
import sys
from pathlib import Path

from domain.places import Commune, Point

_FILE = Path(__file__).with_name("gazetteer.csv.gz")


def load() -> tuple[Commune, ...]:
    """Every commune and municipal arrondissement, by code; reads the file anew at each call."""
    with gzip.open(_FILE, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        codes_of = functools.cache(_codes_of)
        return tuple(
            Commune(
                code,
                name,
                codes_of(postal_codes),
                sys.intern(department),
                int(population),
                Point(float(latitude), float(longitude)),
                sys.intern(zone),
                tuple(aliases.split("|")) if aliases else (),
            )
            for code, name, postal_codes, department, population, latitude, longitude, zone, aliases in rows
        )


def _codes_of(postal_codes: str) -> tuple[str, ...]:
    """Neighbours share theirs; each set of them is kept once."""
    return tuple(map(sys.intern, postal_codes.split()))
