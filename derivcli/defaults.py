"""What is taken where an option is not given; light, so that help shows it."""

TIMEOUT = 10.0  # seconds
MAX_OPERATIONS = 10_000
DIGITS = 10  # significant digits of a rounded number
EXACT_DIGITS = 15  # an exact decimal up to here is short enough to show whole
ENTRY_DIGITS = 5  # of the largest entry of an array
DPI = 200  # of a picture

SWEEP = ("0.1", "1e-16")  # the largest eps and the smallest
MOST_EXACT = 100  # iterations of a descent in exact numbers; their digits grow with each

# Of a network.
EXAMPLES = 5
SEED = 1
INITS = ("random", "zeros", "he", "xavier")  # the first is the default
EPS = 2.0 ** (-52 / 3)  # the best of a central difference: the cube root of float64's precision
ITERATIONS = 1_000
RATE = 0.5
