"""One's data: seen, exported, erased; messages paused, stopped, taken up again."""

import json

from handlers.routing import Buttons
from handlers.turn import SendFile, Turn
from messages import menus, my_data
from messages.buttons import Erase, Export, Pause, Resume, Stop
from services import agencies, announcements, personal_data, subscribers


async def show(turn: Turn) -> None:
    """What is kept, and what it says."""
    alert = await turn.alert()
    turn.show(my_data.notice(turn.translator, turn.subscriber, alert, now=turn.now))


async def export(turn: Turn) -> None:
    """Everything, as a JSON file."""
    if turn.subscriber is None:
        await show(turn)
        return
    kept = await personal_data.export(turn.uow, turn.chat_id)
    content = json.dumps(kept, ensure_ascii=False, indent=2).encode()
    turn.answers.append(SendFile("data.json", content, my_data.export_caption(turn.translator)))


async def ask_to_erase(turn: Turn) -> None:
    """Ask once before erasing."""
    member = await agencies.member_of(turn.uow, turn.chat_id)
    turn.show(my_data.sure_to_erase(turn.translator, member.agency if member else None))


async def erase(turn: Turn) -> None:
    """Erase everything, at once."""
    await turn.end_conversation()
    await subscribers.erase(turn.uow, turn.chat_id)
    turn.subscriber = None
    turn.is_erased = True
    turn.show(my_data.erased(turn.translator))


async def pause_or_stop(turn: Turn) -> None:
    """Which?"""
    turn.show(my_data.pause_or_stop(turn.translator))


async def pause(turn: Turn) -> None:
    """Nothing for a month."""
    if turn.subscriber is None:
        turn.show(my_data.nothing_to_stop(turn.translator))
        return
    turn.subscriber = await subscribers.pause(turn.uow, turn.subscriber, now=turn.now)
    turn.show(my_data.paused(turn.translator, turn.subscriber, now=turn.now))


async def resume(turn: Turn) -> None:
    """Messages again, from now on."""
    if turn.subscriber is None:
        turn.show(menus.welcome(turn.translator))
        return
    turn.subscriber = await subscribers.resume(turn.uow, turn.subscriber)
    alert = await turn.alert()
    is_writer = await agencies.member_of(turn.uow, turn.chat_id) is not None
    screen = menus.menu(turn.translator, turn.subscriber, has_alert=alert is not None, is_writer=is_writer)
    turn.show(screen)


async def stop(turn: Turn) -> None:
    """Nothing any more, at once; a question under way is over too."""
    if turn.subscriber is None:
        turn.show(my_data.nothing_to_stop(turn.translator))
        return
    await turn.end_conversation()
    turn.subscriber = await subscribers.stop(turn.uow, turn.subscriber, now=turn.now)
    member = await agencies.member_of(turn.uow, turn.chat_id)
    going = await announcements.under_way_of(turn.uow, member) if member else ()
    turn.show(my_data.stopped(turn.translator, going, member.agency if member else None))


async def on_erase(turn: Turn, button: Erase) -> None:
    """Ask once, then erase."""
    await (erase(turn) if button.sure else ask_to_erase(turn))


async def on_pause(turn: Turn, _button: Pause) -> None:
    """Nothing for a month."""
    await pause(turn)


async def on_resume(turn: Turn, _button: Resume) -> None:
    """Messages again."""
    await resume(turn)


async def on_stop(turn: Turn, _button: Stop) -> None:
    """Nothing any more."""
    await stop(turn)


async def on_export(turn: Turn, _button: Export) -> None:
    """Everything, as a file."""
    await export(turn)


BUTTONS: Buttons = {Erase: on_erase, Pause: on_pause, Resume: on_resume, Stop: on_stop, Export: on_export}
