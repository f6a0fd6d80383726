"""The app itself: its manifest, its tokens, where it is installed and how it comes there."""
