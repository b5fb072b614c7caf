"""What a robot decides, without anything around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.kit.ids import new_id
from yingke.knowledge import AnswerValue, MatchValue
from yingke.robot.deciding import (
    Answer,
    Asked,
    HandOver,
    NotUnderstood,
    Offer,
    Said,
    SmallTalk,
    after_asking,
    after_verdict,
    before_asking,
)
from yingke.robot.phrases import angry, small_talk, wants_person


@pytest.mark.parametrize(
    "text",
    ["转人工", "人工", "我要人工客服", "找客服", "請轉人工", "能不能给我转个人工啊", "真人！", "不要机器人，转人工", "human please",
     "I want to talk to a real person", "Can I speak to an agent?", "representative"],
)  # fmt: skip
def test_whoever_asks_for_a_person_is_heard(text: str) -> None:
    assert wants_person(text)
    assert before_asking(Said(text=text), [], []) == HandOver("requested")


@pytest.mark.parametrize(
    "text",
    ["人工客服几点上班", "你们客服电话是多少", "人工费怎么算", "what are the hours of your agents in town", "怎么退货"],
)
def test_a_question_that_only_mentions_people_is_a_question(text: str) -> None:
    assert not wants_person(text)


@pytest.mark.parametrize(
    "text", ["你们是骗子吧", "我要投诉！", "什么破平台", "this is ridiculous", "怎么还不发货！！！！"]
)
def test_the_angry_are_handed_over_without_a_form(text: str) -> None:
    decided = before_asking(Said(text=text), [], [])
    assert angry(text) and decided == HandOver("anger") and HandOver("anger").at_once


@pytest.mark.parametrize(
    ("text", "kind"),
    [("你好", "greeting"), ("谢谢！", "thanks"), ("OK", "agreement"), ("Hi!", "greeting"), ("怎么退货", None)],
)
def test_politeness_is_answered_politely(text: str, kind: str | None) -> None:
    assert small_talk(text) == kind


def test_the_same_question_again_goes_to_a_person() -> None:
    asked = [Asked("怎么退货？", "answer", None)]
    assert before_asking(Said(text="怎么退货"), asked, []) == HandOver("repetition")
    assert before_asking(Said(text="怎么换货"), asked, []) is None


def test_words_of_the_staff_hand_over() -> None:
    assert before_asking(Said(text="我想批发一千件"), [], ["批发"]) == HandOver("rule")


def test_a_file_without_a_word_goes_to_a_person() -> None:
    assert before_asking(Said(text="", has_files=True), [], []) == HandOver("file")


def found(decision: str, *confidences: float) -> AnswerValue:
    matches = [
        MatchValue(entry_id=new_id(), question="问", confidence=one, short_answer="", answer_html="", answer_text="")
        for one in confidences
    ]
    return AnswerValue(decision=decision, language="zh-CN", matches=matches)  # type: ignore[arg-type]


def test_two_that_are_close_are_asked_back_and_three_offered_otherwise() -> None:
    close, three = (
        after_asking(found("suggest", 0.4, 0.35, 0.05), []),
        after_asking(found("suggest", 0.4, 0.3, 0.2), []),
    )
    assert isinstance(close, Offer) and close.close and len(close.matches) == 2
    assert isinstance(three, Offer) and not three.close and len(three.matches) == 3


def test_what_is_not_understood_twice_goes_to_a_person() -> None:
    assert after_asking(found("none"), []) == NotUnderstood()
    assert after_asking(found("none"), [Asked("天气", "none", None)]) == HandOver("not_understood")
    assert isinstance(after_asking(found("answer", 0.99), [Asked("天气", "none", None)]), Answer)


def test_a_second_answer_that_does_not_help_is_enough() -> None:
    missed = Asked("怎么退货", "answer", "not_solved")
    assert after_verdict([missed]) is None
    assert after_verdict([missed, missed]) == HandOver("not_solved")


@given(st.text(max_size=3_000), st.booleans())
def test_whatever_is_said_something_is_decided(text: str, has_files: bool) -> None:
    decided = before_asking(Said(text=text, has_files=has_files), [Asked(text, "answer", None)], ["批发", ""])
    assert decided is None or isinstance(decided, HandOver | SmallTalk | NotUnderstood)


@pytest.mark.parametrize("text", ["滚筒洗衣机怎么保养", "烟雾报警器多少钱", "收到什么破损可以赔"])
def test_a_question_with_letters_of_anger_in_the_name_of_a_thing_is_no_anger(text: str) -> None:
    assert not angry(text)


@pytest.mark.parametrize("text", ["滚", "滚蛋！", "再不退我就报警", "什么破东西"])
def test_anger_is_heard_in_few_letters(text: str) -> None:
    assert angry(text)
