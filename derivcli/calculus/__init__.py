"""One function, one point: values, derivatives, difference quotients and verdicts."""
