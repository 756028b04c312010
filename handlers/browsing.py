"""Looking at events, with choices or before any: page by page, card by card, never to a dead end."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from domain.alerts import RADII_KM, Alert
from handlers import event_cards, my_reminders, stale
from handlers.routing import Buttons
from handlers.turn import Turn
from messages import browsing as say
from messages import listings, lists
from messages.buttons import Browse, Look, ShowCard, TurnPage, Widen
from messages.listings import PAGE, Page
from messages.readers import Reader
from services import alerts, browsing, matches
from services.browsing import Paging, Slice


async def show_first_page(turn: Turn) -> None:
    """What fits, from the beginning."""
    await _show_fitting(turn, 0)


async def open_event(turn: Turn, job_event_id: int) -> None:
    """The card behind a link that someone shared."""
    stored = await event_cards.load(turn, job_event_id)
    if stored is not None:
        await event_cards.show(turn, stored, origin="")


async def on_browse(turn: Turn, button: Browse) -> None:
    """What fits, or, before any choice, what comes soonest anywhere."""
    await _show_fitting(turn, button.page)


async def on_look(turn: Turn, button: Look) -> None:
    """Another list, by its name."""
    if button.view == lists.REMINDERS:
        await my_reminders.show_page(turn, button.page)
        return
    event_id = lists.event_it_is_like(button.view)
    if event_id is not None:
        await _show_alike(turn, event_id, button.page)
        return
    show = _LISTS.get(button.view)
    await (show(turn, button.page) if show else stale.show_present(turn))


async def on_turn_page(turn: Turn, button: TurnPage) -> None:
    """Another page of a digest; what one message told one person, and nobody else."""
    told = await matches.told_in(turn.uow, turn.chat_id, button.outbox_id)
    start = max(button.page, 0) * PAGE
    events = [stored for stored, _ in told[start : start + PAGE]]
    if not events:
        await stale.show_present(turn)
        return
    page = Page(
        view=lists.digest(button.outbox_id),
        number=start // PAGE,
        events=events,
        has_next=len(told) > start + PAGE,
    )
    person = await event_cards.reader(turn)
    turn.show(listings.screen(person, page, listings.new_events(turn.translator, len(told))))


async def on_card(turn: Turn, button: ShowCard) -> None:
    """One event."""
    stored = await event_cards.load(turn, button.job_event_id)
    if stored is not None:
        await event_cards.show(turn, stored, origin=button.origin)


async def on_widen(turn: Turn, button: Widen) -> None:
    """Look further around from now on, and see what that brings."""
    alert = await turn.alert()
    if alert is None or turn.subscriber is None or button.km not in RADII_KM:
        await stale.show_present(turn)
        return
    # a change under way would put the old distance back
    await turn.end_conversation()
    await alerts.save(turn.uow, turn.subscriber, replace(alert, radius_km=button.km), zone=None)
    turn.toast(say.widened(turn.translator, button.km))
    await _show_fitting(turn, 0)


async def _show_fitting(turn: Turn, number: int) -> None:
    person = await event_cards.reader(turn)
    if person.alert is None:
        await _show_everywhere(turn, person, number)
        return
    found = await browsing.fitting(turn.uow, person.alert, Paging(number, PAGE), now=turn.now)
    if not found.events and found.number == 0:
        await _show_near_miss(turn, person, person.alert)
        return
    await _show_page(turn, person, lists.FITTING, found, listings.fitting(turn.translator))


async def _show_everywhere(turn: Turn, person: Reader, number: int) -> None:
    found, t = await browsing.everywhere(turn.uow, Paging(number, PAGE), now=turn.now), turn.translator
    if not found.events:
        turn.show(say.nothing_yet(t))
        return
    turn.show(
        listings.screen(
            person,
            _page(lists.FITTING, found),
            say.everywhere_heading(t),
            note=say.everywhere_note(t),
            ways=[say.start_button(t)],
        )
    )
    await turn.mark_seen(found.events)


async def _show_near_miss(turn: Turn, person: Reader, alert: Alert) -> None:
    nearest = await browsing.nearest(turn.uow, alert, Paging(0, 1), now=turn.now)
    miss = say.NearMiss(
        nearest=nearest.events[0] if nearest.events else None,
        online=await browsing.count_online(turn.uow, alert, now=turn.now),
    )
    turn.show(say.nothing_fits(person, alert, miss))


async def _show_online(turn: Turn, number: int) -> None:
    person = await event_cards.reader(turn)
    found = await browsing.online(turn.uow, person.alert, Paging(number, PAGE), now=turn.now)
    await _show_page(turn, person, lists.ONLINE, found, listings.online(turn.translator))


async def _show_nearest(turn: Turn, number: int) -> None:
    person = await event_cards.reader(turn)
    if person.alert is None:
        await stale.show_present(turn)
        return
    found = await browsing.nearest(turn.uow, person.alert, Paging(number, PAGE), now=turn.now)
    await _show_page(turn, person, lists.NEAREST, found, listings.nearest(turn.translator))


async def _show_alike(turn: Turn, job_event_id: int, number: int) -> None:
    stored = await event_cards.load(turn, job_event_id)
    if stored is None:
        return
    person = await event_cards.reader(turn)
    found = await browsing.like(turn.uow, stored, person.alert, Paging(number, PAGE), now=turn.now)
    await _show_page(turn, person, lists.like(stored.id), found, listings.alike(turn.translator))


async def _show_page(turn: Turn, person: Reader, view: str, found: Slice, heading: str) -> None:
    if not found.events:
        turn.show(say.nothing_more(turn.translator))
        return
    turn.show(listings.screen(person, _page(view, found), heading))
    await turn.mark_seen(found.events)


def _page(view: str, found: Slice) -> Page:
    return Page(view=view, number=found.number, events=found.events, has_next=found.has_next)


_LISTS: dict[str, Callable[[Turn, int], Awaitable[None]]] = {
    lists.ONLINE: _show_online,
    lists.NEAREST: _show_nearest,
}

BUTTONS: Buttons = {
    Browse: on_browse,
    Look: on_look,
    TurnPage: on_turn_page,
    ShowCard: on_card,
    Widen: on_widen,
}
