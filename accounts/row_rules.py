"""SQL of row-level security that several apps' migrations need."""


def written_by(roles: str, *tables: str) -> tuple[str, str]:
    """Everybody reads them, and an acting person of one of the roles writes them; (there, back).

    A row may be locked by whoever needs it as it is: that asks for UPDATE's `USING`.
    """
    may = " OR ".join(f"(SELECT app_is('{role}'))" for role in roles.split())
    there, back = [], []
    for table in tables:
        there.append(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
            f"CREATE POLICY wall_select ON {table} FOR SELECT USING (true);\n"
            f"CREATE POLICY wall_insert ON {table} FOR INSERT WITH CHECK ({may});\n"
            f"CREATE POLICY wall_update ON {table} FOR UPDATE USING (true) WITH CHECK ({may});\n"
            f"CREATE POLICY wall_delete ON {table} FOR DELETE USING ({may});"
        )
        back += [f"DROP POLICY wall_{how} ON {table};" for how in COMMANDS]
        back.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;")
    return "\n".join(there), "\n".join(back)


COMMANDS = ("select", "insert", "update", "delete")
