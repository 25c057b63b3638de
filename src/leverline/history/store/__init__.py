"""The whole past in SQL, written behind the engine; SQLite or PostgreSQL."""
