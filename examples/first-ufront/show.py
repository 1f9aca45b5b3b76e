"""What both programs do with a model once they have it."""

from ufront import LossType, MetricsType, Optimizer


def show(ufront_model, operators, softmax_op):
    """Prints the operators and their memory, compiles, prints the IR and runs."""
    total_memory = 0
    for operator in operators:
        size = operator.memory_usage()
        total_memory += size
        print(
            "{0} > name: {1}, raw_ptr: {2:#06x}, No. of outputs: {3}, "
            "memory used:{4:.5f}MB".format(
                operator.op_type,
                operator.params["name"],
                operator.raw_ptr,
                operator.num_of_outputs(),
                size / 1024 / 1024,
            )
        )
    print(f"\nTotal memory cached for operators {total_memory / 1024 / 1024:.2f}MB")

    # Types are known before anything has run.
    output = softmax_op.get_output(0)
    print(output.shape)

    ufront_model.optimizer = Optimizer(
        params={
            "type": "sgd",
            "lr": "0.01",
            "momentum": "0",
            "nesterov": "False",
            "weight_decay": "0",
        }
    )
    ufront_model.compile(
        loss_type=LossType.SPARSE_CATEGORICAL_CROSSENTROPY,
        metrics=[MetricsType.ACCURACY, MetricsType.SPARSE_CATEGORICAL_CROSSENTROPY],
    )
    print(ufront_model.dump_ir())

    ufront_model.forward()
    sums = output.get_ndarray().sum(axis=1)
    print(f"each of {len(sums)} rows sums to 1: {abs(sums - 1).max() < 1e-5}")
