"""POST requests to addresses that users give: judged, pinned to the judged address, never redirected, bounded."""

import asyncio
from collections.abc import Mapping
from typing import Final

import httpx

from leverline.notices.faults import SendFault
from leverline.notices.guard import AddressGuard, AddressRefused, NameUnknown

SECONDS: Final = 10.0
GONE: Final = frozenset({404, 410})


class Requests:
    """Sends requests. All of them from one loop."""

    def __init__(self, guard: AddressGuard, seconds: float = SECONDS) -> None:
        self._guard = guard
        self._seconds = seconds
        self._made: httpx.AsyncClient | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Return the status of the answer. Raises SendFault where there is none."""
        try:
            place = await self._guard.judge(url)
        except NameUnknown as fault:
            raise SendFault(str(fault), is_unreachable=True) from fault
        except AddressRefused as fault:
            raise SendFault(str(fault), is_final=True) from fault
        try:
            request = self._client.build_request(
                "POST", httpx.URL(url).copy_with(host=place.address), content=body,
                headers={**headers, "host": place.netloc}, extensions={"sni_hostname": place.host},
            )  # fmt: skip
            async with asyncio.timeout(self._seconds):
                answer = await self._client.send(request, stream=True)
                await answer.aclose()
        except httpx.InvalidURL as fault:
            raise SendFault(f"this is no URL: {fault}", is_final=True) from fault
        except (httpx.TimeoutException, TimeoutError) as fault:
            raise SendFault(f"no answer within {self._seconds:g} s", is_unreachable=True) from fault
        except httpx.HTTPError as fault:
            raise SendFault(f"the address cannot be reached: {fault}", is_unreachable=True) from fault
        return answer.status_code

    async def close(self) -> None:
        """Let go of the client."""
        if self._made is not None:
            await self._made.aclose()

    @property
    def _client(self) -> httpx.AsyncClient:
        """The client of all requests. It keeps no connection: one is proved for the name that it was made for."""
        if self._made is None:
            none_kept = httpx.Limits(max_keepalive_connections=0)
            self._made = httpx.AsyncClient(
                trust_env=False, follow_redirects=False, timeout=self._seconds, limits=none_kept
            )  # fmt: skip
        return self._made
