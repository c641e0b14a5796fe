"""Every code that is stored, compared or shown: one enumeration a list, one member a value.

A member is a string (`StrEnum`), so that it goes to DuckDB, JSON and text as it is, and rows that come back compare equal.
Codes of armed groups and forces are data (`veille/reference/actors.toml`, `countries.toml`); only those that rules speak of
by name stand here (`Actor`). Reasons of failures that carry an HTTP status are made by `http_reason`.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """A code: shown as its value everywhere, in error messages and examples too."""

    def __repr__(self) -> str:
        return repr(self.value)


# ------------------------------------------------------------------------------------------------ feeds and items


class OutletKind(Code):
    """Who publishes: the values of `kind` in feeds.toml."""

    INDEPENDENT = "independent"
    STATE = "state"
    AGENCY = "agency"
    AGGREGATOR = "aggregator"
    BROADCASTER = "broadcaster"
    ARMED_FORCES = "armed_forces"
    UN_NGO = "un_ngo"


class ItemStatus(Code):
    """What became of an item that a feed listed."""

    PENDING = "pending"
    ARTICLE = "article"
    REJECTED = "rejected"


class Stage(Code):
    """The step that turned an item away."""

    DOWNLOAD = "download"
    EXTRACT = "extract"
    LANGUAGE = "language"
    FORGET = "forget"


class Reason(Code):
    """Why a request or a text came to nothing; OK and NOT_MODIFIED are its good ends. With a status: `http_reason`."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    # the feed or host was not asked
    SKIPPED = "skipped"
    GONE = "gone"
    HOST_IN_BACKOFF = "host_resting"
    # between the two machines
    BAD_REQUEST = "bad_request"
    BAD_RESPONSE = "bad_response"
    BAD_URL = "bad_url"
    CONNECT = "connect"
    DNS = "dns"
    FORBIDDEN_ADDRESS = "forbidden_address"
    REDIRECT_LOOP = "redirect_loop"
    RESET = "reset"
    ROBOTS = "robots"
    ROBOTS_UNREACHABLE = "robots_unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    # the body
    BAD_ENCODING = "bad_encoding"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    # what was in it
    HTML = "html"
    NOT_A_FEED = "not_a_feed"
    UNPARSABLE = "unparsable"
    NOT_HTML = "not_html"
    NO_TEXT = "no_text"
    # a good answer that is no article
    WALL = "wall"
    SOFT_404 = "soft_404"
    REDIRECTED = "redirected"
    TOO_MANY_TAGS = "too_many_tags"
    PARSE_TIMEOUT = "parse_timeout"
    PARSE_CRASH = "parse_crash"
    LANGUAGE = "language"
    # of an item
    NEW = "new"
    FORGOTTEN = "forgotten"
    SAME_ARTICLE = "same_article"


def http_reason(status: int) -> str:
    """Name the failure that an HTTP status means.

    >>> http_reason(503)
    'http_503'
    """
    return f"http_{status}"


class RecordKind(Code):
    """What a record of the raw archive holds: a feed, a page, or (after pruning) what was read of a page."""

    FEED = "feed"
    PAGE = "page"
    EXTRACT = "extract"


class TimePrecision(Code):
    """How exactly a time of publication is known."""

    MINUTE = "minute"
    DAY = "day"
    UNKNOWN = "unknown"


class FeedStatus(Code):
    """How a declared feed is doing (view feed_health)."""

    OK = "ok"
    SILENT = "silent"
    FAILING = "failing"
    GONE = "gone"
    DISABLED = "disabled"


# ------------------------------------------------------------------------------------------------ reading


class Scope(Code):
    """Where the incidents lie that an article reports as news."""

    SAHEL = "sahel"
    ELSEWHERE = "elsewhere"
    NONE = "none"


class Role(Code):
    """How an article tells of an incident: it is about it, reports it beside, or recalls it."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    BACKGROUND = "background"


class PlaceLevel(Code):
    """What kind of place a name of the gazetteer stands for."""

    TOWN = "town"
    VILLAGE = "village"
    CAMP = "camp"
    SITE = "site"
    COMMUNE = "commune"
    ADMIN2 = "admin2"
    ADMIN1 = "admin1"
    AREA = "area"
    COUNTRY = "country"


#: Levels that stand for a point on the map.
POINT_LEVELS = frozenset({PlaceLevel.TOWN, PlaceLevel.VILLAGE, PlaceLevel.CAMP, PlaceLevel.SITE})
#: Levels that stand for an area.
AREA_LEVELS = frozenset({PlaceLevel.ADMIN1, PlaceLevel.ADMIN2, PlaceLevel.COMMUNE, PlaceLevel.AREA})


class PlaceSource(Code):
    """Where a place is known from: the hand-checked overlay, the imported dumps, or the text alone."""

    OVERLAY = "overlay"
    GEONAMES = "geonames"
    TEXT = "text"


class PlaceRole(Code):
    """As what a sentence names a place."""

    SCENE = "scene"
    LANDMARK = "landmark"
    AREA = "area"
    COUNTRY = "country"
    SPEAKER = "speaker"
    ELSEWHERE = "elsewhere"


class DateFlag(Code):
    """What is odd about a day that was read; "" where nothing is."""

    NONE = ""
    WEEKDAY_MISMATCH = "weekday-mismatch"
    FUTURE = "future"
    UNDATED = "undated"


class EventType(Code):
    """ACLED's event types."""

    BATTLES = "Battles"
    EXPLOSIONS = "Explosions/Remote violence"
    VIOLENCE_AGAINST_CIVILIANS = "Violence against civilians"
    PROTESTS = "Protests"
    RIOTS = "Riots"
    STRATEGIC = "Strategic developments"


