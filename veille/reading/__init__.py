"""An article becomes mentions of incidents, each with place, time, actors, tolls and claims, down to the sentence.

The way through the room, from left to right:

    sentences                       the text, cut, and folded so that offsets stay
    context gazetteer               which countries the article speaks of; what names stand for
    places relative unknown place_mentions    where: names, distances and roads, villages that no gazetteer knows
    numbers victims totals tolls    how many, and whose dead
    expressions elapsed times actors    when; who
    attributions                    who speaks
    annotation                      one sentence with all of that
    scenes incident incidents completing    which sentences tell of which incident, and what the article adds to it
    genre newsworthy                or of none
    sides claims incident_claims    who attacked whom; who claims what
    rules                           the rules by name, and what explanations say of each
    mentions                        the reading, put together

All knowledge is data in `veille/reference`, or tables of patterns at the head of a module; all rules are plain functions on
folded text (`sentences.plain`). What does not belong here: which mentions are one event (`events`).
"""
