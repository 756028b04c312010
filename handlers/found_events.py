"""What a search finds: the same lists as those of the choices, for a wish that nobody keeps."""

from dataclasses import replace

from domain.alert_drafts import AlertDraft
from domain.alerts import Alert
from domain.availability import WHOLE_WEEK
from domain.job_events import Mode
from handlers import event_cards
from handlers.conversation import Draft
from handlers.turn import Turn
from messages import free_text as say
from messages import listings
from messages.listings import PAGE, Page
from messages.readers import Reader
from messages.screens import Screen
from services import browsing
from services.browsing import Paging, Slice


async def ask_found(turn: Turn, values: Draft) -> Screen:
    """One page of what was found, or the ways on where nothing was."""
    draft, person = AlertDraft.read(values), await event_cards.reader(turn)
    alert = wish_of(turn, draft)
    view = values.get("view", say.FITTING)
    found = await _slice(turn, alert, view, Paging(values.get("page", 0), PAGE))
    if not found.events:
        return await _nothing(turn, person, draft, alert)
    await turn.mark_seen(found.events)
    page = Page(view=view, number=found.number, events=found.events, has_next=found.has_next)
    ways = say.ways(turn.translator, has_alert=person.alert is not None)
    return listings.screen(person, page, say.heading(person, draft, view), ways=ways)


def wish_of(turn: Turn, draft: AlertDraft) -> Alert:
    """Return the search as an alert, which is not stored; no moment means any."""
    commune = turn.world.gazetteer.get(draft.commune) if draft.commune else None
    draft = replace(draft, half_days=draft.half_days or WHOLE_WEEK)
    return draft.to_alert(turn.chat_id, commune, now=turn.now)


async def _slice(turn: Turn, alert: Alert, view: str, paging: Paging) -> Slice:
    if view == say.NEAREST:
        return await browsing.nearest(turn.uow, alert, paging, now=turn.now)
    if view == say.ONLINE:
        return await browsing.online(turn.uow, alert, paging, now=turn.now)
    return await browsing.fitting(turn.uow, alert, paging, now=turn.now)


async def _nothing(turn: Turn, person: Reader, draft: AlertDraft, alert: Alert) -> Screen:
    on_site = replace(alert, modes=alert.modes | Mode.ON_SITE) if alert.point else alert
    nearest = await browsing.nearest(turn.uow, on_site, Paging(0, 1), now=turn.now)
    miss = say.Nothing(
        nearest=nearest.events[0] if nearest.events else None,
        online=await browsing.count_online(turn.uow, alert, now=turn.now),
    )
    return say.nothing(person, draft, alert, miss)
