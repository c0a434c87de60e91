"""Run each stage as Prefect tasks over batches, with retries; the work itself is in `storyfold`."""
