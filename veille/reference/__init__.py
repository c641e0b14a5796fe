"""What we know of the Sahel, as data to edit, each file with its own head; and the two modules that read what all share.

countries.toml    countries   region, forces, capitals, clocks, names
actors.toml       actors      who fights and who is hit, and by which words each is named
places.csv elsewhere.csv      the hand-checked gazetteer, and names outside the region
lexicon.toml                  the words of conflict news
weights.toml newsworthy.json  weights of evidence; of the model of newsworthiness
"""
