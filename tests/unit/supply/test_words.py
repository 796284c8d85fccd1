"""Words of weapons in three languages, and their innocent twins."""

import unicodedata

import pytest

from servanda.supply.words import Hit, find, fold, is_software

WEAPONS = [
    "10,000 rounds 5.56 mm",
    "5.56mm탄 1만발",
    "9x19 para",
    ".50 cal BMG",
    "7,62 mm Patronen",
    "rifles, automatic",
    "grenades, hand, M67",
    "time fuze",
    "a.m.m.u.n.i.t.i.o.n",
    "r i f l e barrel",
    "155 mm howitzer",
    "jerry can of TNT",
    "120 mm mortar",
    "firing pin",
    "cartridge, ball",
    "live rounds",
    "demolition charge",
    "anti-personnel mine",
    "Bullets",
    "am\u200bmuni\u00adtion",
    "âmmunition",
    "소총탄",
    "탄 창",
    "수 류 탄",
    "K2 소총 부품",
    "K9 자주포 궤도",
    "박격포 신관",
    "무기 손질 키트",
    "보통탄",
    "실탄 만 발",
    "지뢰 20개",
    "예광탄",
    "폭약",
    "K1 전차 엔진",
    "小銃弾",
    "小 銃 弾",
    "ｼｮｳｼﾞｭｳﾀﾞﾝ",
    "５．５６ｍｍ 普通弾",
    "信管",
    "銃剣",
    "89式小銃",
    "10式戦車 履帯",
    "手りゅう弾",
    "弾薬 1箱",
    "爆薬",
    "дробовик, патроны",
    "弹药",
]
DOUBTS = [
    "ammunition box, empty",
    "ammo can",
    "bulletproof vest",
    "night vision goggle",
    "helmet, ballistic",
    "10,000 rounds",
    "magazine",
    "K9",
    "M4",
    "5.56",
    "120 mm",
    "gun oil",
    "r\u0456fle case",
    "drone",
    "bomb disposal suit",
    "shell",
    "tank",
    "방탄조끼",
    "탄약통",
    "탄약 상자",
    "지뢰탐지기",
    "드론",
    "신관",
    "防弾チョッキ",
    "弾薬箱",
    "地雷探知機",
    "89式",
    "暗視装置",
]
INNOCENT = [
    "toner cartridge",
    "cartridge for laser printer",
    "grease gun",
    "glue gun",
    "fuse, 30 A",
    "news magazine",
    "water tank",
    "paint primer",
    "round steel bar",
    "hex bolt M16 x 40",
    "40 m2 tarpaulin",
    "box 40x30 cm",
    "diesel fuel F-34",
    "5 μm filter",
    "drinking water 500 ml",
    "milk 7.62 kg",
    "year-round tent",
    "combat rations",
    "tank truck, fuel",
    "dry mortar mix",
    "coal mine lamp",
    "bath bomb",
    "120 mm PVC pipe",
    "unarmed guard service",
    "탄산수",
    "탄력붕대",
    "석탄",
    "연탄난로",
    "이산화탄소 소화기",
    "총각김치",
    "총계정원장",
    "총중량",
    "총 10개",
    "포장지",
    "포도주스",
    "전투식량",
    "의무기록지",
    "사무기기",
    "소화약제",
    "부탄가스",
    "우레탄폼",
    "고무기어",
    "위장약",
    "폴리에틸렌 포대",
    "카자흐스탄 빵",
    "弾性包帯",
    "弾力包帯",
    "真空包装米飯",
    "空包装",
    "通信管路",
    "石榴ジュース",
    "生理食塩水",
    "ヒートガン",
    "釘打ち銃",
    "トナーカートリッジ",
    "戦闘糧食II型",
    "鉄砲漬け",
    "受信管理表",
]


@pytest.mark.parametrize("text", WEAPONS)
def test_weapons_are_found(text: str) -> None:
    assert any(hit.category is not None for hit in find(text))


@pytest.mark.parametrize("text", WEAPONS)
def test_decomposed_and_wide_spellings_hide_nothing(text: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    for spelled in (unicodedata.normalize("NFD", text), wide, text.upper(), "\u200d".join(text)):
        assert any(hit.category is not None for hit in find(spelled))


@pytest.mark.parametrize("text", DOUBTS)
def test_ambiguous_words_are_only_in_doubt(text: str) -> None:
    hits = find(text)
    assert hits
    assert {hit.category for hit in hits} == {None}


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_twins_are_left_alone(text: str) -> None:
    assert find(text) == ()


def test_a_hit_says_the_word_its_category_and_its_list() -> None:
    assert find("Rifle, 5.56 MM") == (
        Hit(word="rifle", category="weapon", language="en"),
        Hit(word="5.56 mm", category="ammunition", language="en"),
    )
    assert find("防弾ベスト") == (Hit(word="防弾ベスト", category=None, language="ja"),)


def test_the_innocent_twin_does_not_shelter_its_neighbour() -> None:
    assert find("toner cartridge, and ammunition") == (Hit(word="ammunition", category="ammunition", language="en"),)
    assert find("탄산수 상자 속 소총탄")[0].category is not None


def test_folding_takes_away_what_the_eye_does_not_see() -> None:
    assert fold("ＲＩ\u200bＦ\u00adＬＥ\u0301\n ｶﾞﾝ") == "rifle ガン"
    assert fold(unicodedata.normalize("NFD", "소총탄")) == "소총탄"


def test_software_is_known_in_three_languages() -> None:
    assert [is_software(text) for text in ("Firmware update", "소프트웨어", "ソフトウェア", "hard bread")] == [
        True,
        True,
        True,
        False,
    ]
