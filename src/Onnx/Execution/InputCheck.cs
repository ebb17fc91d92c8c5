namespace MLSeqGraph.Onnx;

/// <summary>What becomes of inputs without elements.</summary>
internal enum EmptyInputs
{
    /// <summary>They run.</summary>
    Allowed,
    /// <summary>They are refused where an axis has a name of rows or steps; nodes, edges and what a cache holds may be none.</summary>
    RefusedByName,
    /// <summary>They are refused: any may reach a recurrent operator.</summary>
    Refused,
}

/// <summary>Checks the tensors fed to a model against its declared inputs.</summary>
internal static class InputCheck
{
    /// <exception cref="ArgumentException">
    /// An input is missing, unknown, or of another type or shape; the message names it, what was found and what was expected.
    /// </exception>
    /// <param name="declared">The model's inputs.</param>
    /// <param name="given">The tensors fed.</param>
    /// <param name="empty">What becomes of inputs without elements.</param>
    /// <param name="meanings">What the model's metadata says of its inputs.</param>
    internal static void Check(IReadOnlyList<TensorInfo> declared, IReadOnlyDictionary<string, TensorData> given, EmptyInputs empty,
        InputMeanings meanings)
    {
        ArgumentNullException.ThrowIfNull(given, "inputs");
        foreach (var name in given.Keys)
            if (!declared.Any(input => input.Name == name))
                throw new ArgumentException($"The model has no input '{name}'. Its inputs: {meanings.Describe(declared)}.", nameof(given));
        var sizes = new Dictionary<Dim, (long Size, string Input)>();
        foreach (var input in declared)
        {
            if (given.TryGetValue(input.Name, out var tensor))
                Check(input, tensor, sizes, empty, meanings);
            else if (!input.IsOptional)
                throw new ArgumentException(
                    $"Input '{input.Name}' is missing: {input.Type} {input.Shape} is expected{meanings.Of(input.Name)}. Given: "
                        + $"{(given.Count == 0 ? "nothing" : string.Join(", ", given.Keys))}.", nameof(given));
        }
    }

    // Rows and steps of sequences; there may be no nodes, no edges, and an empty cache.
    private static bool IsNeverEmpty(Dim dim) => dim.IsName && dim.ToString() is var name
        && (name is "batch" or "time" or "source" or "prompt" or "steps" || name.EndsWith("_time", StringComparison.Ordinal));

    private static void Check(TensorInfo input, TensorData tensor, Dictionary<Dim, (long Size, string Input)> sizes, EmptyInputs empty,
        InputMeanings meanings)
    {
        ArgumentNullException.ThrowIfNull(tensor, input.Name);
        if (tensor.Type != input.Type || tensor.Sizes.Count != input.Shape.Rank)
            throw Mismatch("");
        for (var axis = 0; axis < input.Shape.Rank; axis++)
        {
            var (dim, size) = (input.Shape[axis], tensor.Sizes[axis]);
            if (size == 0 && (empty == EmptyInputs.Refused || (empty == EmptyInputs.RefusedByName && IsNeverEmpty(dim))))
                throw Mismatch($"; axis {axis}, '{dim}', is empty, and ONNX Runtime's recurrent operators end the process on it: at least "
                    + "one belongs there");
            if (dim.IsKnown)
            {
                if (dim.Size != size)
                    throw Mismatch($"; axis {axis} has {size} where {dim.Size} belong");
            }
            else if (!sizes.TryAdd(dim, (size, input.Name)) && sizes[dim] is var earlier && earlier.Size != size)
            {
                throw Mismatch($"; axis {axis} has {size}, but '{dim}' is {earlier.Size} in input '{earlier.Input}'");
            }
        }

        ArgumentException Mismatch(string where) =>
            new($"Input '{input.Name}': {input.Type} {input.Shape} is expected{meanings.Of(input.Name)}, {tensor.Type} "
                + $"[{string.Join(", ", tensor.Sizes)}] was given{where}.", "given");
    }
}
