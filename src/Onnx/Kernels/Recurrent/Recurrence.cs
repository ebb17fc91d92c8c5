namespace MLSeqGraph.Onnx;

/// <summary>
/// A recurrent layer over all steps of all sequences, forward or in both directions: an LSTM, optionally with peepholes or a coupled input
/// gate; a GRU; or a plain layer. The equations are those of <see cref="LstmCell{TSimd}"/>, <see cref="GruCell{TSimd}"/> and
/// <see cref="RnnCell{TSimd}"/>. No work is done for padding, whose outputs are zeros.
/// </summary>
/// <remarks>
/// Inputs: x [time, batch, features], lengths [batch] Int64, and <see cref="RecurrenceWeights"/> of each direction.
/// Outputs: the hidden states [time, batch, directions·hidden]; of each direction the states after each sequence's last step
/// [batch, hidden], and what the gradient needs. The standard operators are a Scan over the cell's step.
/// </remarks>
internal sealed unsafe class Recurrence() : Kernel("Recurrence",
    [ElementType.Float, new(ElementType.Int64, true), .. OfDirections(RecurrenceWeights.Count)],
    [ElementType.Float, .. OfDirections(OutputsOfDirection)])
{
    private const int FirstWeight = 2, OutputsOfDirection = 3;

    internal static Recurrence Kernel { get; } = new();

    /// <summary>Writes a node.</summary>
    /// <param name="kind">The cell.</param>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="lengths">Valid steps of each sequence, [batch] Int64; null where every sequence has all steps.</param>
    /// <param name="directions">The forward direction's weights, optionally followed by the backward direction's.</param>
    /// <param name="isCoupled">For an LSTM: whether the input gate is 1 minus the forget gate.</param>
    /// <param name="truncation">The number of steps after which the gradient of the states is cut; 0 for never.</param>
    /// <returns>The hidden states [time, batch, directions·hidden], and the last states of each direction [batch, hidden].</returns>
    internal static (Value Steps, Value[][] Last) Of(
        RecurrentKind kind, Value x, Value? lengths, RecurrenceWeights[] directions, bool isCoupled = false, int truncation = 0)
    {
        Dim hidden = directions[0].Recurrent.Shape[0], time = x.Shape[0], batch = x.Shape[1];
        Shape state = [batch, hidden];
        var kept = RecurrentSizes.SavedPartsOf(kind) * RecurrentSizes.PaddedOf((int)hidden.Size);
        Shape[] shapes = [[time, batch, directions.Length * hidden], .. directions.SelectMany(_ =>
            new Shape[] { state, state, [time, batch, kept] })];
        var node = Kernel.Emit(shapes, [x, lengths, .. directions.SelectMany(direction => direction.All)],
            ("kind", (long)kind), ("coupled", isCoupled ? 1L : 0L), ("truncation", (long)truncation),
            ("directions", (long)directions.Length));
        var states = kind == RecurrentKind.Lstm ? 2 : 1;
        return (node.Outputs[0], [.. directions.Select((_, direction) =>
            node.Outputs.Skip(1 + direction * OutputsOfDirection).Take(states).ToArray())]);
    }

    internal override Value?[] Gradient(GradientContext context) => RecurrenceGradient.Of(context, FirstWeight, OutputsOfDirection);

    internal override KernelBody Bind(KernelAttributes attributes)
    {
        var options = new RecurrenceOptions(attributes);
        return run =>
        {
            var (sizes, tensors) = options.Read(run);
            tensors.Y = run.Output(0, sizes.Steps, sizes.Batch, sizes.Directions * sizes.Hidden).Floats;
            tensors.Forward = Results(run, sizes, tensors.Forward, 1);
            if (sizes.Directions == 2)
                tensors.Backward = Results(run, sizes, tensors.Backward, 1 + OutputsOfDirection);
            RecurrentKernel.Run(sizes, tensors, run.Scratch<float>, run.For, Simd.Width);
        };
    }

    /// <summary>A number of optional tensors for each of two directions.</summary>
    internal static IEnumerable<KernelOperand> OfDirections(int count) =>
        Enumerable.Repeat(new KernelOperand(ElementType.Float, true), 2 * count);

    private static RecurrentDirection Results(KernelRun run, in RecurrentSizes sizes, RecurrentDirection of, int first)
    {
        of.LastHidden = run.Output(first, sizes.Batch, sizes.Hidden).Floats;
        if (sizes.Kind == RecurrentKind.Lstm)
            of.LastCell = run.Output(first + 1, sizes.Batch, sizes.Hidden).Floats;
        of.Saved = run.Output(first + 2, sizes.Steps, sizes.Batch, sizes.SavedParts * sizes.Padded).Floats;
        return of;
    }
}
