"""What classical models make of hand-crafted features: the baselines that a network has to beat."""

from core.evaluation.classical.evaluate import ClassicalScore as ClassicalScore
from core.evaluation.classical.evaluate import evaluate_classical as evaluate_classical
from core.evaluation.classical.models import MODELS as MODELS
from core.evaluation.classical.models import SONGNET_BASELINES as SONGNET_BASELINES
from core.evaluation.classical.models import TRANSFORMATIONS as TRANSFORMATIONS
