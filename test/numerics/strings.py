"""Operations on strings, by their bytes and letters."""

import numpy as np
from models import graph_model, node_model
from onnx import TensorProto, helper

WORDS = np.array([["abc", "", "Straße"], ["的的", "a b  c", "É-É"]], object)


def case(op, inputs, name="", reference=None, **more):
    return {
        "name": f"{op}{'-' if name else ''}{name}",
        "model": lambda: node_model(op, inputs, **more),
        "inputs": inputs,
        "reference": reference,
    }


def split(name, words, **attrs):
    return case("StringSplit", {"x": np.array(words, object)}, name, outputs=2, **attrs)


def match(name, pattern, words, expected):
    return case(
        "RegexFullMatch",
        {"x": np.array(words, object)},
        name,
        [np.array(expected)],
        pattern=pattern,
    )


def normalize(name, words, expected, **attrs):
    return case(
        "StringNormalizer",
        {"x": np.array(words, object)},
        name,
        [np.array(expected, object)],
        **attrs,
    )


def moved(x):
    """What moves elements moves strings; constants are numbered once."""
    nodes = [
        helper.make_node("Concat", ["x", "c"], ["a"], axis=0),
        helper.make_node("Transpose", ["a"], ["b"], perm=[1, 0]),
        helper.make_node("Equal", ["b", "word"], ["e"]),
        helper.make_node("Where", ["e", "b", "word"], ["w"]),
        helper.make_node("Gather", ["w", "i"], ["y"], axis=0),
        helper.make_node("Identity", ["e"], ["z"]),
    ]
    constants = {
        "c": np.array([["abc", "d", ""]], object),
        "word": np.array("abc", object),
        "i": np.array([2, -3, 0]),
    }
    return graph_model(nodes, {"x": x}, ["y", "z"], initializers=constants)


def cast(name, x, kind, expected, opset=21):
    x, expected = np.array(x), np.array(expected)
    return case("Cast", {"x": x}, name, [expected], to=kind, opset=opset)


def texts(*values):
    return np.array(values, object)


def tfidf(name, x, pool, counts, indexes, lengths, skips, mode="TF", weights=None):
    key = "pool_strings" if isinstance(pool[0], str) else "pool_int64s"
    attrs = {key: pool, **({"weights": weights} if weights else {})}
    return case(
        "TfIdfVectorizer",
        {"x": x},
        name,
        ngram_counts=counts,
        ngram_indexes=indexes,
        min_gram_length=lengths[0],
        max_gram_length=lengths[1],
        max_skip_count=skips,
        mode=mode,
        opset=9,
        **attrs,
    )


RNG = np.random.default_rng(31)
TOKENS = RNG.integers(0, 4, (3, 17))
POOL = [0, 1, 2, 0, 1, 2, 2, 3, 0, 1, 2, 3, 1, 0, 1]
COUNTS, COLUMNS = [0, 3, 9], [0, 2, 5, 1, 3, 4, 7, 6]
NAMES = np.array(["zero", "one", "two", "three"], object)

CASES = [
    case("StringConcat", {"x": WORDS, "y": np.array([["!"], [""]], object)}),
    case("StringConcat", {"x": WORDS, "y": WORDS[0]}, "dynamic", dynamic={"x": [0], "y": [0]}),
    case("StringConcat", {"x": WORDS[:, :0], "y": WORDS[:1, :1]}, "empty"),
    {"name": "moves", "model": lambda: moved(WORDS), "inputs": {"x": WORDS},
     "reference": lambda x: expected_moves(x)},
    split("white-space", ["a b", " a  b\tc ", "", "  ", "d"]),
    split("delimiter", ["a,b", ",,", "", "abc"], delimiter=","),
    split("long-delimiter", ["a--b---c", "--", "-"], delimiter="--"),
    split("most", ["a,b,c", "a", ",,,"], delimiter=",", maxsplit=1),
    split("most-words", [" a  b  c ", "a"], maxsplit=1),
    split("none", np.zeros((2, 0)), delimiter=","),
    match("classes", r"[[:alpha:]_]\w{2,3}|\d+?", ["ab1", "_abc", "1234", "a", "_abcde", ""],
          [True, True, True, False, False, False]),
    match("anchors", r"^(a|b*)\b.c$", ["a.c", "bb-c", "bbcc", "a\nc"],
          [True, True, False, False]),
    match("nested", r"((a*)*|b)*", ["aaaab", "", "abc"], [True, True, False]),
    match("letters", r"[^a-zA-Z].\x{df}?", ["的的", "éß", "éßß", "aa"],
          [True, True, True, False]),
    match("long", "(x+x+)+y", ["x" * 5000, "x" * 5000 + "y"], [False, True]),
    normalize("sensitive", ["the", "The", "cat"], ["THE", "CAT"], stopwords=["the"],
              is_case_sensitive=1, case_change_action="UPPER"),
    normalize("insensitive", [["the", "The", "cat"]], [["cat"]], stopwords=["THE"]),
    normalize("all", ["a", "A"], [""], stopwords=["a"]),
    normalize("letters", ["ÀÉ", "straße", "ΣΑΣ"], ["àé", "straße", "σασ"],
              case_change_action="LOWER"),
    cast("float-text", np.float32([0.1, -2, 1e-5, 1.5e20, 123456.79, np.inf, np.nan, -0.0]),
         TensorProto.STRING,
         texts("0.1", "-2.0", "1e-05", "1.5e+20", "123456.79", "inf", "nan", "-0.0")),
    # Of 16 digits, the text above a power of 2 is read back, the nearest is not.
    cast("double-text", np.array([2.0**-44, 2.0**-24, 2.0**89, 5e-324, 9007199254740993.0]),
         TensorProto.STRING,
         texts("5.684341886080802e-14", "5.960464477539063e-08", "6.189700196426902e+26",
               "5e-324", "9007199254740992.0")),
    cast("half-text", np.float16([0.1, 65504, 6e-8]), TensorProto.STRING,
         texts("0.1", "65500.0", "6e-08")),
    cast("int-text", np.array([-5, 0, 2**62]), TensorProto.STRING,
         texts("-5", "0", str(2**62))),
    cast("text-float", texts("0.1", " 1e3 ", "-inf", "NaN"), TensorProto.FLOAT,
         np.float32([0.1, 1000, -np.inf, np.nan])),
    cast("text-int", texts("-12", "+7"), TensorProto.INT32, np.int32([-12, 7])),
    tfidf("uni", TOKENS, POOL, COUNTS, COLUMNS, (1, 1), 0),
    tfidf("skips", TOKENS, POOL, COUNTS, COLUMNS, (1, 3), 3),
    tfidf("bi", TOKENS[0], POOL, COUNTS, COLUMNS, (2, 2), 1),
    tfidf("idf", TOKENS.astype(np.int32), POOL, COUNTS, COLUMNS, (1, 3), 2, "IDF",
          [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]),
    tfidf("strings", NAMES[TOKENS], [str(NAMES[i]) for i in POOL], COUNTS, COLUMNS, (2, 3), 1,
          "TFIDF", [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]),
]


def expected_moves(x):
    b = np.concatenate([x, [["abc", "d", ""]]]).T
    equal = b == "abc"
    return [np.where(equal, b, "abc").astype(object)[[2, -3, 0]], equal]
