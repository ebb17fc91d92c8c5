using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Networks that give fewer steps than they read.</summary>
internal static class SubsampledSteps
{
    private const string Count = "steps_given", Lengths = "lengths_given";

    // Lengths that are multiples of most factors, or aren't.
    private static readonly long[][] Cases = [[1], [7, 1, 4, 5, 6], [16, 9, 3, 2, 8, 13]];

    /// <summary>Whether there may be fewer steps.</summary>
    /// <exception cref="ArgumentException">Each step has a label.</exception>
    internal static void RequireFor(SequenceNetwork network, ModelTask task)
    {
        if (network.Subsampling > 1 && task.ReadsSteps() && task != ModelTask.Alignment)
            throw new ArgumentException($"The network '{network.Name}' has {nameof(SequenceNetwork.Subsampling)} "
                + $"{network.Subsampling}, but {(task == ModelTask.Span ? "spans are told in steps" : "each step has a label")}: expected "
                + "1, a network that gives as many steps as it reads.");
    }

    /// <summary>Runs the network as it starts on a few sequences, since its own function may give any number of steps.</summary>
    /// <exception cref="GraphException">There are others than its <see cref="SequenceNetwork.Subsampling"/> says.</exception>
    internal static void Check(SequenceNetworkModel model)
    {
        var (network, random) = (model.Network, new Random(1));
        if (network.Subsampling == 1)
            return;
        using var written = new Deployment(new(), builder =>
        {
            var steps = model.EncodeRagged(builder).Steps;
            builder.Graph.Output(Count, Op.SizeOf(steps.Steps, 0));
            if (model.Input.FixedSteps is null)
                builder.Graph.Output(Lengths, steps.Lengths
                    ?? throw new GraphException($"The network '{network.Name}' gave Steps without Lengths; expected those of the "
                        + "sequences it reads, divided and rounded up."));
        });
        SequenceInput[] all = [model.Input, .. model.Sides.Select(side => side.Input)];
        foreach (var of in Cases)
        {
            var fixedSteps = model.Input.FixedSteps;
            long[] lengths = [.. of.Select(length => fixedSteps ?? Math.Min(length, network.MaximumLength ?? length))];
            Dictionary<string, TensorData> inputs = [];
            SequenceInput.AddSamples(all, inputs, [], lengths, random);
            var found = written.Run(inputs);
            long[] given = found.TryGetValue(Lengths, out var each) ? each.As<long>() : [.. lengths.Select(Expected)];
            if (found[Count].As<long>()[0] != Expected(lengths.Max()) || !given.SequenceEqual(lengths.Select(Expected)))
                throw new GraphException($"The network '{network.Name}' gave {found[Count].As<long>()[0]} steps, of lengths "
                    + $"[{string.Join(", ", given)}], for {lengths.Max()} of lengths [{string.Join(", ", lengths)}]; expected "
                    + $"{Expected(lengths.Max())}, of lengths [{string.Join(", ", lengths.Select(Expected))}], as its "
                    + $"{nameof(SequenceNetwork.Subsampling)} of {network.Subsampling} says.");
        }

        long Expected(long steps) => (steps + network.Subsampling - 1) / network.Subsampling;
    }
}
