"""CloudFormation: templates, stacks, change sets, rollback.

An engine of our own rather than moto's, because moto skips unknown types silently, has no rollback, loses outputs on
the change-set path and answers events while it still writes them. Resource types are in `bulwark_emulator.types`.
"""
