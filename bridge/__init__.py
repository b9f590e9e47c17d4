"""tagwire: hears what a computer plays and turns it into OSC messages and MIDI control changes.

The import package is `bridge`; the distribution and the command are called `tagwire`.
"""

__version__ = "0.1.0"
