"""What stands between a page's stream and the venue's: it can be cut, and can lose messages."""

from dataclasses import dataclass, field

from playwright.sync_api import Page, WebSocketRoute


@dataclass
class Wire:
    """The way of all streams of a page."""

    is_cut: bool = False
    """Connections are refused."""
    drops: int = 0
    """So many differences of the book are still to be lost."""
    connections: int = 0
    open: list[WebSocketRoute] = field(default_factory=list)

    def lay(self, page: Page) -> None:
        """Have the streams of a page, which is not loaded yet, go this way."""
        page.route_web_socket("**/stream", self._take)

    def cut(self) -> None:
        """Cut what is open and refuse what comes."""
        self.is_cut = True
        for socket in self.open:
            socket.close(code=1013)
        self.open.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self.is_cut = False

    def _take(self, socket: WebSocketRoute) -> None:
        """Take a connection of the page."""
        self.connections += 1
        if self.is_cut:
            socket.close(code=1013)
            return
        self.open.append(socket)
        socket.connect_to_server().on_message(lambda text: self._pass(socket, text))

    def _pass(self, socket: WebSocketRoute, text: str | bytes) -> None:
        """Pass a message on, unless it is to be lost."""
        if self.drops and "depthUpdate" in str(text):
            self.drops -= 1
            return
        socket.send(text)
