namespace MLSeqGraph.Onnx;

/// <summary>The gradients of everything that a <see cref="Recurrence"/> reads.</summary>
/// <remarks>
/// Inputs: those of the layer; its hidden states; what it kept, of each direction; the gradients of the hidden states, and of the last
/// hidden and cell states of each direction. Outputs: working memory [elements]; the gradients of x and, of each direction, of
/// <see cref="RecurrenceWeights"/>.
/// </remarks>
internal sealed unsafe class RecurrenceGradient() : Kernel("RecurrenceGradient",
    [
        ElementType.Float, new(ElementType.Int64, true), .. Recurrence.OfDirections(RecurrenceWeights.Count),
        ElementType.Float, .. Recurrence.OfDirections(1), new(ElementType.Float, true), .. Recurrence.OfDirections(2),
    ],
    [ElementType.Float, new(ElementType.Float, true), .. Recurrence.OfDirections(RecurrenceWeights.Count)])
{
    private const int States = 2 + 2 * RecurrenceWeights.Count, Kept = States + 1, StatesGradient = Kept + 2,
        LastGradient = StatesGradient + 1;

    internal static RecurrenceGradient Kernel { get; } = new();

    /// <summary>Writes the node for a layer's.</summary>
    internal static Value?[] Of(GradientContext context, int firstWeight, int outputsOfDirection)
    {
        var node = context.Node;
        var directions = (int)node.Attribute<long>("directions");
        var inputs = new Value?[LastGradient + 2 * directions];
        for (var i = 0; i < node.Inputs.Count; i++)
            inputs[i] = node.Inputs[i];
        (inputs[States], inputs[StatesGradient]) = (node.Outputs[0], context.GradientOf(0));
        for (var direction = 0; direction < directions; direction++)
        {
            var first = 1 + direction * outputsOfDirection;
            inputs[Kept + direction] = node.Outputs[first + 2];
            for (var state = 0; state < 2; state++)
                inputs[LastGradient + 2 * direction + state] = context.GradientOf(first + state);
        }
        // Outputs that nothing reads are left out of the graph and not computed.
        Shape[] shapes =
            [["recurrence_work"], context.Input(0).Shape, .. node.Inputs.Skip(firstWeight).Select(input => input?.Shape ?? [])];
        var gradient = Kernel.Emit(shapes, inputs, [.. node.Attributes.Select(attribute => (attribute.Key, attribute.Value))]);
        return [gradient.Outputs[1], null, .. node.Inputs.Skip(firstWeight).Select((input, i) =>
            input is null ? null : gradient.Outputs[2 + i])];
    }

    internal override KernelBody Bind(KernelAttributes attributes)
    {
        var options = new RecurrenceOptions(attributes);
        return run =>
        {
            var (sizes, tensors) = options.Read(run);
            long steps = sizes.Steps, batch = sizes.Batch, features = sizes.Features;
            long width = sizes.Directions * sizes.Hidden, parts = sizes.Parts * sizes.Padded;
            tensors.Y = RecurrenceOptions.Optional(run, States, "hidden states", steps, batch, width);
            tensors.YGradient = RecurrenceOptions.Optional(run, StatesGradient, "gradient of the hidden states", steps, batch, width);
            tensors.XGradient = run.Output(1, steps, batch, features).Floats;
            var ofInput = tensors.XGradient != null && sizes.Directions == 2 ? steps * batch * features : 0;
            var work = run.Output(0, sizes.Directions * steps * batch * parts + ofInput).Floats;
            tensors.Forward = Direction(run, sizes, tensors.Forward, 0, work, tensors.XGradient);
            work += steps * batch * parts;
            if (sizes.Directions == 2)
                tensors.Backward = Direction(run, sizes, tensors.Backward, 1, work, ofInput > 0 ? work + steps * batch * parts : null);
            RecurrentKernel.RunGradient(sizes, tensors, run.Scratch<float>, run.For, Simd.Width);
        };
    }

    private static RecurrentDirection Direction(
        KernelRun run, in RecurrentSizes sizes, RecurrentDirection of, int direction, float* work, float* ofInput)
    {
        long batch = sizes.Batch, hidden = sizes.Hidden, columns = sizes.Gates * hidden, features = sizes.Features;
        var output = 2 + direction * RecurrenceWeights.Count;
        of.Saved = RecurrenceOptions.Optional(run, Kept + direction, "kept values", sizes.Steps, batch, sizes.SavedParts * sizes.Padded);
        of.LastHiddenGradient = RecurrenceOptions.Optional(
            run, LastGradient + 2 * direction, "gradient of the last hidden states", batch, hidden);
        of.LastCellGradient = RecurrenceOptions.Optional(
            run, LastGradient + 2 * direction + 1, "gradient of the last cell states", batch, hidden);
        of.Work = work;
        of.InputGradient = ofInput;
        of.WeightGradient = OutputOrScratch(run, output, features, columns);
        of.RecurrentGradient = OutputOrScratch(run, output + 1, hidden, columns);
        of.BiasGradient = OutputOrScratch(run, output + 2, columns);
        if (of.Extra != null)
            of.ExtraGradient = OutputOrScratch(run, output + 3, sizes.Kind == RecurrentKind.Lstm ? 3 * hidden : hidden);
        if (of.Hidden0 != null)
            of.Hidden0Gradient = run.Output(output + 4, batch, hidden).Floats;
        if (of.Cell0 != null)
            of.Cell0Gradient = run.Output(output + 5, batch, hidden).Floats;
        return of;
    }

    // Weights' gradients are computed together, even if only some are needed.
    private static float* OutputOrScratch(KernelRun run, int output, params ReadOnlySpan<long> sizes)
    {
        if (run.Output(output, sizes) is { IsPresent: true } tensor)
            return tensor.Floats;
        long count = 1;
        foreach (var size in sizes)
            count *= size;
        return run.Scratch<float>(count);
    }
}