class SubEventType(Code):
    """ACLED's sub-event types, as far as they are read."""

    ARMED_CLASH = "Armed clash"
    REGAINS_TERRITORY = "Government regains territory"
    OVERTAKES_TERRITORY = "Non-state actor overtakes territory"
    AIR_STRIKE = "Air/drone strike"
    IED = "Remote explosive/landmine/IED"
    SHELLING = "Shelling/artillery/missile attack"
    SUICIDE_BOMB = "Suicide bomb"
    ATTACK = "Attack"
    ABDUCTION = "Abduction/forced disappearance"
    PEACEFUL_PROTEST = "Peaceful protest"
    VIOLENT_DEMONSTRATION = "Violent demonstration"
    TRANSFER_OF_TERRITORY = "Non-violent transfer of territory"
    ARRESTS = "Arrests"
    LOOTING = "Looting/property destruction"


class ActorKind(Code):
    """On which side an actor stands, in general."""

    JIHADIST = "jihadist"
    REBEL = "rebel"
    MILITIA = "militia"
    BANDIT = "bandit"
    UNKNOWN = "unknown"
    STATE = "state"
    AUXILIARY = "auxiliary"
    MERCENARY = "mercenary"
    PEACE = "peace"
    FOREIGN = "foreign"
    CIVILIAN = "civilian"


#: Who fights on the side of a state.
STATE_SIDE = frozenset({ActorKind.STATE, ActorKind.AUXILIARY, ActorKind.MERCENARY})
#: Who fights on no state's side.
NON_STATE = frozenset({ActorKind.JIHADIST, ActorKind.REBEL, ActorKind.MILITIA, ActorKind.BANDIT, ActorKind.UNKNOWN})
#: Groups whose claim of an attack names the attacker.
CLAIMING = frozenset({ActorKind.JIHADIST, ActorKind.REBEL})


class Actor(Code):
    """The codes of actors that rules speak of by name; all others are data."""

    STATE = "STATE"  # the forces of the incident's country, before that is known
    UNKNOWN_STATE_FORCES = "UNKNOWN_STATE_FORCES"
    UNIDENTIFIED_ARMED_GROUP = "UNIDENTIFIED_ARMED_GROUP"
    CIVILIANS = "CIVILIANS"


class Source(Code):
    """Claimants that are no actors: kinds of sources, and the article in its own name."""

    SECURITY_SOURCE = "SECURITY_SOURCE"
    WITNESS = "WITNESS"
    UN = "UN"
    NGO = "NGO"
    MEDIA = "MEDIA"
    LOCAL_SOURCE = "LOCAL_SOURCE"
    OFFICIAL = "OFFICIAL"
    UNATTRIBUTED = "UNATTRIBUTED"


class ClaimKind(Code):
    """What a claim says."""

    RESPONSIBILITY = "responsibility"
    DENIAL = "denial"
    CONTROL = "control"
    REPELLED = "repelled"
    TOLL = "toll"


class Victims(Code):
    """Whose dead, wounded or taken a toll counts."""

    MILITARY = "military"
    ASSAILANTS = "assailants"
    CIVILIANS = "civilians"
    UNSPECIFIED = "unspecified"


class Outcome(Code):
    """What befell the people that a toll counts."""

    KILLED = "killed"
    WOUNDED = "wounded"
    CAPTURED = "captured"
    ABDUCTED = "abducted"


# ------------------------------------------------------------------------------------------------ events


class Change(Code):
    """What happened to an event, and what a line of the journal tells."""

    CREATED = "created"
    MERGED = "merged"
    SPLIT = "split"
    MOVED = "moved"
    CORRECTED = "corrected"
    UNDONE = "undone"
    FORGOTTEN = "forgotten"
    LINKED = "linked"
    COMMIT = "commit"


class AlertKind(Code):
    """Why somebody is told: of an event, then of a feed."""

    DEADLY = "deadly"
    CONTESTED = "contested"
    WATCHED = "watched"
    FAILING = "failing"
    SILENT = "silent"
    UNREADABLE = "unreadable"
    GONE = "gone"


class AlertOf(Code):
    """What an alert is about."""

    EVENT = "event"
    FEED = "feed"


class FlowName(Code):
    """What wrote a run: a flow, or a command that writes."""

    INGEST = "ingest"
    RELINK = "relink"
    REBUILD = "rebuild"
    MERGE = "merge"
    SPLIT = "split"
    UNDO = "undo"
    RETRY = "retry"
    FORGET = "forget"
    PRUNE = "prune"


class TaskRunner(Code):
    """Where pages and articles are parsed: VEILLE_TASK_RUNNER."""

    THREADS = "threads"
    PROCESSES = "processes"
