"""Takes a picture of every page in every state, so that somebody can look at them: `make screens`."""
