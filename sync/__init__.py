"""The pure heart of Ruhu: statements, registers and cases as values.

May not: touch Flask, SQL, marshmallow, Pillow, the network, files, the clock or randomness.
"""
