"""Networks for whose equations a student is judged."""

from derivcli.networks.layers import architecture

COURSE = architecture((3, 4, 1))
RELU = architecture((3, 4, 2), ("relu", "softmax"))
LEAKY = architecture((2, 3, 2), ("leaky_relu", "linear"))
SIGMOID = architecture((3, 2, 2), ("sigmoid", "sigmoid"), "squared")
CROSS = architecture((2, 3, 1), ("softplus", "tanh"), "cross-entropy")
RELUS = architecture((3, 4, 2), ("relu", "relu"), "squared")
OUT = architecture((3, 2), ("relu",), "cross-entropy")
DEEP = architecture((2, *[3] * 11, 1))
RELU_SIGMOID = architecture((2, 3, 1), ("relu", "sigmoid"))
ELU = architecture((2, 3, 2), ("elu", "linear"))
LINEAR = architecture((2, 3, 1), ("tanh", "linear"))
SOFTMAX = architecture((2, 3, 2), ("tanh", "softmax"))
SOFTMAX_SQUARED = architecture((2, 3, 2), ("tanh", "softmax"), "squared")
RELU_LAST = architecture((2, 3, 1), ("softplus", "relu"), "cross-entropy")
HUBER = architecture((2, 3, 1), ("tanh", "linear"), "huber")
HINGES = architecture((2, 3, 1), ("tanh", "linear"), "max(A, 0)**2 + 0*Y")
WEIGHTED = architecture((2, 3, 1), ("tanh", "linear"), "(A - Y)**2 * (1 + abs(Y)) / 2")
