"""From the venue's settings to the options of notices."""

from email.utils import parseaddr
from pathlib import Path

from leverline.config import Settings
from leverline.notices.channels.chat import PUBLIC_SCHEMES
from leverline.notices.guard import LOOPBACK
from leverline.notices.notices import NoticeOptions
from leverline.notices.policy import DeliveryPolicy


def options_of(settings: Settings, url: str, first_user: int) -> NoticeOptions:
    """Return what an operator chose. A sandbox's users may name addresses of its own machine."""
    wanted = settings.notices
    is_sandbox = settings.mode == "sandbox"
    return NoticeOptions(
        url,
        Path(wanted.templates) if wanted.templates else None,
        (*wanted.networks, *(LOOPBACK if is_sandbox else ())),
        wanted.chat_schemes or PUBLIC_SCHEMES,
        wanted.rate_jump,
        wanted.contact or f"mailto:{parseaddr(settings.mail.sender)[1]}",
        first_user if is_sandbox else 0,
        DeliveryPolicy(
            first_pause=wanted.first_pause_seconds, attempts_max=wanted.attempts_max, kept_days=wanted.kept_days
        ),
    )
