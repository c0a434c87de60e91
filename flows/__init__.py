"""Decide when and in what order stages run: Prefect flows, the choice of engine, and the command line."""
