"""Functions of pasted code whose name means something else there: refused, with what to write."""

from __future__ import annotations

NUMPY = ("np", "numpy", "jnp", "anp", "onp", "cp", "cupy", "torch")

# The last parts of a dotted name -> what to write instead.
DIFFERENT: dict[str, str] = {
    **{f"{module}.sinc": "there sinc(x) is sin(pi*x)/(pi*x): write sinc(pi*x)" for module in NUMPY},
    "Math.round": "there a half is rounded up: write floor(x + 0.5)",
    "torch.frac": "there frac(x) has the sign of x: write sign(x)*frac(abs(x))",
    "jax.nn.gelu": "there gelu is approximate by default: write gelu(x) for the exact one",
    "tf.nn.leaky_relu": "there the slope below 0 is 0.2: write where(x > 0, x, 0.2*x)",
}
NAMED_CONSTANTS = {"PI": "pi", "E": "e", "pi": "pi", "e": "e", "exp1": "e"}


def difference(module: str, name: str) -> str | None:
    """Return what to write where a library's function is not the one of that name here.

    >>> difference("np", "sinc"), difference("np", "sin")
    ('there sinc(x) is sin(pi*x)/(pi*x): write sinc(pi*x)', None)
    """
    return DIFFERENT.get(f"{module}.{name}")
