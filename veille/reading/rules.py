"""The rules of reading by name. Rules compare members, never words; a member's value is what explanations say of it."""

from __future__ import annotations

from enum import Enum

from veille.codes import PlaceLevel


class PlaceRule(Enum):
    """Why a name was taken for a place, and as what."""

    OVERLAY = "overlay"
    GAZETTEER = "gazetteer with a place before it"
    ELSEWHERE = "name elsewhere"
    ADMIN1_BY_HEAD_NOUN = "admin1 by its head noun"
    ADMIN2_BY_HEAD_NOUN = "admin2 by its head noun"
    COMMUNE_BY_HEAD_NOUN = "commune by its head noun"
    COUNTRY = "country name"
    COMPASS = "region named by the compass"
    REGION_ELSEWHERE = "named as a region elsewhere in the article"
    CAPITAL = "capital with a preposition"
    GOVERNMENT = "capital as a government"
    CAPITAL_BY_OFFICE = "the capital by its office"
    NEAR_SPELLING = "near spelling of {name}"
    UNKNOWN_AFTER_HEAD_NOUN = "unknown name after a head noun"
    UNKNOWN_IN_ENUMERATION = "unknown name in an enumeration"
    DEPARTED = "where they went or came from"
    BEFORE_OR_LEFT = "what came before, or where they were"
    CEREMONY = "where a ceremony was held"
    OFFICE = "seat of an office, or of who speaks"
    NEAR = "near it"
    NEAR_APPOSED = "near, in an apposition"
    DISTANCE = "distance and bearing"
    DISTANCE_APPOSED = "distance in an apposition"
    DISTANCE_FROM_LAST = "distance from the place last spoken of"
    ROAD = "stretch of road"
    ROAD_IT_LIES_ON = "the road it lies on"
    REGION_OF_LANDMARK = "region of a landmark"
    ONLY_COUNTRY = "only the country is named"
    ARTICLES_COUNTRY = "only the article's country is known"


BY_HEAD_NOUN = {
    PlaceLevel.ADMIN1: PlaceRule.ADMIN1_BY_HEAD_NOUN,
    PlaceLevel.ADMIN2: PlaceRule.ADMIN2_BY_HEAD_NOUN,
    PlaceLevel.COMMUNE: PlaceRule.COMMUNE_BY_HEAD_NOUN,
}


class TimeRule(Enum):
    """Which kind of time expression gave a day."""

    TODAY = "today"
    NIGHT = "night"
    YESTERDAY = "yesterday"
    EVE = "eve"
    THAT_DAY = "that day"
    HOLIDAY = "holiday"
    DAY_OF_MONTH = "day of the month"
    AGO = "ago"
    EARLIER = "earlier"
    DAYS_AFTER = "days after"
    DAY_AFTER = "day after"
    WEEKEND = "weekend"
    LAST_WEEK = "last week"
    THIS_WEEK = "this week"
    LAST_MONTH = "last month"
    LAST_YEAR = "last year"
    SPAN_OF_DAYS = "span of days"
    NIGHT_BETWEEN_DATES = "night between dates"
    NIGHT_BETWEEN_WEEKDAYS = "night between weekdays"
    NIGHT_UNTIL_TODAY = "night until today"
    FULL_DATE = "full date"
    NUMERIC_DATE = "numeric date"
    WEEKDAY_AND_DAY = "weekday and day"
    MONTH_AND_YEAR = "month and year"
    MONTH = "month"
    YEAR = "year"
    WEEKDAY = "weekday"


class AttributionRule(Enum):
    """By which form of words a source is named."""

    SELON = "selon"
    PARENTHESIS = "parenthesis"
    PRONOUN = "pronoun"
    PARTICIPLE = "participle of speech"
    PASSIVE = "passive speech verb"
    INVERTED = "inverted speech verb"
    VERB = "speech verb"


class TollRule(Enum):
    """How a figure was found to count people hit."""

    NO_OUTCOME = "people without an outcome of their own"
    FIGURE_AND_OUTCOME = "figure and outcome"
    FIGURE_PEOPLE_OUTCOME = "figure, people and outcome"
    OF_PEOPLE_BEFORE = "figure of the people before"
    ESTIMATED = "estimated"
    NUMBER_OF = "number of"
    BY_DOZENS = "by dozens"
    ONE_PERSON = "one person by office"
    NO_LOSS = "no loss"


class ClaimRule(Enum):
    """What in a sentence made a claim without a figure, or gave it to somebody."""

    REVENDIQUE = "revendique"
    OWNED_UP = "owned up"
    OWN_DEED = "own deed"
    OWN_OPERATION = "own operation"
    OWN_TOLL = "toll of its own attack"
    TOOK_THE_PLACE = "it took the place"
    IN_THEIR_HANDS = "in their hands"
    CONTROL = "control"
    REPELLED = "repelled"
    DENIAL = "denial"
    ONE_TAKEN = "one person taken"
