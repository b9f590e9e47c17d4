"""The keys of mapping files, each with what it takes and what it means."""
