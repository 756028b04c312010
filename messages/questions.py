"""The questions of the first contact; the same when one answer is changed later."""

import datetime as dt
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from domain.alert_drafts import AlertDraft
from domain.alerts import RADII_KM
from domain.availability import DAYS, WHOLE_WEEK, DayPart, bit, cells
from domain.job_events import Mode
from domain.sectors import Sector
from locales import formats
from locales.translators import Translator
from messages import availability, sectors
from messages.buttons import (
    AllSectors,
    AnyDates,
    AskDates,
    AskPlaceAgain,
    Back,
    Done,
    OnlineOnly,
    PickPlace,
    PickRadius,
    SharePosition,
    ShowDays,
    ToggleHalfDays,
    ToggleMode,
    ToggleSector,
    ToggleUnknownSector,
)
from messages.screens import PRIMARY, Screen, in_rows, rows, safe, tap, ticked


def place(t: Translator, draft: AlertDraft) -> Screen:
    """Where?"""
    text = [
        _heading(t, draft, 1, t.gettext("Where are you looking?")),
        t.gettext("Write a town or a postal code."),
    ]
    return Screen(
        "\n".join([*hint(t, draft), *text]),
        rows(
            [tap(t.gettext("📍 Send my position"), SharePosition())],
            [tap(t.gettext("Online events only"), OnlineOnly())],
            _back(t),
        ),
    )


def keep_place(t: Translator, draft: AlertDraft) -> list[InlineKeyboardButton]:
    """Offer the place of before, where all is asked again; "online" has a button of its own."""
    if not draft.commune:
        return []
    place = f"{draft.place_label}, {formats.distance(draft.radius_km * 1000, t.language)}"
    # Translators: a button. {place} is a place and a distance: "Toulouse (31), 30 km"
    return [tap(t.gettext("Keep {place}").format(place=place), Done())]


def share_position(t: Translator) -> Screen:
    """Show the phone's own button, which only a keyboard in place of the phone's can hold."""
    button = KeyboardButton(t.gettext("📍 Send my position"), request_location=True)
    return Screen(
        t.gettext(
            "Touch the button at the bottom of the screen. "
            "I find your town from it; I do not keep your position."
        ),
        ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True),
    )


def place_choice(t: Translator, draft: AlertDraft, offers: Sequence[tuple[str, str]]) -> Screen:
    """Which of these? `offers`: code and label."""
    choices = [[tap(label, PickPlace(code))] for code, label in offers]
    return Screen(
        "\n".join(
            [*hint(t, draft), "<b>" + t.gettext("Which one?") + "</b>", t.gettext("Touch the right place.")]
        ),
        rows(*choices, [tap(t.gettext("None of these"), AskPlaceAgain())]),
    )


def radius(t: Translator, draft: AlertDraft) -> Screen:
    """How far?"""
    question = t.gettext("Around {place}: how far can you go?").format(place=safe(draft.place_label))
    buttons = [
        tap(ticked(formats.distance(km * 1000, t.language), on=km == draft.radius_km), PickRadius(km))
        for km in RADII_KM
    ]
    return Screen("\n".join([*hint(t, draft), f"<b>{question}</b>"]), rows(*in_rows(buttons, 2), _back(t)))


def which_sectors(t: Translator, draft: AlertDraft) -> Screen:
    """What?"""
    if draft.offered:
        return _offered_sectors(t, draft)
    buttons = [sector_button(t, draft, sector) for sector in Sector]
    text = [
        *_so_far(t, draft),
        _heading(t, draft, 2, t.gettext("Which sectors interest you?")),
        t.gettext("Choose one or several. You can also write a job, for example “forklift driver”."),
    ]
    return Screen(
        "\n".join([*hint(t, draft), *text]),
        rows(
            *in_rows(buttons, 2),
            [tap(ticked(t.gettext("All sectors"), on=not draft.sectors), AllSectors())],
            _unknown_sector_row(t, draft),
            [*_back(t), tap(t.gettext("Confirm"), Done(), style=PRIMARY)],
        ),
    )


def _offered_sectors(t: Translator, draft: AlertDraft) -> Screen:
    buttons = [sector_button(t, draft, Sector(letter)) for letter in draft.offered]
    question = t.gettext("Is it one of these? Touch it, then “Confirm”.")
    return Screen(
        "\n".join([*hint(t, draft), f"<b>{question}</b>"]),
        rows(
            *in_rows(buttons, 1),
            [tap(t.gettext("See all sectors"), AskPlaceAgain())],
            [tap(t.gettext("Confirm"), Done(), style=PRIMARY)],
        ),
    )


def when(t: Translator, draft: AlertDraft, *, today: dt.date) -> Screen:
    """When?"""
    text = [
        *_so_far(t, draft, sectors.names(t, map(Sector, draft.sectors))),
        _heading(t, draft, 3, t.gettext("When can you come?")),
        t.gettext("Touch your free moments, then “Confirm”."),
    ]
    if draft.half_days:
        text.append(t.gettext("Chosen: {week}").format(week=availability.week(t, draft.half_days)))
    grid = days(t, draft) if draft.by_day else whole_rows(t, draft)
    first, last = draft.dates()
    period = formats.period(first, last, t.language, today=today) or t.gettext("any date")
    return Screen(
        "\n".join([*hint(t, draft), *text]),
        InlineKeyboardMarkup(
            [
                *grid,
                *_mode_row(t, draft),
                [tap(t.gettext("Dates: {period}").format(period=period), AskDates())],
                [*_back(t), tap(t.gettext("Confirm"), Done(), style=PRIMARY)],
            ]
        ),
    )


