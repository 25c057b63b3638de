"""Mails of registration and lost passwords: they name the page to open where the venue knows its own address."""

import asyncio

import pytest

from leverline.identity.letters import Letters
from leverline.identity.mail import Post
from leverline.mail import Mail

TOKEN = "aB3_-x"
MAIL = "alice@example.org"


class Box:
    """Takes mails."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        self.mails.append(mail)


async def sent_by(public_url: str, name: str) -> Mail:
    """Send one letter."""
    box = Box()
    post = Post(box)
    getattr(Letters(post, public_url), name)(MAIL, TOKEN)
    await post.settled()
    (mail,) = box.mails
    return mail


def sent(public_url: str, name: str) -> Mail:
    """Return the mail that a letter is."""
    return asyncio.run(sent_by(public_url, name))


@pytest.mark.parametrize(
    ("name", "page"), [("confirm", "/account/confirm"), ("reset", "/account/reset")]
)  # fmt: skip
@pytest.mark.parametrize("public_url", ["https://venue.example", "https://venue.example/"])
def test_the_page_is_named_with_its_token(name: str, page: str, public_url: str) -> None:
    """One click, or the token typed in; a slash at the end of the address makes no difference."""
    mail = sent(public_url, name)
    assert f"\nhttps://venue.example{page}?token={TOKEN}\n" in mail.text
    assert mail.text.split()[-1] == TOKEN


@pytest.mark.parametrize("name", ["confirm", "reset"])
def test_without_an_address_there_is_the_token_alone(name: str) -> None:
    """No link that leads nowhere."""
    mail = sent("", name)
    assert "http" not in mail.text
    assert mail.text.split()[-1] == TOKEN
