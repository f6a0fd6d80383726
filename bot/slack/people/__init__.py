"""Who people are, and what they alone see: sign-in, App Home, whispers."""
