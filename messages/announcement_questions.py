"""The questions behind an announcement: what, to whom, when, and the message as it will be read."""

import datetime as dt

from telegram import InlineKeyboardButton

from domain import typed_text
from domain.agencies import Agency
from domain.announcement_drafts import AnnouncementDraft
from domain.announcements import FEWEST_TOLD, MAX_TEXT, MOST_COUNTED, Audience, is_told
from domain.sectors import Sector
from locales import formats
from locales.translators import Translator
from messages import announcements, availability, questions, shortening
from messages.buttons import (
    AllSectors,
    AskDates,
    AskMoment,
    AskPlaceAgain,
    AtOnce,
    Back,
    Done,
    DropAnnouncement,
    Everyone,
    OnlineOnly,
    SearchText,
    SendAnnouncement,
    TakeText,
    TestAnnouncement,
    WriteAnnouncement,
)
from messages.screens import PRIMARY, Screen, in_rows, rows, safe, tap, ticked

MAX_OFFERED = 200


def offer(t: Translator, draft: AnnouncementDraft) -> Screen:
    """Is that an announcement?"""
    lines = [
        "<b>" + t.gettext("Is this the text of an announcement?") + "</b>",
        f"<i>{safe(shortening.line(draft.text, MAX_OFFERED))}</i>",
        t.gettext("Nothing is sent before you have seen it and said so."),
    ]
    return Screen(
        _with_hint(t, draft, lines),
        rows(
            [tap(t.gettext("Make an announcement of it"), TakeText(), style=PRIMARY)],
            [tap(t.gettext("No, look for events"), SearchText())],
            _drop(t),
        ),
    )


def text(t: Translator, draft: AnnouncementDraft, agency: Agency) -> Screen:
    """What?"""
    lines = [
        "<b>" + t.gettext("Announcement of {agency}").format(agency=safe(agency.name)) + "</b>",
        t.gettext("Write your message as it is to be read: at most {count} characters.").format(
            count=formats.number(MAX_TEXT, t.language)
        ),
    ]
    return Screen(
        _with_hint(t, draft, lines),
        rows([tap(t.gettext("Back"), Back())] if draft.is_whole else [], _drop(t)),
    )


def place(t: Translator, draft: AnnouncementDraft) -> Screen:
    """To whom, around which place?"""
    lines = [
        "<b>" + t.gettext("For whom?") + "</b>",
        t.gettext(
            "Write a town or a postal code: I reach the people who look for events there. Or touch a button."
        ),
    ]
    return Screen(
        _with_hint(t, draft, lines),
        rows(
            questions.keep_place(t, draft.wish),
            [tap(t.gettext("Everyone"), Everyone())],
            [tap(t.gettext("People who take online events"), OnlineOnly())],
            [tap(t.gettext("Back"), Back())],
        ),
    )


def radius(t: Translator, draft: AnnouncementDraft) -> Screen:
    """How far?"""
    wish = draft.wish
    question = t.gettext("Around {place}: up to what distance?").format(place=safe(wish.place_label))
    keyboard = questions.radius(t, wish).keyboard
    return Screen(_with_hint(t, draft, [f"<b>{question}</b>"]), keyboard)


def which_sectors(
    t: Translator, draft: AnnouncementDraft, audience: Audience, count: int, *, today: dt.date
) -> Screen:
    """Who look for what?"""
    wish = draft.wish
    if wish.offered:
        return questions.which_sectors(t, wish)
    lines = [
        *_so_far(t, audience, count, today),
        "<b>" + t.gettext("People who look in which sectors?") + "</b>",
        t.gettext("Choose one or several. You can also write a job, for example “forklift driver”."),
    ]
    buttons = [questions.sector_button(t, wish, sector) for sector in Sector]
    return Screen(
        _with_hint(t, draft, lines),
        rows(
            *in_rows(buttons, 2),
            [tap(ticked(t.gettext("All sectors"), on=not wish.sectors), AllSectors())],
            _back_or_done(t),
        ),
    )


def when(
    t: Translator, draft: AnnouncementDraft, audience: Audience | None, count: int, *, today: dt.date
) -> Screen:
    """Who are free when?"""
    wish = draft.wish
    lines = [
        *(_so_far(t, audience, count, today) if audience else []),
        "<b>" + t.gettext("People who are free when?") + "</b>",
        t.gettext("Those who are free at one of these moments. Then “Confirm”."),
    ]
    if wish.half_days:
        lines.append(t.gettext("Chosen: {week}").format(week=availability.week(t, wish.half_days)))
    first, last = wish.dates()
    period = formats.period(first, last, t.language, today=today) or t.gettext("any date")
    return Screen(
        _with_hint(t, draft, lines),
        rows(
            *(questions.days(t, wish) if wish.by_day else questions.whole_rows(t, wish)),
            [tap(t.gettext("Dates: {period}").format(period=period), AskDates())],
            _back_or_done(t),
        ),
    )


