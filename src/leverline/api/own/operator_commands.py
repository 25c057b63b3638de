"""Acts of operators that the engine carries out: written down with their reason before, and if they were refused."""

from leverline.api.call import Call
from leverline.api.errors import WireError
from leverline.engine.commands import Command
from leverline.identity.audit import Act


async def carry_out(call: Call, act: Act, command: Command, detail: str, subject: int = 0) -> None:
    """Have a command applied in an operator's name. Raises OPERATOR_REQUIRED, REASON_REQUIRED, and its refusal."""
    operators = call.services.identity.operators
    await operators.note(call.user_id, act, subject, call["reason"], detail)
    try:
        await call.send(command)
    except WireError as error:
        await operators.note(call.user_id, act, subject, error.text, f"{detail}: not done")
        raise


async def subject(call: Call) -> int:
    """Return the user that an act is about. Raises UNKNOWN_USER."""
    return (await call.services.identity.users.get(call["userId"])).user_id
