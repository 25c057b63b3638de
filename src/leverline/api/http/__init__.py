"""HTTP: connections, requests as they come over the wire, answers as they go."""
