"""A newcomer in a browser: from the first page to the first loan, with what he gets wrong on the way."""

import re
import tomllib
from importlib.resources import files

from playwright.sync_api import Locator, Page, expect

from tests.web.operating import PASSWORD, png

MAIL = "alice@example.org"


def becomes_a_borrower(page: Page) -> None:
    """Each form refuses what is wrong next to its field, keeps what was typed, and the next step opens by itself."""
    registers(page)
    signs_in(page)
    verifies(page)
    passes_the_questionnaire(page)
    accepts(page, 2)
    gets_funds(page)
    transfers(page)
    accepts(page, 1)
    page.get_by_text("All is done").wait_for()


def press(page: Page, name: str) -> None:
    """Press the button of this name."""
    page.get_by_role("button", name=name, exact=True).last.click()


def fault_at(page: Page | Locator, label: str) -> str:
    """Return what is said to be wrong with a field, which it must be told by its description."""
    field = page.get_by_label(label, exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    return page.locator(f"[id='{field.get_attribute('aria-describedby')}']").inner_text()


def right_answers() -> dict[str, str]:
    """Return the right choice of each question of margin."""
    text = (files("leverline.identity") / "data" / "questions_margin.toml").read_text(encoding="utf-8")
    return {each["text"]: each["right"] for each in tomllib.loads(text)["question"]}


def answer_all(page: Page, is_right: bool) -> None:
    """Answer each question, and hand in."""
    bank = right_answers()
    for question in page.get_by_role("group").all():
        text = re.sub(r"^\d+\. ", "", question.locator("legend").inner_text())
        for choice in question.locator("label").all():
            if (choice.inner_text() == bank[text]) == is_right:
                choice.click()
                break
    press(page, "Hand in the answers")


def registers(page: Page) -> None:
    """Open an account; the sandbox shows the mail, whose link confirms it."""
    page.get_by_role("link", name="Open an account").last.click()
    page.get_by_label("Country of residence").wait_for()
    press(page, "Register")
    assert fault_at(page, "Mail address") == "This is needed."
    page.get_by_label("Mail address").fill(MAIL)
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Country of residence").select_option("CH")
    press(page, "Register")
    assert "10 to 256 characters" in fault_at(page, "Password")
    assert page.get_by_label("Mail address").input_value() == MAIL
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Register")
    page.get_by_label("Token").wait_for()
    page.get_by_label("Token").fill("wrong")
    press(page, "Confirm")
    assert "not valid any more" in fault_at(page, "Token")
    page.get_by_text("The whole mail").click()
    assert f"{page.url.split('/account')[0]}/account/confirm?token=" in page.locator("pre").inner_text()
    press(page, "Open the mail's link")
    page.wait_for_url("**/account/sign-in?**")


def signs_in(page: Page) -> None:
    """The mail address is there already; a wrong password is said to be wrong."""
    assert page.get_by_label("Mail address").input_value() == MAIL
    page.get_by_label("Password", exact=True).fill("wrong password")
    press(page, "Sign in")
    assert "wrong" in fault_at(page, "Password")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    page.wait_for_url("**/account/start")


def verifies(page: Page) -> None:
    """A picture is looked at and uploaded, the form handed in, and the sandbox approves at once."""
    page.get_by_label("Full name, as in your document").fill("Alice Example")
    press(page, "Hand in")
    assert fault_at(page, "Date of birth") == "This is needed."
    assert page.get_by_label("Full name, as in your document").input_value() == "Alice Example"
    page.get_by_label("Date of birth").fill("2020-02-28")
    page.get_by_label("Number of the document").fill("X1234567")
    page.get_by_label("Address", exact=True).fill("1 Main Street, Berne")
    text = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"me"}
    page.get_by_label("Picture of the document").set_input_files(text)  # type: ignore[arg-type]
    assert "PNG, JPEG or PDF" in fault_at(page, "Picture of the document")
    picture = {"name": "passport.png", "mimeType": "image/png", "buffer": png()}
    page.get_by_label("Picture of the document").set_input_files(picture)  # type: ignore[arg-type]
    page.get_by_role("img", name="What you chose").wait_for()
    press(page, "Upload")
    page.get_by_role("list", name="Uploaded documents").wait_for()
    press(page, "Hand in")
    assert "18" in fault_at(page, "Date of birth")
    page.get_by_label("Date of birth").fill("1990-02-28")
    press(page, "Hand in")
    page.get_by_role("button", name="Begin").wait_for()


def passes_the_questionnaire(page: Page) -> None:
    """An open question is named; a failed attempt names rules that can be read; the second one is passed."""
    press(page, "Begin")
    page.get_by_role("button", name="Hand in the answers").wait_for()
    press(page, "Hand in the answers")
    expect(page.get_by_text("Choose an answer.")).to_have_count(10)
    answer_all(page, is_right=False)
    rule = page.get_by_role("link", name=re.compile(r"Rule \d")).first
    with page.expect_popup() as popup:
        rule.click()
    popup.value.locator("h2.wanted").wait_for()
    assert popup.value.locator("h2.wanted").inner_text().startswith(rule.inner_text().removeprefix("Rule "))
    popup.value.close()
    press(page, "Try again with other questions")
    page.get_by_role("button", name="Hand in the answers").wait_for()
    answer_all(page, is_right=True)


def accepts(page: Page, texts: int) -> None:
    """Nothing is accepted that is not ticked."""
    page.get_by_role("button", name="Accept").wait_for()
    press(page, "Accept")
    expect(page.get_by_text("Read it and tick it.")).to_have_count(texts)
    for box in page.get_by_label("I have read and understood this.").all():
        box.check()
    press(page, "Accept")


def gets_funds(page: Page) -> None:
    """As much as one likes, as long as it is a number."""
    page.get_by_role("button", name="Get test funds").wait_for()
    page.get_by_label("Amount").fill("many")
    press(page, "Get test funds")
    assert fault_at(page, "Amount") == "This is no number."
    page.get_by_label("Amount").fill("10000")
    press(page, "Get test funds")


def transfers(page: Page) -> None:
    """More than there is is refused beforehand, in words."""
    page.get_by_text("At most 10,000 USDT can leave now.").wait_for()
    page.get_by_label("Amount").fill("20000")
    press(page, "Transfer")
    assert fault_at(page, "Amount") == "At most 10,000 USDT can leave the Spot wallet now."
    assert page.get_by_label("Amount").input_value() == "20000"
    page.get_by_label("Amount").fill("5000")
    press(page, "Transfer")