def dates(t: Translator, draft: AlertDraft) -> Screen:
    """From when until when?"""
    question = t.gettext("From when until when?")
    example = t.gettext("Write it as you say it: “from 3 June”, “until the end of July”, “next week”.")
    return Screen(
        "\n".join([*hint(t, draft), f"<b>{question}</b>", example]),
        rows([tap(t.gettext("Any date"), AnyDates())], [tap(t.gettext("Back"), Back())]),
    )


def whole_rows(t: Translator, draft: AlertDraft) -> list[list[InlineKeyboardButton]]:
    """Whole rows and columns of the week."""
    everything = tap(
        ticked(t.gettext("Any time"), on=draft.half_days == WHOLE_WEEK), ToggleHalfDays(WHOLE_WEEK)
    )
    parts = [
        (t.gettext("Mornings"), availability.column(DayPart.MORNING)),
        (t.gettext("Afternoons"), availability.column(DayPart.AFTERNOON)),
        (t.gettext("Evenings"), availability.column(DayPart.EVENING)),
    ]
    days = [
        (t.gettext("Monday to Friday"), cells(availability.WEEKDAYS, DayPart)),
        (_day(t, 5), availability.row(5)),
        (_day(t, 6), availability.row(6)),
    ]
    return [
        [everything],
        *([_cells_button(draft, *part) for part in line] for line in (parts, days)),
        [tap(t.gettext("Choose day by day"), ShowDays(1))],
    ]


def days(t: Translator, draft: AlertDraft) -> list[list[InlineKeyboardButton]]:
    """Each day, and each of its parts."""
    lines = []
    for weekday in range(DAYS):
        name = _day(t, weekday)
        # Translators: short enough for a quarter of a phone's width
        short = (t.gettext("Morn."), t.gettext("Aft."), t.gettext("Eve."))
        lines.append(
            [
                _cells_button(draft, name, availability.row(weekday)),
                *(_cells_button(draft, short[part], bit(weekday, part)) for part in DayPart),
            ]
        )
    return [*lines, [tap(t.gettext("Choose whole days or moments"), ShowDays(0))]]


def _day(t: Translator, weekday: int) -> str:
    return formats.capital(availability.day_name(t, weekday))


def _cells_button(draft: AlertDraft, label: str, mask: int) -> InlineKeyboardButton:
    return tap(ticked(label, on=draft.half_days & mask == mask), ToggleHalfDays(mask))


def _mode_row(t: Translator, draft: AlertDraft) -> list[list[InlineKeyboardButton]]:
    if draft.is_online_only:
        return []
    modes = Mode(draft.modes)
    return [
        [
            tap(ticked(t.gettext("On site"), on=Mode.ON_SITE in modes), ToggleMode(Mode.ON_SITE)),
            tap(ticked(t.gettext("Online"), on=Mode.ONLINE in modes), ToggleMode(Mode.ONLINE)),
        ]
    ]


def sector_button(t: Translator, draft: AlertDraft, sector: Sector) -> InlineKeyboardButton:
    """One sector, ticked or not."""
    return tap(ticked(sectors.name(t, sector), on=sector.value in draft.sectors), ToggleSector(sector.value))


def _unknown_sector_row(t: Translator, draft: AlertDraft) -> list[InlineKeyboardButton]:
    """Only who chose sectors can refuse what has none."""
    if not draft.sectors:
        return []
    label = t.gettext("Also events with no stated sector")
    return [tap(ticked(label, on=draft.takes_unknown_sector), ToggleUnknownSector())]


def _heading(t: Translator, draft: AlertDraft, number: int, question: str) -> str:
    if not draft.is_first:
        return f"<b>{question}</b>"
    # Translators: as in "1 of 3. Where are you looking?"
    return "<b>" + t.gettext("{number} of 3. {question}").format(number=number, question=question) + "</b>"


def _so_far(t: Translator, draft: AlertDraft, *answers: str) -> list[str]:
    """One line of what is already answered, during the first contact."""
    if not draft.is_first:
        return []
    distance = formats.distance(draft.radius_km * 1000, t.language)
    place = t.gettext("Online events") if draft.is_online_only else f"{safe(draft.place_label)}, {distance}"
    return [f"<i>{' · '.join([place, *answers])}</i>", ""]


def _back(t: Translator) -> list[InlineKeyboardButton]:
    return [tap(t.gettext("Back"), Back())]


def hint(t: Translator, draft: AlertDraft) -> list[str]:
    """Say what was wrong with the answer before, and what to do."""
    hints = {
        "place_unknown": t.gettext("I do not know this place. Check the spelling, or write the postal code."),
        "place_first": t.gettext("First the place: a town or a postal code. The rest comes after."),
        "position_abroad": t.gettext("This position is not in France. Write a town or a postal code."),
        "radius_unclear": t.gettext("Touch a distance, or write a number of kilometres, from 1 to 200."),
        "trade_unclear": t.gettext("I do not know this job. Choose a sector below."),
        "when_unclear": t.gettext(
            "I did not understand. Touch the buttons, or write “mornings”, “Saturday”…"
        ),
        "when_empty": t.gettext("Touch at least one moment, or “Any time”."),
        "dates_unclear": t.gettext("I did not understand these dates."),
        "dates_past": t.gettext("These dates are over. Write dates to come."),
        "edited": t.gettext(
            "I saw that you edited your message. I read new messages only: write it again below."
        ),
        "offers_unclear": t.gettext("Touch one or several of these. To take them all, write “both”."),
        "touch_or_type": t.gettext("I read only text here. Touch a button or write your answer."),
        "touch": t.gettext("Touch one of the buttons below."),
        "place_choice_unclear": t.gettext("Touch one of these places, or write another town."),
    }
    return [hints[draft.hint], ""] if draft.hint in hints else []
