"""The mails of registration and of lost passwords. Where the venue knows its own address, they link to a page."""

from typing import Final
from urllib.parse import quote

from leverline.identity.mail import Post

CONFIRM_PAGE: Final = "/account/confirm"
RESET_PAGE: Final = "/account/reset"


class Letters:
    """Writes and sends them. The token is always the last word, for who reads it by a program."""

    def __init__(self, post: Post, public_url: str = "") -> None:
        self._post = post
        self._public_url = public_url.rstrip("/")
        """Where people reach the venue; empty where nobody has said so."""

    def confirm(self, to: str, token: str) -> None:
        """Send the token that opens an account."""
        self._post.send(to, "Confirm your mail address", self._text("open your account", CONFIRM_PAGE, token))

    def has_account(self, to: str) -> None:
        """Tell the owner of an address that somebody tried to register it again."""
        text = "Somebody, perhaps you, tried to register this address. It has an account already.\n"
        self._post.send(to, "You have an account", text)

    def reset(self, to: str, token: str) -> None:
        """Send the token that sets a new password."""
        self._post.send(to, "Set a new password", self._text("set a new password", RESET_PAGE, token))

    def _text(self, what: str, page: str, token: str) -> str:
        """Return what a mail says: the page with its token, and the token for who types it in."""
        if not self._public_url:
            return f"Your token to {what}:\n\n{token}\n"
        link = f"{self._public_url}{page}?token={quote(token, safe='')}"
        return f"Open this page to {what}:\n\n{link}\n\nOr type this token in there:\n\n{token}\n"
