"""How the bot gets its updates: it asks, or has them brought."""

import re
from typing import Any

from playground import checks, errors, updates
from playground.methods.table import Answer, Method
from playground.telegram import Telegram

_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_MOST_CONNECTIONS, _CONNECTIONS = 100, 40


async def get_updates(telegram: Telegram, params: checks.Params) -> Answer:
    """Answer getUpdates."""
    if telegram.webhook.url:
        await telegram.polling.hold_back()
        raise errors.conflict(_ACTIVE)
    telegram.updates.subscribe(_kinds(params))
    found = await telegram.polling.get(
        offset=params.get("offset", 0),
        limit=params.get("limit", 100),
        timeout=params.get("timeout", 0),
    )
    return Answer(result_json=found)


def set_webhook(telegram: Telegram, params: checks.Params) -> Answer:
    """Answer setWebhook."""
    secret = params.get("secret_token", "")
    if secret and not _SECRET.fullmatch(secret):
        raise errors.bad_request("secret token contains unallowed characters")
    connections = params.get("max_connections", _CONNECTIONS)
    if not 1 <= connections <= _MOST_CONNECTIONS:
        raise errors.bad_request("parameter max_connections must be 1 to 100")
    if not params.get("url"):
        return delete_webhook(telegram, params)
    telegram.updates.subscribe(_kinds(params))
    if params.get("drop_pending_updates"):
        telegram.updates.clear()
    changed = telegram.webhook.point_to(params["url"], secret=secret, max_connections=connections)
    telegram.polling.send_away(errors.conflict("terminated by setWebhook request"))
    return Answer(description="Webhook was set" if changed else "Webhook is already set")


def delete_webhook(telegram: Telegram, params: checks.Params) -> Answer:
    """Answer deleteWebhook."""
    if params.get("drop_pending_updates"):
        telegram.updates.clear()
    was_set = bool(telegram.webhook.url)
    telegram.webhook.remove()
    return Answer(description="Webhook was deleted" if was_set else "Webhook is already deleted")


def webhook_info(telegram: Telegram, _params: checks.Params) -> dict[str, Any]:
    """Answer getWebhookInfo."""
    hook = telegram.webhook
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.updates),
    }
    if hook.url:
        info |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    if hook.last_error:
        info |= {
            "last_error_date": int(hook.last_error[0].timestamp()),
            "last_error_message": hook.last_error[1],
        }
    if telegram.updates.allowed != updates.BY_DEFAULT:
        info["allowed_updates"] = sorted(telegram.updates.allowed)
    return info


def _kinds(params: checks.Params) -> list[str] | None:
    return params.get("allowed_updates")


METHODS = (
    Method(
        "getUpdates",
        checks.shape("offset: Integer, limit: Integer, timeout: Integer, allowed_updates: [String]"),
        wait=get_updates,
    ),
    Method(
        "setWebhook",
        checks.shape(
            "url: String!, ip_address: String, max_connections: Integer, allowed_updates: [String], "
            "drop_pending_updates: Boolean, secret_token: String",
        ),
        set_webhook,
    ),
    Method("deleteWebhook", checks.shape("drop_pending_updates: Boolean"), delete_webhook),
    Method("getWebhookInfo", checks.shape(""), webhook_info),
)
