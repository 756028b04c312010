"""A group or a channel, set up from the private chat of who administers it."""

import enum
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from domain.alert_drafts import AlertDraft
from domain.alerts import Frequency
from domain.availability import WHOLE_WEEK
from domain.groups import Rights
from domain.intents import Intent
from domain.job_events import Mode
from handlers import asking, asking_place, asking_sectors
from handlers.asking import Ask
from handlers.conversation import Conversation, Draft, End, Move, Step, To
from handlers.routing import Buttons
from handlers.turn import Turn
from messages import buttons, groups
from messages.screens import Screen
from services import alerts
from services import groups as kept_groups

Act = Callable[..., Awaitable[Move]]


class Post(enum.StrEnum):
    """The step besides those of an alert."""

    FREQUENCY = "frequency"


async def arrive(turn: Turn) -> None:
    """By the deep link: what is posted there, or the questions that lead to it."""
    rights = _rights(turn)
    if rights is None:
        return
    alert = await kept_groups.posted_in(turn.uow, rights.chat_id)
    if alert is None:
        await _begin(turn, rights)
        return
    await turn.end_conversation()
    turn.show(groups.posted(turn.translator, rights.title, alert))


async def _begin(turn: Turn, rights: Rights) -> None:
    """Ask, from what was chosen before, if anything was."""
    wish = AlertDraft(half_days=WHOLE_WEEK, frequency=Frequency.DAILY.value)
    if before := await alerts.of(turn.uow, rights.chat_id):
        wish = replace(AlertDraft.of(before), alert_id=0, created_at="", is_first=True)
    draft = {"chat_id": rights.chat_id, "title": rights.title, "wish": wish.written(), "hint": ""}
    await turn.end_conversation()
    await CONVERSATION.enter(turn, Ask.PLACE, draft)


def as_for_alert(act: Act) -> Act:
    """Take an answer as the same question of an alert does; after its sectors comes how often."""

    async def answered(turn: Turn, values: Draft, *answer: Any) -> Move:
        move = await act(turn, _wish(values).written(), *answer)
        if not isinstance(move, To):
            raise TypeError(f"{act} ends the questions of an alert")
        step = Post.FREQUENCY if move.step == Ask.WHEN else move.step
        return To(step, {**values, "wish": dict(move.draft), "hint": move.draft["hint"]})

    return answered


def to(step: str) -> Act:
    """Go to another question."""

    async def answered(_turn: Turn, values: Draft, _answer: Any) -> Move:
        return To(step, {**values, "wish": _wish(values).but().written(), "hint": ""})

    return answered


def or_back(act: Act, back: Act) -> Act:
    """Hear "back" first: in an alert's questions it may lead elsewhere."""

    async def answered(turn: Turn, values: Draft, typed: str) -> Move:
        if asking.is_back(turn.world.words.intent(typed)):
            return await back(turn, values, typed)
        return await as_for_alert(act)(turn, values, typed)

    return answered


async def ask_place(turn: Turn, values: Draft) -> Screen:
    """Events where?"""
    return groups.place(turn.translator, values, _wish(values))


async def ask_place_choice(turn: Turn, values: Draft) -> Screen:
    """Which of these?"""
    return await asking_place.ask_place_choice(turn, _wish(values).written())


async def ask_radius(turn: Turn, values: Draft) -> Screen:
    """How far around?"""
    return groups.radius(turn.translator, _wish(values))


async def ask_sectors(turn: Turn, values: Draft) -> Screen:
    """Which sectors?"""
    return groups.which_sectors(turn.translator, _wish(values))


async def ask_frequency(turn: Turn, values: Draft) -> Screen:
    """How often?"""
    return groups.frequency(turn.translator, values, _wish(values))


async def leave(turn: Turn, _values: Draft, _answer: Any) -> Move:
    """Nothing is changed."""
    turn.show(groups.unchanged(turn.translator))
    return End()


async def on_place(turn: Turn, values: Draft, typed: str) -> Move:
    """Hear that all is well with the place of before."""
    if turn.world.words.intent(typed) in {Intent.SKIP, Intent.CONFIRM}:
        return await keep_place(turn, values, typed)
    return await or_back(asking_place.on_place, leave)(turn, values, typed)


async def keep_place(_turn: Turn, values: Draft, _answer: Any) -> Move:
    """Go on with the place of before, if there is one."""
    wish = _wish(values)
    if wish.commune is None and not wish.is_online_only:
        return To(Ask.PLACE, {**values, "hint": "place_first"})
    return To(Ask.SECTORS, {**values, "hint": ""})


async def on_touch(turn: Turn, values: Draft, typed: str) -> Move:
    """How often is chosen by a button, at which the right is read anew; or back."""
    if asking.is_back(turn.world.words.intent(typed)):
        return await to(Ask.SECTORS)(turn, values, typed)
    return To(Post.FREQUENCY, {**values, "hint": "touch"})


