"""The command line. What the operator can put right ends in one sentence, never in a traceback."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence

import structlog

from bot import agencies, app, banner, dead_letters, importing, logs, settings, sourcing
from bot.roles import Role
from bot.settings import Settings
from domain.errors import SettingsError
from storage import database

ROLES = """\
On PostgreSQL, any number of processes share the work, each on its own WEB_PORT:
  web        takes what Telegram brings (with PUBLIC_URL)
  worker     handles what people write, and sends messages
  scheduler  asks what is due, reads the sources, polls Telegram (without PUBLIC_URL);
             one leads, the others stand by and take over when it dies
  all        the three in one process: the only role on SQLite
"""

OK, FAILED, WRONG_SETTINGS, INTERRUPTED = 0, 1, 2, 130

log = structlog.get_logger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked; return the exit code."""
    asked = parser().parse_args(arguments)
    act: Callable[[argparse.Namespace], int] = asked.act
    try:
        return act(asked)
    except SettingsError as error:
        print(f"rendez-vous-emploi: {error}", file=sys.stderr)
        return WRONG_SETTINGS
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:
        log.exception("stopped by an unexpected error")
        return FAILED


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line; README.md lists the same commands."""
    top = argparse.ArgumentParser(
        prog="python -m bot", description="Tells job seekers in France about each new job event."
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, act: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(act=act)
        return added

    running = command("run", _run, "Run the bot; without TELEGRAM_BOT_TOKEN, open the playground.")
    running.formatter_class = argparse.RawDescriptionHelpFormatter
    running.epilog = ROLES
    running.add_argument(
        "--role",
        type=Role,
        choices=list(Role),
        default=Role.ALL,
        help="what this process does (default: all)",
    )
    command("playground", _playground, "Try the bot in the browser, with no Telegram at all.")
    reading = command("import", _import, "Read events once, and say what came.")
    reading.add_argument(
        "source", nargs="?", metavar="SOURCE", help=f"{', '.join(settings.SOURCES)}; EVENT_SOURCE if left out"
    )
    migrating = command("migrate", _migrate, "Bring the database up to date, as `run` does; or move it.")
    migrating.add_argument("--from", dest="source", metavar="SQLITE", help="sqlite:///data/bot.db")
    migrating.add_argument(
        "--to", dest="target", metavar="POSTGRESQL", help="postgresql://user:password@host/name"
    )
    _add_agency(command("agency", _agency, "Say who may write to many, and see what they did."))
    dead = command("deadletters", _deadletters, "List what could not be sent or handled; try it again.")
    dead.add_argument(
        "--retry", type=dead_letters.which, metavar="ID|all", help="send this message again, or all of them"
    )
    command("doctor", _doctor, "Say in plain words what is missing or wrong.")
    return top


def _add_agency(agency: argparse.ArgumentParser) -> None:
    acts = agency.add_subparsers(required=True, dest="what", metavar="WHAT")
    acts.add_parser("add", help="keep a new agency").add_argument("name", metavar="NAME")
    acts.add_parser("invite", help="make a link that serves once, for 48 hours").add_argument(
        "name", metavar="NAME"
    )
    acts.add_parser("list", help="name the agencies and their members")
    acts.add_parser("remove", help="a member may write no longer, at once").add_argument(
        "member", metavar="MEMBER", type=agencies.member
    )
    acts.add_parser("journal", help="who did what, when, to how many")


def _run(asked: argparse.Namespace) -> int:
    chosen = _prepared()
    if chosen.telegram_bot_token:
        asyncio.run(app.run(chosen, asked.role))
    elif asked.role is Role.ALL:
        _play(chosen)
    else:
        raise SettingsError(f"--role {asked.role} needs TELEGRAM_BOT_TOKEN; the playground is one process")
    return OK


def _playground(_asked: argparse.Namespace) -> int:
    chosen = _prepared()
    if chosen.telegram_bot_token:
        raise SettingsError(
            "the playground never runs beside a real token; start it with an empty TELEGRAM_BOT_TOKEN"
        )
    _play(chosen)
    return OK


def _play(chosen: Settings) -> None:
    from bot import playing  # noqa: PLC0415 -- 45 ms that no start with a token needs

    asyncio.run(playing.run(chosen, lambda address: banner.show("The playground is open. Go to", address)))


def _import(asked: argparse.Namespace) -> int:
    chosen = _prepared()
    code = OK
    for source in [asked.source] if asked.source else chosen.event_sources:
        chosen.require_source(source)
        result = asyncio.run(importing.import_once(chosen, source))
        print(f"{source}: {result.error or sourcing.told(result)}", flush=True)
        code = FAILED if result.error else code
    return code


def _migrate(asked: argparse.Namespace) -> int:
    chosen = _prepared()
    if asked.source or asked.target:
        return _move(asked.source, asked.target)
    asyncio.run(_opened_once(chosen.database_url))
    print(f"{database.shown(chosen.database_url)} is up to date.")
    return OK


def _move(source: str | None, target: str | None) -> int:
    if not source or not target:
        raise SettingsError("to move a database, migrate needs both --from and --to")
    from bot import moving  # noqa: PLC0415 -- no start needs it

    counts = asyncio.run(moving.move(source, target))
    for table, count in counts.items():
        print(f"{count:>12,}  {table}")
    print("Moved; the counts agree. Set DATABASE_URL to the new address, then start the bot.")
    return OK


async def _opened_once(url: str) -> None:
    async with database.opened(url):
        pass


def _agency(asked: argparse.Namespace) -> int:
    chosen = _prepared()
    match asked.what:
        case "add":
            told = agencies.add(chosen, asked.name)
        case "invite":
            told = agencies.invite(chosen, asked.name)
        case "remove":
            told = agencies.remove(chosen, asked.member)
        case "journal":
            told = agencies.journal(chosen)
        case _:
            told = agencies.listed(chosen)
    print(asyncio.run(told))
    return OK


def _deadletters(asked: argparse.Namespace) -> int:
    chosen = _prepared()
    if asked.retry is None:
        print("\n".join(asyncio.run(dead_letters.told(chosen))))
        return OK
    count = asyncio.run(dead_letters.retry(chosen, asked.retry))
    print(f"To be sent again: {count}. What is not there, or is too late, is left alone.")
    return OK if count else FAILED


def _doctor(_asked: argparse.Namespace) -> int:
    from bot import doctor  # noqa: PLC0415 -- brings alembic, 170 ms that no start needs

    return OK if asyncio.run(doctor.report()) else FAILED


def _prepared() -> Settings:
    """Read the settings, and let the log begin; warn of names that are no settings."""
    chosen = settings.read()
    logs.configure(level=chosen.log_level, form=chosen.log_format, secrets=chosen.secrets)
    logs.catch_all()
    for warning in settings.misspelt():
        log.warning(".env: %s", warning)
    return chosen
