"""Activations in as many digits as mpmath is told to work with: an oracle that is not our code."""

from mpmath import erfc, exp, expm1, log1p, mpf, sqrt, tanh

PRECISE = {
    "linear": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "tanh": tanh,
    "relu": lambda z: max(z, mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "elu": lambda z: z if z > 0 else expm1(z),
    "softplus": lambda z: log1p(exp(z)),
    "silu": lambda z: z / (1 + exp(-z)),
    "gelu": lambda z: z * erfc(-z / sqrt(2)) / 2,
    "hardtanh": lambda z: max(mpf(-1), min(mpf(1), z)),
    "mish": lambda z: z * tanh(log1p(exp(z))),
    "softsign": lambda z: z / (1 + abs(z)),
}
