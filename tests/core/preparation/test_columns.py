"""Every transformer keeps scikit-learn's rules and the house's."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from lead_scoring.core.preparation.date_parts import DateParts
from lead_scoring.core.preparation.fill_missing import FillMissing
from lead_scoring.core.preparation.map_levels import MapLevels
from lead_scoring.core.preparation.rare_levels import RareLevels
from lead_scoring.core.preparation.select_features import SelectFeatures
from lead_scoring.core.preparation.sum_columns import SumColumns


@parametrize_with_checks(
    [
        FillMissing(),
        FillMissing(columns=[0], value=-1.0),
        MapLevels(levels={1.0: ["0", "1"], 2.0: ["2"]}, default=3.0),
        RareLevels(other=-1.0),
        RareLevels(columns=[0], cumulative_share=0.5, other=-1.0),
        SumColumns(),
        SumColumns(outputs={"both": [0]}),
        DateParts(),
        SelectFeatures(),
    ]
)
def test_scikit_learns_own_checks(estimator, check):
    """Every check of scikit-learn passes; none is expected to fail."""
    check(estimator)
