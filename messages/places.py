"""Places as people read them."""

from collections.abc import Sequence

from telegram import ReplyKeyboardRemove

from domain import departments, typed_text
from domain.communes import Commune, Department
from locales.translators import Translator
from messages.screens import Screen, safe


def label(place: Commune | Department) -> str:
    """Say "Toulouse (31)", "Gard (30)": kept with the alert, so it has no word of any language."""
    code = place.code if isinstance(place, Department) else place.department
    return f"{place.name} ({code})"


def full_label(t: Translator, place: Commune | Department) -> str:
    """Say "Saint-Denis, La Réunion (974)": enough to tell homonyms apart."""
    if isinstance(place, Department):
        # Translators: a whole département: "Seine-Saint-Denis (93), whole département"
        return t.gettext("{name} ({code}), whole département").format(name=place.name, code=place.code)
    return f"{place.name}, {departments.NAMES.get(place.department, place.department)} ({place.department})"


def found_by_position(t: Translator, commune: Commune) -> Screen:
    """Say which commune the position lies in; takes the position button away."""
    text = t.gettext("You are near {place}. Your position is not kept.")
    return Screen(text.format(place=safe(label(commune))), ReplyKeyboardRemove())


def chosen_by_text(offered: Sequence[Commune | Department], text: str) -> Commune | Department | None:
    """Return the one of the places offered that a typed answer names: its number, or its département."""
    said = typed_text.flattened(text)
    if said.isdecimal() and 1 <= int(said) <= len(offered):
        return offered[int(said) - 1]
    named = [place for place in offered if said in _names_of(place)]
    return named[0] if len(named) == 1 else None


def _names_of(place: Commune | Department) -> set[str]:
    if isinstance(place, Department):
        return {place.code.lower(), typed_text.flattened(place.name)}
    department = departments.NAMES.get(place.department, "")
    return {
        place.department.lower(),
        typed_text.flattened(department),
        *place.postal_codes,
        typed_text.flattened(f"{place.name} {place.department}"),
    }
