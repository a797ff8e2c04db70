"""Published numbers have six significant digits: enough for every use, and the same everywhere.

Two processors may differ in the last of a double's sixteen digits; hardly ever in the sixth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_WIDEST: Final = 290
"""Powers of ten beyond which a scale would overflow; such values stay as they are."""


def rounded(frame: pd.DataFrame, digits: int = 6) -> pd.DataFrame:
    """Return a copy with every float column rounded to significant digits.

    Zeros, blanks and infinities stay as they are, and so do values beyond 10^±290. Rounding
    twice is rounding once.

    Example:
        >>> import pandas as pd
        >>> rounded(pd.DataFrame({"mean": [192.123456, 0.00123456789]}))["mean"].tolist()
        [192.123, 0.00123457]
    """
    floats = {
        name: _rounded(frame[name].to_numpy(), digits)
        for name in frame.columns
        if frame[name].dtype == np.float64
    }
    return frame.assign(**floats)


def _rounded(values: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    """Return values rounded to significant digits.

    A power of ten up to 10^22 is exact in a double and so is the whole number beside it, hence
    one multiplication or one division gives the double nearest to the decimal number: never
    multiply by a fraction such as 10^-3.
    """
    plain = np.isfinite(values) & (values != 0)
    magnitude = np.floor(np.log10(np.abs(values, where=plain, out=np.ones_like(values))))
    plain &= np.abs(magnitude) < _WIDEST
    shift = np.where(plain, digits - 1 - magnitude, 0)
    up, down = 10.0 ** np.maximum(shift, 0), 10.0 ** np.maximum(-shift, 0)
    return np.where(plain, np.round(values * up / down) / up * down, values)
