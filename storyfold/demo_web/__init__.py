"""The demo's news web: outlets, stories and templates of our own, served over real HTTP on loopback."""
