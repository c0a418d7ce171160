import re

from accord.exercise import world
from accord.exercise.checksums import base58check, ethereum_mixed, iban, segwit
from accord.model.selectors import SelectorKind as Kind
from accord.selectors import canonical


def test_published_vectors():
    # BIP 173, section "Test vectors"; EIP-55, test cases; ISO 13616 as every national example has it
    program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    assert segwit(program) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    assert base58check(0, bytes(20)) == "1111111111111111111114oLvT2"
    assert ethereum_mixed("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed") == "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert iban("GB", "WEST12345698765432") == "GB82WEST12345698765432"


def test_every_asset_is_a_selector_in_its_canonical_form():
    made = world(5)
    for asset in (*made.assets, *made.bystanders):
        if asset.kind is Kind.CERTIFICATE:
            continue
        assert canonical(asset.kind, asset.value).value == asset.value


def test_wallets_come_in_every_form(full_world):
    bitcoin = [asset.value for asset in full_world.assets if asset.kind is Kind.BTC]
    assert {re.match("bc1q|1|3", value).group(0) for value in bitcoin} == {"bc1q", "1", "3"}
    assert sum(asset.kind is Kind.ETH for asset in full_world.assets) >= 20


def test_account_numbers_name_no_real_bank(full_world):
    accounts = [asset.value for asset in full_world.assets if asset.kind is Kind.IBAN]
    assert accounts
    assert all(re.fullmatch(r"GB\d\d(EXER|EXMP)000000\d{8}|DE\d\d00000000\d{10}", value) for value in accounts)
