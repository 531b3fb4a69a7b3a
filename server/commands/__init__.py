"""The commands of `ruhu`: one module a topic. `server.cli` loads a module only when its command is called."""