async def on_keep(turn: Turn, values: Draft, button: buttons.KeepGroup) -> Move:
    """Post there from now on; the right is read at this very act, which a typed label does not name."""
    if turn.tapped is None:
        return To(Post.FREQUENCY, {**values, "hint": "touch"})
    rights = _rights(turn)
    if rights is None or rights.chat_id != values["chat_id"]:
        return End()
    # when people are free was said of one of them, if at all
    any_time = {"half_days": WHOLE_WEEK, "not_before": "", "not_after": ""}
    wish = _wish(values).but(frequency=button.frequency.value, **any_time)
    if not wish.is_online_only:
        wish = wish.but(modes=Mode.ON_SITE.value)  # a group around a town is not for all that is online
    commune = turn.world.gazetteer.get(wish.commune) if wish.commune else None
    await kept_groups.set_up(
        turn.uow,
        rights,
        wish.to_alert(rights.chat_id, commune, now=turn.now),
        keeper_id=turn.chat_id,
        language=turn.language,
        zone=commune.zone if commune else None,
        now=turn.now,
    )
    turn.show(groups.kept(turn.translator, rights.title, rights.chat_id, button.frequency))
    return End()


async def on_set_up(turn: Turn, _button: buttons.SetUpGroup) -> None:
    """The questions, by a button: for who administers the group at this moment."""
    rights = _rights(turn)
    if rights is not None:
        await _begin(turn, rights)


async def on_stop(turn: Turn, _button: buttons.StopGroup) -> None:
    """Nothing more there."""
    rights = _rights(turn)
    if rights is not None and await kept_groups.get(turn.uow, rights.chat_id):
        await kept_groups.stop(turn.uow, rights.chat_id, now=turn.now)
        turn.show(groups.stopped(turn.translator, rights.title, rights.chat_id))


def _rights(turn: Turn) -> Rights | None:
    """Return the right that Telegram confirmed for this update; else say who has it, and None."""
    if turn.group is not None and turn.group.is_admin:
        return turn.group
    turn.show(groups.refused(turn.translator))
    return None


def _wish(values: Draft) -> AlertDraft:
    return AlertDraft.read({**values["wish"], "hint": values.get("hint", "")})


CONVERSATION = Conversation(
    "group",
    {
        Ask.PLACE: Step(
            ask=ask_place,
            typed=on_place,
            buttons={
                buttons.Done: keep_place,
                buttons.OnlineOnly: as_for_alert(asking_place.on_online_only),
                buttons.Back: leave,
            },
            leads_to=frozenset({Ask.PLACE_CHOICE, Ask.RADIUS, Ask.SECTORS}),
        ),
        Ask.PLACE_CHOICE: Step(
            ask=ask_place_choice,
            typed=as_for_alert(asking_place.on_place_typed_again),
            buttons={
                buttons.PickPlace: as_for_alert(asking_place.on_place_picked),
                buttons.AskPlaceAgain: to(Ask.PLACE),
            },
            leads_to=frozenset({Ask.PLACE, Ask.RADIUS, Ask.SECTORS}),
        ),
        Ask.RADIUS: Step(
            ask=ask_radius,
            typed=or_back(asking_place.on_radius_typed, to(Ask.PLACE)),
            buttons={
                buttons.PickRadius: as_for_alert(asking_place.on_radius),
                buttons.Back: to(Ask.PLACE),
            },
            leads_to=frozenset({Ask.PLACE, Ask.SECTORS}),
        ),
        Ask.SECTORS: Step(
            ask=ask_sectors,
            typed=or_back(asking_sectors.on_trade, to(Ask.PLACE)),
            buttons={
                buttons.ToggleSector: as_for_alert(asking_sectors.on_sector),
                buttons.AllSectors: as_for_alert(asking_sectors.on_all_sectors),
                buttons.AskPlaceAgain: as_for_alert(asking_sectors.on_see_all_sectors),
                buttons.Done: as_for_alert(asking_sectors.on_sectors_done),
                buttons.Back: to(Ask.PLACE),
            },
            leads_to=frozenset({Ask.PLACE, Post.FREQUENCY}),
        ),
        Post.FREQUENCY: Step(
            ask=ask_frequency,
            typed=on_touch,
            buttons={
                buttons.KeepGroup: on_keep,
                buttons.Back: to(Ask.SECTORS),
                buttons.AskPlaceAgain: to(Ask.PLACE),
            },
            leads_to=frozenset({Ask.SECTORS, Ask.PLACE}),
        ),
    },
)

BUTTONS: Buttons = {buttons.SetUpGroup: on_set_up, buttons.StopGroup: on_stop}
