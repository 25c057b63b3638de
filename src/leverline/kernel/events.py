"""What the core says: an append-only list of events, drained by the engine after each command."""


class Event:
    """One fact about the venue. Every kind of event is a subclass with plain fields."""

    time: int = 0
    """When it happened, venue time in microseconds: set by the log."""


class EventLog:
    """Where all core parts report, in order, what happened under the present command."""

    def __init__(self) -> None:
        self.time: int = 0
        """Venue time of the present command in microseconds."""
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Stamp `event` with the present time and append it."""
        event.time = self.time
        self.events.append(event)

    def drain(self) -> list[Event]:
        """Return the events so far and start a new list."""
        events = self.events
        self.events = []
        return events
