"""Fetching politely and safely: feeds, pages, robots.txt, and the raw archive; the only sockets of the project.

    guard      which addresses may be dialled, checked at the moment of dialling
    exchange   one GET on the wire: a deadline, a bounded body (decode, limits), every failure a reason code
    hosts      one request at a time per host, a pause between two, backoff after a Retry-After
    robots     what robots.txt allows (RFC 9309)
    client     all of these together: `Client.get` (headers: what they say about time)
    archive    what was fetched, as WARC
    feeds      bytes of a feed become items (feedbytes: repaired first; plain: HTML to plain text)
    polling    decisions only: when to ask a feed, when to try an item again
    urls       one spelling for one address

What does not belong here: the text of articles (`veille.text`), queues and tables (`warehouse`).
"""
