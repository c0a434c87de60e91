"""Every engine that a run may choose passes the contract of engines; a name that is none is a wrong use."""

import pytest

from flows.engines import ENGINES, choose_engine
from storyfold.outcomes import WrongUse
from tests.flows.engine_contract import EngineContract


@pytest.mark.slow  # whole nights
class TestEngines(EngineContract):
    @pytest.fixture(scope="class", params=sorted(ENGINES))
    def make_engine(self, request):
        return ENGINES[request.param]


def test_an_unknown_engine_is_a_wrong_use():
    with pytest.raises(WrongUse, match="unknown engine 'abacus'; allowed: local"):
        choose_engine("abacus", 1)
