"""What we keep of a person, and how to stop, pause, export, erase."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from domain.agencies import Agency
from domain.alerts import Alert
from domain.subscribers import Subscriber
from locales import formats
from locales.translators import Translator
from messages import announcements, menus, summaries
from messages.buttons import Begin, Browse, Erase, Export, Open, Pause, Resume, Stop
from messages.screens import DANGER, PRIMARY, Screen, rows, safe, tap


def notice(t: Translator, subscriber: Subscriber | None, alert: Alert | None, *, now: dt.datetime) -> Screen:
    """Say what is kept, why, for how long, and show it."""
    lines = [
        "<b>" + t.gettext("Your data") + "</b>",
        t.gettext("Kept: the number of this chat, your language, your choices, the reminders you asked for."),
        t.gettext("Not kept: your name, your telephone, your position, what you write to me."),
        t.gettext("They serve only to tell you about events. Nobody else receives them."),
        t.gettext("After a stop, or if you block me, they are erased within 30 days."),
    ]
    if subscriber is not None and alert is not None:
        today = now.astimezone(ZoneInfo(subscriber.zone)).date()
        lines += ["", "<b>" + t.gettext("What I know") + "</b>", summaries.choices(t, alert, today=today)]
    if subscriber is None:
        return Screen(
            "\n".join([*lines, "", t.gettext("So far I keep nothing about you.")]),
            rows(
                [tap(t.gettext("Start"), Begin(), style=PRIMARY)],
                [tap(t.gettext("See events first"), Browse(0))],
            ),
        )
    return Screen(
        "\n".join(lines),
        rows(
            [tap(t.gettext("Export (JSON file)"), Export())],
            [tap(t.gettext("Erase everything"), Erase(0), style=DANGER)],
            [tap(t.gettext("Menu"), Open(menus.MENU))],
        ),
    )


def export_caption(t: Translator) -> str:
    """Under the exported file."""
    return t.gettext("All that I keep about you.")


def sure_to_erase(t: Translator, agency: Agency | None) -> Screen:
    """Ask once before erasing. `agency`: for which they write."""
    question = t.gettext(
        "<b>Erase everything?</b>\n"
        "Your choices and reminders go at once, for good. You will receive nothing any more."
    )
    return Screen(
        "\n".join([question, *_right_too(t, agency)]),
        rows(
            [tap(t.gettext("Erase everything"), Erase(1), style=DANGER)],
            [tap(t.gettext("Keep my data"), Open(menus.DATA))],
        ),
    )


def erased(t: Translator) -> Screen:
    """It is done."""
    return Screen(
        t.gettext("Your data are erased. Good luck, and thank you. To come back one day, touch “Start”."),
        rows([tap(t.gettext("Start"), Begin())]),
    )


def pause_or_stop(t: Translator) -> Screen:
    """Which?"""
    return Screen(
        t.gettext("Would you like a pause, or to stop?"),
        rows(
            [tap(t.gettext("Pause for a month"), Pause())],
            [tap(t.gettext("Receive fewer messages"), Open(menus.CHOICES))],
            [tap(t.gettext("Stop everything"), Stop(), style=DANGER)],
            [tap(t.gettext("Menu"), Open(menus.MENU))],
        ),
    )


def paused(t: Translator, subscriber: Subscriber, *, now: dt.datetime) -> Screen:
    """It is done, until then."""
    zone = ZoneInfo(subscriber.zone)
    day = (subscriber.resumes_at or now).astimezone(zone).date()
    until = formats.date(day, t.language, today=now.astimezone(zone).date())
    return Screen(
        t.gettext(
            "It is done: no new events until {date}. "
            "The reminders that you asked for still come. Then I start again by myself."
        ).format(date=until),
        rows(
            [tap(t.gettext("Receive messages again"), Resume())],
            [tap(t.gettext("Stop everything"), Stop(), style=DANGER)],
        ),
    )


def stopped(t: Translator, going: Sequence[int], agency: Agency | None) -> Screen:
    """It is done, at once. `going`: announcements of theirs, which leave all the same; `agency`: as above."""
    lines = [
        t.gettext(
            "It is done: you will receive no more messages. "
            "Your choices are kept for 30 days, then they are erased."
        ),
        *_right_too(t, agency),
    ]
    way = []
    if going:
        goes_on = t.ngettext(
            "Your announcement leaves all the same.", "Your announcements leave all the same.", len(going)
        )
        lines += ["", goes_on]
        way = [announcements.stop(t, going[0]) if len(going) == 1 else announcements.mine(t)]
    return Screen(
        "\n".join(lines),
        rows(
            way,
            [tap(t.gettext("Erase everything now"), Erase(0), style=DANGER)],
            [tap(t.gettext("Just a pause of a month"), Pause())],
            [tap(t.gettext("Receive messages again"), Resume())],
        ),
    )


def _right_too(t: Translator, agency: Agency | None) -> list[str]:
    if agency is None:
        return []
    return [t.gettext("Your right to write for {agency} goes with them.").format(agency=safe(agency.name))]


def nothing_to_stop(t: Translator) -> Screen:
    """Someone who receives nothing anyway."""
    return Screen(
        t.gettext("You receive nothing from me, and I keep nothing about you."),
        rows([tap(t.gettext("Start"), Begin())], [tap(t.gettext("See events first"), Browse(0))]),
    )
