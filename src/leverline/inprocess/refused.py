"""A refusal as an exception."""

from leverline.rulebook.refusals import Refusal, wire_code


class CommandRefused(Exception):
    """A command was refused. `refusal` is its name, `code` the wire code, `detail` what and why."""

    def __init__(self, refusal: Refusal, detail: str) -> None:
        super().__init__(f"{refusal.name} ({wire_code(refusal)}): {detail}")
        self.refusal = refusal
        self.code = wire_code(refusal)
        self.detail = detail
