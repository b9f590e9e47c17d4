"""The sentences of the reference that belong to no single key."""

BEGIN = """\
<!-- Made by bridge/mapping/reference.py from the schema: do not edit this page. -->
# Mapping files

A mapping file says which descriptor drives which control, and how. It is YAML: a key, a colon, a
space, a value; what belongs to a key stands further to the right, with spaces, never with tabs;
`#` begins a comment. `tagwire check FILE` tells what is wrong with a file, line by line.

```yaml
version: 1
name: Club night

outputs:                        # where; the mappings below say what
  daw:    {midi: "Live In", virtual: true}
  max:    {osc: "127.0.0.1:7400", prefix: /tagwire}
  lights: {osc: "192.168.1.20:7700", rate: 40}

descriptors:                    # names of your own, from any others
  wild: "clip(0.5*metal + 0.5*punk + 0.4*signal/loudness - 0.4*ambient, 0, 1)"

mappings:
  - name: filter
    from: wild
    in: [0.2, 0.8]
    curve: exponential
    smooth: {attack: 200 ms, release: 1.5 s}
    out: [20, 110]
    to: daw
    cc: 74

  - from: msd/*                 # all tags, one address each
    to: max
    osc: /tag/{label}           # /tagwire/tag/female-vocalists 0.31

  - name: drop
    from: metal
    gate: {on: 0.7, off: 0.5, on_delay: 500 ms, off_delay: 2 s}
    to: lights
    osc: /scene/drop

scenes:                         # exactly one is on
  calm:  {when: "wild < 0.35", min: 8 s, enter: [{to: lights, osc: /cue/1}]}
  party: {when: "wild >= 0.35", min: 8 s, enter: [{to: lights, osc: /cue/2}, {to: daw, program: 3}]}
```

Times are written `200 ms`, `1.5 s` or `2 min`.

## The keys
"""

EXPRESSIONS = """
### Descriptors and expressions

A descriptor is a name with a value from 0 to 1: `msd/rock`, `signal/loudness`. The family in front
may be left out where one family alone has the name: `rock`, `loudness`, `female-vocalists`. Your
own names win over all others; an expression that uses its own name means nothing, so write
`msd/rock` there.

Expressions are made of numbers, names, `+ - * / **`, comparisons (`< <= > >= == !=`), `and`, `or`,
`not`, `a if c else b`, and the functions {functions}.
Put spaces around a minus: `hip-hop` is one name. What gives no number, as 1/0, counts as 0 and is
reported once.
"""

AFTER_KEYS = """
What comes in goes through the keys in the order of this table: first `in`, last `out`. Then it is
sent, if it changed.

**At rest.** When no sound comes, when a mapping is muted, and at the end, each mapping goes to its
`rest` value: smoothly where it has `smooth`, at once at the end. Silence alone sends only those to
rest that use more than `signal/…`, as a model has no sensible answer to silence. Without `rest`
it is the first number of `out`, and the middle for the pitch bend. Gates go off, notes end.
"""

SCENES = """
### Scenes

Exactly one scene is on. Of those whose `when` holds, the first in the file is wanted; it comes when
the one before has been on for its `min`. When none holds, nothing changes. A scene without `when`
always holds, so the last one can be what is left. A mapping with `when: calm` or
`when: [calm, party]` sends only in these scenes.

```yaml
outputs:
  lights: {osc: "127.0.0.1:7700"}
scenes:
  loud:
    when: loudness > 0.7
    min: 4 s
    enter: [{to: lights, osc: /strobe, value: 1}]
    leave: [{to: lights, osc: /strobe, value: 0}]
  quiet: {min: 4 s}
mappings:
  - from: rock
    when: loud
    to: lights
    osc: /red
```
"""

EDITING = """
## While it plays

Save the file, and it is read, checked and swapped in between two ticks. Mappings that you did not
change keep their state, changed ones glide on from where they were, removed ones send their rest
value, and notes end. A file with a mistake changes nothing: the old one plays on and the mistake is
shown. `extends: [rig.yaml]` takes over the outputs, descriptors, mappings and scenes of another
file, so that each machine keeps its outputs in a file of its own; what has the same name in your
file replaces it. A bare name takes over what tagwire ships: the recipes `energetic`, `calm`,
`bright` and `dark` (descriptors made from others), or a mapping.

```yaml
extends: [rig.yaml]
mappings:
  - {from: rock, to: max, osc: /rock}
```
"""
