// Gives the precompiled header an object to live in.
