"""Weekly lists on data that is public: MovieLens 100k, as RecBole's package has it (research only: installed, never copied).

Read by an honest cut in time (what is learnt is older than what is asked for) and by leaving each person's last deed out, beside
what is simple: most done in 28 days, most done at all, what is like the last thing; and beside EASE (Steck 2019), which needs all
at once.
"""

import importlib.util
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from studio.bench.report import Row
from studio.errors import DeviceFailed
from studio.relation.days import DAY_MS
from studio.relation.recommend import LIST, Deed, Model, Product, coverage, gain, pick, recall

FILE = "dataset_example/ml-100k/ml-100k.inter"
INSTALL = "this needs a data set: uv pip install --no-deps recbole==1.2.1"
LIKED = 4.0
EASE_LAMBDA = 200.0
Lists = dict[str, list[str]]
Own = dict[str, dict[str, tuple[float, int]]]


def run(seconds: float = 0.0) -> list[Row]:
    """Both splits; `seconds` is not used: the data set says how long it takes."""
    deeds = _read()
    return [*_by_time(deeds), *_last_left_out(deeds)]


def _read() -> list[Deed]:
    found = importlib.util.find_spec("recbole")
    path = Path(found.origin).parent / FILE if found is not None and found.origin else None
    if path is None or not path.exists():
        raise DeviceFailed(INSTALL)
    rows = (line.split("\t") for line in path.read_text().splitlines()[1:])
    return [Deed(person, film, int(float(at)) * 1000) for person, film, rating, at in rows if float(rating) >= LIKED]


def _by_time(deeds: Sequence[Deed]) -> list[Row]:
    moments = sorted(deed.at_ms for deed in deeds)
    now_ms = moments[int(0.8 * len(moments))]
    train = [deed for deed in deeds if deed.at_ms <= now_ms]
    own, films = _own(train), {deed.product for deed in train}
    then: dict[str, set[str]] = defaultdict(set)
    for deed in deeds:
        if deed.at_ms > now_ms and deed.person in own and deed.product in films and deed.product not in own[deed.person]:
            then[deed.person].add(deed.product)
    return _compared("by time", train, own, then, now_ms, ("most done in 28 days", 1.05))


def _last_left_out(deeds: Sequence[Deed]) -> list[Row]:
    last: dict[str, Deed] = {}
    for deed in deeds:
        if deed.person not in last or deed.at_ms >= last[deed.person].at_ms:
            last[deed.person] = deed
    train = [deed for deed in deeds if last[deed.person] is not deed]
    now_ms = max(deed.at_ms for deed in deeds)
    then = {person: {deed.product} for person, deed in last.items()}
    return _compared("last one left out", train, _own(train), then, now_ms, ("most done at all", 1.5))


def _own(deeds: Sequence[Deed]) -> Own:
    own: Own = defaultdict(dict)
    for deed in deeds:
        own[deed.person][deed.product] = (1.0, deed.at_ms)
    return own


def _compared(
    split: str, train: Sequence[Deed], own: Own, then: Mapping[str, set[str]], now_ms: int, bar: tuple[str, float]
) -> list[Row]:
    begun = time.perf_counter()
    model = Model(train, now_ms)
    made_s = time.perf_counter() - begun
    products = {deed.product: Product() for deed in train}
    begun = time.perf_counter()
    ours = {person: [one.product for one in pick(model, own[person], products, salt=person)][:LIST] for person in then}
    a_second = len(ours) / (time.perf_counter() - begun)
    others = {
        "most done at all": _most(Counter(deed.product for deed in train), own, then),
        "most done in 28 days": _most(Counter(deed.product for deed in train if deed.at_ms > now_ms - 28 * DAY_MS), own, then),
        "like the last one": {person: _like_last(model, own[person]) for person in then},
        "EASE": _ease(train, own, then),
    }
    simple = recall(others[bar[0]], then, LIST)
    rows = [
        Row(name=f"{split}: recall@12 ÷ {bar[0]}", value=recall(ours, then, LIST) / simple, unit="×", least=bar[1]),
        Row(name=f"{split}: coverage", value=coverage(ours, products, LIST), unit="", least=0.2),
        Row(name=f"{split}: people asked", value=float(len(then)), unit=""),
        Row(name=f"{split}: model made in", value=made_s, unit="s"),
        Row(name=f"{split}: lists a second", value=a_second, unit="/s", least=1000),
    ]
    for name, lists in {"ours": ours, **others}.items():
        rows.append(Row(name=f"{split}, {name}: recall@12", value=recall(lists, then, LIST), unit=""))
        rows.append(Row(name=f"{split}, {name}: nDCG@12", value=gain(lists, then, LIST), unit=""))
    return rows


def _most(counts: "Counter[str]", own: Own, then: Mapping[str, object]) -> Lists:
    ordered = [product for product, _ in counts.most_common()]
    return {person: [product for product in ordered if product not in own[person]][:LIST] for person in then}


def _like_last(model: Model, own: Mapping[str, tuple[float, int]]) -> list[str]:
    last = max(own, key=lambda product: own[product][1])
    return [product for product, _ in model.similar.get(last, ()) if product not in own][:LIST]


def _ease(train: Sequence[Deed], own: Own, then: Mapping[str, object]) -> Lists:
    """Embarrassingly shallow autoencoders: one inverse of a matrix of all products by all."""
    people, films = sorted(own), sorted({deed.product for deed in train})
    row, column = {name: n for n, name in enumerate(people)}, {name: n for n, name in enumerate(films)}
    done = np.zeros((len(people), len(films)))
    for deed in train:
        done[row[deed.person], column[deed.product]] = 1.0
    inverse = np.linalg.inv(done.T @ done + EASE_LAMBDA * np.eye(len(films)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    scores = done @ weights
    scores[done > 0] = -np.inf
    return {person: [films[n] for n in np.argsort(-scores[row[person]])[:LIST]] for person in then}
