namespace MLSeqGraph.Onnx;

/// <summary>A tensor of an imported model that training can change.</summary>
/// <param name="Name">
/// Its name: the file's, or where that is a number (as exporters give to transposed weights) the layer's, by its bias or node.
/// </param>
/// <param name="FileName">The name in the file.</param>
/// <param name="Sizes">Its sizes.</param>
/// <param name="Operator">The operator that reads it.</param>
/// <param name="Layer">
/// Its depth: 0 for what comes before all numbered layers, such as embeddings, then 1 for the first numbered layer, and so on. Where
/// names have no numbers each weight's place in the model's order counts.
/// </param>
public sealed record ImportedWeight(string Name, string FileName, IReadOnlyList<long> Sizes, string Operator, int Layer)
{
    /// <summary>The number of elements.</summary>
    public long Count => Sizes.Aggregate(1L, (product, size) => product * size);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(", ", Sizes)}]";
}
