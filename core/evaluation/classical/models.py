"""The classical models and the transformations before them, each with the settings that are tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.kernel_approximation import Nystroem, PolynomialCountSketch
from sklearn.linear_model import LogisticRegression, Perceptron, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from core.evaluation.classical.mlp import MlpClassifier

#: An estimator of scikit-learn, which has no types.
Estimator = Any


@dataclass(frozen=True)
class Candidate:
    """A step of the pipeline.

    Attributes:
        create: Makes the estimator from a seed.
        settings: Values to try of each parameter, by name.
    """

    create: Callable[[int], Estimator]
    settings: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


#: What may stand between standardised features and a model. Both kernels are approximated by explicit features, so
#: that linear models can use them; the features number 57, so a kernel's usual gamma is 1/57 = 0.018.
TRANSFORMATIONS: Mapping[str, Candidate] = {
    "none": Candidate(lambda seed: "passthrough"),
    "pca": Candidate(lambda seed: PCA(random_state=seed), {"n_components": (0.8, 0.9, 0.99)}),
    "rbf": Candidate(
        lambda seed: Nystroem(kernel="rbf", n_components=200, random_state=seed), {"gamma": (0.003, 0.01, 0.03)}
    ),
    "polynomial": Candidate(
        lambda seed: PolynomialCountSketch(gamma=0.018, coef0=1, n_components=500, random_state=seed),
        {"degree": (2, 3)},
    ),
}

#: The eight models of the comparison.
MODELS: Mapping[str, Candidate] = {
    "logistic_regression": Candidate(
        lambda seed: LogisticRegression(max_iter=5000, random_state=seed), {"C": (0.01, 0.1, 1.0, 10.0, 100.0)}
    ),
    "linear_svm": Candidate(
        lambda seed: LinearSVC(dual=False, max_iter=20_000, random_state=seed), {"C": (0.01, 0.1, 1.0, 10.0)}
    ),
    "perceptron": Candidate(
        lambda seed: Perceptron(penalty="l2", random_state=seed), {"alpha": (1e-5, 1e-4, 1e-3, 1e-2)}
    ),
    "ridge": Candidate(lambda seed: RidgeClassifier(random_state=seed), {"alpha": (0.1, 1.0, 10.0, 100.0)}),
    "decision_tree": Candidate(
        lambda seed: DecisionTreeClassifier(random_state=seed), {"max_depth": (5, 10, None), "min_samples_leaf": (1, 5)}
    ),
    "random_forest": Candidate(
        lambda seed: RandomForestClassifier(n_estimators=300, random_state=seed), {"min_samples_leaf": (1, 3)}
    ),
    "knn": Candidate(
        lambda seed: KNeighborsClassifier(), {"n_neighbors": (1, 5, 9, 15), "weights": ("uniform", "distance")}
    ),
    "mlp": Candidate(lambda seed: MlpClassifier(random_state=seed), {"weight_decay": (1e-4, 1e-2)}),
}

#: What the report on SongNet compares itself with; to be evaluated without a transformation.
SONGNET_BASELINES: Mapping[str, Candidate] = {
    "random": Candidate(lambda seed: DummyClassifier(strategy="uniform", random_state=seed)),
    **{name: MODELS[name] for name in ("knn", "linear_svm", "logistic_regression")},
}
