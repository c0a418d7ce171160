"""Pages for people: server-rendered, working without JavaScript for reading and forms."""
