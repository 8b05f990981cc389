"""SQLite as Django has it, which remembers how it wrote a query for it: pages ask the same ones each time."""
