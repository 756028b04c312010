"""Reads a typed place in every way it may be meant, and ranks what each way finds."""

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain import departments, place_words
from domain.communes import Candidate, Commune, Department
from domain.place_index import Finds, Kind, NameIndex

CITIES = {"75056": ("paris", 751), "69123": ("lyon", 693), "13055": ("marseille", 132)}
"""Communes cut into arrondissements: their name, and how the codes of the arrondissements begin."""

_SHORT_NAME_POPULATION = 3000
"""Smaller communes are rarely called by half of their name."""
_TAIL_POPULATION = 10_000
_DEPARTMENT_TOLL = 1.0
_STRIPPED_TOLL = 0.2
_UNREAD_WORD_TOLL = 4.0
_UNREAD_PARTICLE_TOLL = 1.0
_CLEAR_LEAD = 3.0
_LONGEST_NAME = 6
_POSTAL_CODE = re.compile(r"\b(\d[\dab]) ?(\d{3})\b")
_ORDINAL = re.compile(r"(\d{1,2})(?:e|er|ere|em|eme|ieme|iem|me|r|nd|nde|th|st)?")
_ORDINAL_WORDS = frozenset({"e", "er", "ere", "em", "eme", "ieme", "arr", "arrdt", "arrondissement", "ardt", "th"})
_ROMAN = {
    numeral: number
    for number, numeral in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(), start=1
    )
}
