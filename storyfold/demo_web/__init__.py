"""Serve the demo's news web over real HTTP on loopback: outlets, stories and templates of our own."""
