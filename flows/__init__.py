"""When and in what order: Prefect flows, the choice of engine, and the command line that starts them."""
