"""Which Fusion user a person in Slack is, and whether a token is that user's."""

import pytest
from hypothesis import given, strategies as st

from bot.domain.account import SlackAccount
from bot.domain.agent import NoFusionUser
from bot.domain.openings import Opening, Openings
from bot.identity.claims import Claims
from bot.identity.who import (
    Mismatch,
    UserNameFrom,
    check_claims,
    fusion_user_name,
)

KEY = "T1:U1"
ANNA = "Anna.Schmidt@example.com"


@pytest.mark.parametrize(
    ("email", "rule", "table", "user"),
    [
        (ANNA, "email", {}, ANNA),
        (f" {ANNA} ", "email", {}, ANNA),
        (ANNA, "email_local_part", {}, "Anna.Schmidt"),
        ("anna+fusion@example.com", "email_local_part", {}, "anna+fusion"),
        (ANNA, "email", {"T1:U1": "ASCHMIDT"}, "ASCHMIDT"),
        (ANNA, "email", {"anna.schmidt@EXAMPLE.com": "ASCHMIDT"}, "ASCHMIDT"),
        (ANNA, "email", {"T1:U1": "by key", "anna.schmidt@example.com": "by e-mail"}, "by key"),
        (ANNA, "email_local_part", {"T1:U1": " ASCHMIDT "}, "ASCHMIDT"),
        (ANNA, "email", {"T1:U2": "BCARTER", "T2:U1": "CMARTIN", "U1": "X"}, ANNA),
        (ANNA, "email", {"T1:U1": " "}, ANNA),
        ("", "email", {"T1:U1": "ASCHMIDT"}, "ASCHMIDT"),
    ],
)
def test_a_person_has_a_user_name_at_fusion(
    email: str, rule: UserNameFrom, table: dict[str, str], user: str
) -> None:
    assert fusion_user_name(SlackAccount(email), rule, table, KEY) == user


@pytest.mark.parametrize("email", ["", "  ", "anna", "@example.com", "anna@", "a@b@c", "a b@c"])
def test_without_an_email_nobody_knows_who_it_is(email: str) -> None:
    with pytest.raises(NoFusionUser, match="e-mail") as nobody:
        fusion_user_name(SlackAccount(email), "email", {"": "somebody", "T1:U2": "x"}, KEY)
    assert "[users]" in nobody.value.detail


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (SlackAccount(ANNA, is_guest=True), "guest"),
        (SlackAccount(ANNA, is_external=True), "another organisation"),
        (SlackAccount(ANNA, is_deactivated=True), "deactivated"),
    ],
)
@pytest.mark.parametrize("table", [{}, {KEY: "ASCHMIDT", ANNA: "ASCHMIDT"}])
def test_strangers_are_refused_whatever_the_table_says(
    account: SlackAccount, words: str, table: dict[str, str]
) -> None:
    with pytest.raises(NoFusionUser, match=words) as nobody:
        fusion_user_name(account, "email", table, KEY)
    assert nobody.value.detail == str(nobody.value)
    assert ANNA not in nobody.value.detail


GUESTS = Openings({"C1": Opening(guests=True)})
OTHERS = Openings({"C1": Opening(other_organisations=True)})


def test_where_a_channel_is_open_to_guests_they_are_who_their_email_says() -> None:
    guest = SlackAccount(ANNA, is_guest=True)
    assert fusion_user_name(guest, "email", {}, KEY, GUESTS) == ANNA
    for account in (guest, SlackAccount(ANNA, is_guest=True, is_external=True)):
        with pytest.raises(NoFusionUser):
            fusion_user_name(account, "email", {KEY: "ASCHMIDT"}, KEY, OTHERS)
    with pytest.raises(NoFusionUser):
        fusion_user_name(SlackAccount(ANNA, is_deactivated=True), "email", {}, KEY, GUESTS)


@pytest.mark.parametrize("rule", ["email", "email_local_part", "users"])
def test_people_of_other_organisations_are_nobody_by_an_email_that_is_not_ours_to_check(
    rule: UserNameFrom,
) -> None:
    other = SlackAccount(ANNA, is_external=True)
    assert fusion_user_name(other, rule, {KEY: " ASCHMIDT "}, KEY, OTHERS) == "ASCHMIDT"
    for table in ({}, {ANNA: "ASCHMIDT"}, {ANNA.lower(): "ASCHMIDT"}, {KEY: " "}):
        with pytest.raises(NoFusionUser, match="one by one"):
            fusion_user_name(other, rule, table, KEY, OTHERS)


@given(st.text(), st.sampled_from(["email", "email_local_part"]))
def test_any_profile_gives_a_name_or_a_sentence(email: str, rule: UserNameFrom) -> None:
    try:
        user = fusion_user_name(SlackAccount(email), rule, {}, KEY)
    except NoFusionUser:
        return
    assert user
    assert user in email
    assert not any(each.isspace() for each in user)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (ANNA, ANNA),
        (ANNA.upper(), ANNA.lower()),
        (f" {ANNA}", ANNA),
        ("JÜRGEN@example.com", "jürgen@example.com"),
    ],
)
def test_a_token_of_the_expected_user_passes(found: str, expected: str) -> None:
    assert check_claims(Claims(user_name=found, sub_type="user"), expected) is None


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        (Claims(user_name="ben@example.com"), "ben@example.com"),
        (Claims(user_name="anna.schmidt"), "anna.schmidt"),
        (Claims(user_name="anna.schmidt@example.com.evil.example"), ""),
        (Claims(user_name="\N{KELVIN SIGN}ate"), "\N{KELVIN SIGN}ate"),
        (Claims(), "does not say"),
        (None, "does not say"),
    ],
)
def test_a_token_of_anybody_else_does_not(claims: Claims | None, found: str) -> None:
    expected = "kate" if claims and "ate" in claims.user_name else ANNA
    mismatch = check_claims(claims, expected)
    assert mismatch is not None
    assert not mismatch.is_shared
    assert found in mismatch.detail
    assert expected in mismatch.detail


def test_a_token_that_names_nobody_is_not_that_of_nobody() -> None:
    assert check_claims(Claims(), "") is not None


def test_an_integrations_token_is_nobodys_even_under_the_right_name() -> None:
    claims = Claims(user_name=ANNA, sub_type="client")
    assert claims.is_shared
    assert check_claims(claims, ANNA) == Mismatch(ANNA, ANNA, is_shared=True)
    mismatch = check_claims(claims, ANNA)
    assert mismatch is not None
    assert "shared identity" in mismatch.detail
