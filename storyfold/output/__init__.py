"""Write what commands print: article rows, the files they go to, and text that is safe for a terminal."""
