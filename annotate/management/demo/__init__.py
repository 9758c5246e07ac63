"""The recorded crowd that the demo replays, and the projects a new server starts with."""
