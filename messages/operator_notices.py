"""To those who run the bot: a source in trouble, an error that people report."""

from domain.imports import Trouble
from domain.job_events import StoredEvent
from locales.translators import Translator
from messages import cards, event_lines, reports
from messages.screens import Screen, rows, safe


def source_trouble(t: Translator, source: str, trouble: Trouble) -> Screen:
    """Say what is the matter with a source."""
    said = {
        Trouble.STALE: t.gettext(
            "Source {source}: not read whole for 24 hours. Cards show how old they are. See /readyz."
        ),
        Trouble.HELD_BACK: t.gettext(
            "Source {source}: too many events are suddenly missing. None is counted as gone. See /readyz."
        ),
    }[trouble]
    return Screen(said.format(source=safe(source)))


def reported(t: Translator, stored: StoredEvent, reason: str) -> Screen:
    """Say what people find wrong with an event."""
    event = stored.event
    text = t.gettext("Reported by a reader: {reason}.\n<b>{title}</b>\n{source}, {number}").format(
        reason=reports.label(t, reason),
        title=safe(event_lines.title(t, event)),
        source=safe(event.source),
        number=safe(event.source_id[:100]),
    )
    return Screen(text, rows(cards.site_row(t, event)))
