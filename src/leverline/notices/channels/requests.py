"""POST requests to addresses that users give: judged, pinned to the judged address, never redirected, bounded."""

from collections.abc import Mapping
from typing import Final

import httpx

from leverline.notices.faults import SendFault
from leverline.notices.guard import AddressGuard, AddressRefused, NameUnknown

SECONDS: Final = 10.0
GONE: Final = frozenset({404, 410})


class Requests:
    """Sends requests; one client for all of a loop."""

    def __init__(self, guard: AddressGuard, seconds: float = SECONDS) -> None:
        self._guard = guard
        self._seconds = seconds

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Return the status of the answer. Raises SendFault where there is none."""
        try:
            place = await self._guard.judge(url)
        except NameUnknown as fault:
            raise SendFault(str(fault), is_unreachable=True) from fault
        except AddressRefused as fault:
            raise SendFault(str(fault), is_final=True) from fault
        pinned = httpx.URL(url).copy_with(host=place.address)
        extensions = {"sni_hostname": place.host.partition(":")[0]} if ":" not in place.address else {}
        async with httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self._seconds) as client:
            request = client.build_request(
                "POST", pinned, content=body, headers={**headers, "host": place.host}, extensions=extensions
            )
            try:
                answer = await client.send(request, stream=True)
            except httpx.TimeoutException as fault:
                raise SendFault(f"no answer within {self._seconds:g} s", is_unreachable=True) from fault
            except httpx.HTTPError as fault:
                raise SendFault(f"the address cannot be reached: {fault}", is_unreachable=True) from fault
            await answer.aclose()
            return answer.status_code
