"""Public holidays and adjusted working days (调休) of China, as the State Council arranged them, from a maintained library.

What a site closes on is its own: these days are only proposed.
"""

from datetime import date

from yingke.kit.values import Value


class PublicDay(Value, frozen=True, kw_only=True):
    """A holiday, or a day of the weekend that is worked for the holiday `name`."""

    date: date
    name: str
    name_en: str
    working: bool


class PublicDays(Value, frozen=True, kw_only=True):
    years: list[int]
    """For which the arrangement is known, newest first: the next one is published in November."""
    items: list[PublicDay]


def public_days(year: int) -> PublicDays:
    """Those of `year`, in order; none for a year that is not known."""
    from chinese_calendar.constants import Holiday, holidays, workdays  # only who asks pays

    names = {each.value: each.chinese for each in Holiday}
    known = [(day, name, False) for day, name in holidays.items()] + [
        (day, name, True) for day, name in workdays.items()
    ]
    return PublicDays(
        years=sorted({day.year for day in holidays}, reverse=True),
        items=[
            PublicDay(date=day, name=names[name], name_en=name, working=working)
            for day, name, working in sorted(known)
            if day.year == year
        ],
    )
