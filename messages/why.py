"""Why an event is told, or would not be: place, sector and moment, in plain words."""

from domain import matching
from domain.alerts import Alert
from domain.availability import WHOLE_WEEK, DayPart
from domain.job_events import JobEvent, Mode
from domain.matching import Match, SectorFit
from domain.sectors import Sector, SectorBasis
from locales import formats
from locales.translators import Translator
from messages import availability, event_lines, sectors
from messages.buttons import Begin, Change, ShowCard
from messages.readers import Reader
from messages.screens import PRIMARY, Screen, rows, safe, tap


def sentence(reader: Reader, event: JobEvent, match: Match) -> str:
    """Say "Pourquoi ce message : transport, le matin, moins de 30 km." for the foot of a card."""
    t, alert = reader.t, reader.alert
    if alert is None:
        return ""
    reasons = [_sector_reason(t, alert, event, match.sector_fit), *_moment_reason(t, alert, event)]
    if match.on_site:
        distance = formats.distance(alert.radius_km * 1000, t.language)
        reasons.append(t.gettext("within {distance}").format(distance=distance))
    else:
        reasons.append(t.gettext("online"))
    return t.gettext("Why this message: {reasons}.").format(reasons=", ".join(reasons))


def screen(reader: Reader, event: JobEvent, *, job_event_id: int, origin: str) -> Screen:
    """Hold an event against the reader's choices, one by one, and offer to change what keeps it out."""
    t, alert = reader.t, reader.alert
    back = [tap(t.gettext("Back to the event"), ShowCard(job_event_id, origin))]
    heading = f"<b>{safe(event_lines.title(t, event))}</b>"
    if alert is None:
        text = t.gettext("You have not told me what you look for: I show what comes soonest.")
        start = [tap(t.gettext("Start"), Begin(), style=PRIMARY)]
        return Screen(f"{heading}\n{text}", rows(start, back))
    checks = [
        (_is_placed(alert, event), _place_line(reader, alert, event), t.gettext("Change the place"), "place"),
        (
            matching.fit_sectors(alert, event) is not None,
            _sector_line(t, alert, event),
            t.gettext("Change the sectors"),
            "sectors",
        ),
        (
            matching.is_free_for(alert.availability, event),
            _moment_line(reader, alert, event),
            t.gettext("Change the moments"),
            "when",
        ),
    ]
    lines = [_verdict(t, line, fits=fits) for fits, line, _, _ in checks]
    changes = [[tap(label, Change(step))] for fits, _, label, step in checks if not fits]
    standing = event_lines.standing(reader, event)
    return Screen(
        "\n".join([heading, "", *lines, *([standing] if standing else [])]),
        rows(*changes, back),
    )


def _verdict(t: Translator, line: str, *, fits: bool) -> str:
    verdict = t.gettext("<b>Fits.</b> {line}") if fits else t.gettext("<b>Does not fit.</b> {line}")
    return verdict.format(line=line)


def _is_placed(alert: Alert, event: JobEvent) -> bool:
    return matching.is_within_reach(alert, event) or matching.is_online_for(alert, event)


def _place_line(reader: Reader, alert: Alert, event: JobEvent) -> str:
    t = reader.t
    if Mode.ON_SITE not in event.mode:
        return t.gettext("Place: this event is online.")
    far = event_lines.distance_from_home(reader, event)
    if not far:
        return t.gettext("Place: this event is on site.")
    if matching.is_online_for(alert, event) and not matching.is_within_reach(alert, event):
        return t.gettext("Place: online, or {distance}.").format(distance=safe(far))
    if Mode.ON_SITE not in alert.modes:
        return t.gettext("Place: {distance}; you look for online events.").format(distance=safe(far))
    within = formats.distance(alert.radius_km * 1000, t.language)
    return t.gettext("Place: {distance}; you look within {radius}.").format(distance=safe(far), radius=within)


def _sector_line(t: Translator, alert: Alert, event: JobEvent) -> str:
    if event.multisector:
        return t.gettext("Sector: open to all sectors.")
    wanted = sectors.names(t, alert.sectors)
    if event.sector_basis is SectorBasis.UNKNOWN:
        return t.gettext("Sector: not stated; you look for: {wanted}.").format(wanted=wanted)
    found = sectors.names(t, event.sectors)
    if event.sector_basis is SectorBasis.INFERRED:
        return t.gettext("Sector, guessed from the text: {sectors}; you look for: {wanted}.").format(
            sectors=found, wanted=wanted
        )
    return t.gettext("Sector: {sectors}; you look for: {wanted}.").format(sectors=found, wanted=wanted)


def _moment_line(reader: Reader, alert: Alert, event: JobEvent) -> str:
    t = reader.t
    return t.gettext("Moment: {moment}; you are free: {free}.").format(
        moment=event_lines.when(reader, event),
        free=availability.summary(t, alert.availability, today=reader.today),
    )


def _sector_reason(t: Translator, alert: Alert, event: JobEvent, fit: SectorFit) -> str:
    if fit is SectorFit.ANY:
        return t.gettext("all sectors")
    if fit is SectorFit.UNKNOWN:
        return t.gettext("sector not stated")
    shared = _small(t, alert.sectors & event.sectors or event.sectors)
    if fit is SectorFit.INFERRED:
        return t.gettext("{sectors} (guessed from the text)").format(sectors=shared)
    return shared


def _moment_reason(t: Translator, alert: Alert, event: JobEvent) -> list[str]:
    """Name the parts of the day that decided; someone free all week did not choose any."""
    if alert.availability.half_days == WHOLE_WEEK:
        return []
    covered = event.half_days & alert.availability.half_days
    names = {
        DayPart.MORNING: t.gettext("in the morning"),
        DayPart.AFTERNOON: t.gettext("in the afternoon"),
        DayPart.EVENING: t.gettext("in the evening"),
    }
    return [name for part, name in names.items() if covered & availability.column(part)]


def _small(t: Translator, chosen: frozenset[Sector]) -> str:
    names = (sectors.name(t, sector) for sector in sorted(chosen))
    return ", ".join(name[:1].lower() + name[1:] for name in names)
