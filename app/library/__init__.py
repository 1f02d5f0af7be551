"""What was identified before, and the jobs that identify more: kept in one SQLite file of the user's data folder."""
