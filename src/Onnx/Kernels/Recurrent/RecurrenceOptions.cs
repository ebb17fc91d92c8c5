namespace MLSeqGraph.Onnx;

/// <summary>The attributes of a <see cref="Recurrence"/>, and how its inputs and those of its gradient are read.</summary>
internal sealed unsafe class RecurrenceOptions(KernelAttributes attributes)
{
    private readonly RecurrentKind _kind = (RecurrentKind)attributes.Integer("kind");
    private readonly bool _isCoupled = attributes.Integer("coupled") != 0;
    private readonly int _truncation = (int)attributes.Integer("truncation"), _directions = (int)attributes.Integer("directions");

    /// <summary>Reads the inputs, after checking that their shapes fit together.</summary>
    /// <exception cref="ArgumentException">They don't.</exception>
    internal (RecurrentSizes Sizes, RecurrentTensors Tensors) Read(KernelRun run)
    {
        KernelTensor x = run.Input(0), lengths = run.Input(1), recurrent = run.Input(3), extra = run.Input(5);
        var sizes = new RecurrentSizes(_kind, Int(x[0]), Int(x[1]), Int(x[2]), Int(recurrent[0]), _directions, _isCoupled,
            _kind == RecurrentKind.Lstm && extra.IsPresent, _truncation);
        Expect(lengths, "lengths", sizes.Batch);
        var tensors = new RecurrentTensors { X = x.Floats, Lengths = lengths.IsPresent ? lengths.Longs : null };
        tensors.Forward = Weights(run, 2, sizes);
        if (_directions == 2)
            tensors.Backward = Weights(run, 2 + RecurrenceWeights.Count, sizes);
        return (sizes, tensors);
    }

    /// <summary>An optional input of a shape; null where it is left out.</summary>
    internal static float* Optional(KernelRun run, int input, string name, params ReadOnlySpan<long> sizes) =>
        Expect(run.Input(input), name, sizes).Floats;

    private static RecurrentDirection Weights(KernelRun run, int first, in RecurrentSizes sizes)
    {
        long columns = sizes.Gates * (long)sizes.Hidden;
        return new()
        {
            Weight = Optional(run, first, "input weights", sizes.Features, columns),
            Recurrent = Optional(run, first + 1, "recurrent weights", sizes.Hidden, columns),
            Bias = Optional(run, first + 2, "bias", columns),
            Extra = Optional(run, first + 3, "peepholes or candidate bias",
                sizes.Kind == RecurrentKind.Lstm ? 3L * sizes.Hidden : sizes.Hidden),
            Hidden0 = Optional(run, first + 4, "initial hidden states", sizes.Batch, sizes.Hidden),
            Cell0 = Optional(run, first + 5, "initial cell states", sizes.Batch, sizes.Hidden),
        };
    }

    private static KernelTensor Expect(KernelTensor tensor, string name, params ReadOnlySpan<long> sizes)
    {
        if (!tensor.IsPresent)
            return tensor;
        var fits = tensor.Rank == sizes.Length;
        for (var i = 0; fits && i < sizes.Length; i++)
            fits = tensor[i] == sizes[i];
        return fits ? tensor
            : throw new ArgumentException($"Recurrence: expected {name} [{string.Join(", ", sizes.ToArray())}]; got {tensor}.");
    }

    private static int Int(long size) => checked((int)size);
}
