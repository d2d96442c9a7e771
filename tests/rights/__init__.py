"""Who may do what: every route of the running program, asked by everybody about what is ours, another's and nobody's."""
