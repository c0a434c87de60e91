"""What commands write: article rows, where they go, and text made fit for a terminal."""
