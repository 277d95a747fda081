"""What holds for every run, whatever it does: Prefect's settings, failures, the health of an installation."""