def preview(
    t: Translator,
    draft: AnnouncementDraft,
    agency: Agency,
    audience: Audience,
    count: int,
    *,
    moment: str,
    waits_for_morning: bool,
    today: dt.date,
) -> Screen:
    """The message as it will be read, for how many people, when. `moment`: when it goes; empty: at once."""
    people = announcements.people(t, count)
    shown = announcements.message(t, agency, draft.text, audience, today=today).text
    lines = [
        t.gettext("This is how it will be read:"),
        f"<blockquote>{shown}</blockquote>",
        announcements.audience_line(t, audience, today=today),
        t.gettext("It would go to {people}.").format(people=people),
    ]
    if not is_told(count):
        lines.append(t.gettext("That is few: you can widen the distance, the sectors or the moments."))
    if waits_for_morning:
        lines.append(t.gettext("It is night: it leaves at 8 in the morning."))
    return Screen(
        _with_hint(t, draft, lines),
        rows(
            [tap(t.gettext("Send me a test"), TestAnnouncement())],
            [tap(_send_label(t, people, moment), send_button(draft), style=PRIMARY)],
            [tap(t.gettext("Choose the day and the hour"), AskMoment())],
            [
                tap(t.gettext("Change the text"), WriteAnnouncement()),
                tap(t.gettext("Change for whom"), AskPlaceAgain()),
            ],
            _drop(t),
        ),
    )


def moment(t: Translator, draft: AnnouncementDraft, clock: str) -> Screen:
    """When is it to go? `clock`: whose hours are meant."""
    lines = [
        "<b>" + t.gettext("When is it to leave?") + "</b>",
        t.gettext("Write the day and the hour: “tomorrow 9:00”, “Monday 10:30”, “12 June 14:00”."),
        t.gettext("Hours of {place}, between 8 in the morning and 8 in the evening.").format(
            place=safe(clock)
        ),
    ]
    return Screen(
        _with_hint(t, draft, lines),
        rows([tap(t.gettext("As soon as I confirm"), AtOnce())], [tap(t.gettext("Back"), Back())]),
    )


def sent(t: Translator, moment: str) -> str:
    """What was asked, once it is under way. `moment`: when it goes; empty: now."""
    if moment:
        return t.gettext("Noted: your announcement leaves {moment}.").format(moment=moment)
    return t.gettext("Your announcement is on its way.")


def send_button(draft: AnnouncementDraft) -> SendAnnouncement:
    """Return the button that sends it as it stands."""
    return SendAnnouncement(int(draft.due_at.timestamp()) if draft.due_at else 0)


def is_sending(t: Translator, typed: str, moment: str) -> bool:
    """Say whether a typed text is the label of the button that sends, whatever number stood there."""
    few, some, many = (announcements.people(t, count) for count in (0, FEWEST_TOLD, MOST_COUNTED))
    labels = [_without_digits(_send_label(t, people, moment)) for people in (few, some, many)]
    return _without_digits(typed) in labels


def dropped(t: Translator) -> str:
    """Nothing is sent."""
    return t.gettext("Nothing was sent.")


def _send_label(t: Translator, people: str, moment: str) -> str:
    if moment:
        return t.gettext("Send to {people}, {moment}").format(people=people, moment=moment)
    return t.gettext("Send to {people}").format(people=people)


def _without_digits(text: str) -> list[str]:
    return "".join(c for c in typed_text.folded(text) if not c.isdecimal()).split()


def _so_far(t: Translator, audience: Audience, count: int, today: dt.date) -> list[str]:
    people = announcements.people(t, count)
    return [
        f"<i>{announcements.audience_line(t, audience, today=today)}</i>",
        "<b>" + t.gettext("So far: {people}.").format(people=people) + "</b>",
        "",
    ]


def _back_or_done(t: Translator) -> list[InlineKeyboardButton]:
    return [tap(t.gettext("Back"), Back()), tap(t.gettext("Confirm"), Done(), style=PRIMARY)]


def _drop(t: Translator) -> list[InlineKeyboardButton]:
    return [tap(t.gettext("Send nothing"), DropAnnouncement())]


def _with_hint(t: Translator, draft: AnnouncementDraft, lines: list[str]) -> str:
    said = {
        "text_empty": t.gettext("There is nothing to read in this message."),
        "text_long": t.gettext("This text is too long. Make it shorter, and write it again."),
        "moment_unclear": t.gettext("I did not understand this day and this hour."),
        "moment_past": t.gettext("This moment is over. Write one to come."),
        "moment_far": t.gettext("That is too far ahead: 90 days at most."),
        "moment_night": t.gettext("At that hour people sleep. Choose one between 8 and 20 hours."),
        "changed": t.gettext("That message was an older one. This is the present one: read it once more."),
        "touch_only": t.gettext("Touch one of the buttons below."),
        "touch": t.gettext("Touch a button below. To change the text: “Change the text”."),
    }
    own = [said[draft.hint], ""] if draft.hint in said else questions.hint(t, draft.wish.but(hint=draft.hint))
    return "\n".join([*own, *lines])
