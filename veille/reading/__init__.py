"""An article becomes mentions of incidents, each with place, time, actors, tolls and claims, down to the sentence.

The way through the room: `sentences` cuts the text, `places`, `when`, `actors` and `tolls` find what is named in each
sentence, `claims` finds who says so, `incidents` decides which sentences tell of an incident and of which, and
`mentions` puts the reading together. All knowledge is data in `veille/reference`; all rules are plain functions on folded
text (see `sentences.plain`). What does not belong here: which mentions are one event (`events`).
"""
