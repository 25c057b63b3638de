"""What the core says: an append-only list of events, drained by the engine after each command."""


class Event:
    """One fact about the venue. Every kind of event is a subclass with plain fields."""


class EventLog:
    """Where all core parts report, in order, what happened under the present command."""

    def __init__(self) -> None:
        self.time: int = 0
        """Venue time of the present command in microseconds."""
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        """Append `event`."""
        self.events.append(event)

    def drain(self) -> list[Event]:
        """Return the events so far and start a new list."""
        events = self.events
        self.events = []
        return events
