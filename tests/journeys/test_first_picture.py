"""What the desk asks for before it can be seen."""

from tests.journeys.conftest import People
from yingke.pages import FIRST_ASKED

_ASKED = "() => performance.getEntriesByType('resource').map((entry) => entry.name.replace(location.origin, ''))"


async def test_the_desk_asks_once_for_what_the_head_of_its_page_announced(people: People) -> None:
    page = (await people.agent()).page
    await page.reload()
    session, mine = FIRST_ASKED
    # Once for the first picture and, when the socket tells of changes, once more for what fell between.
    await page.wait_for_function(f"(mine) => ({_ASKED})().filter((url) => url === mine).length >= 2", arg=mine)
    await page.wait_for_function(f"() => ({_ASKED})().some((url) => url.includes('view=queue'))")
    asked = await page.evaluate(_ASKED)
    assert (asked.count(session), asked.count(mine)) == (1, 2)
