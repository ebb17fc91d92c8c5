namespace MLSeqGraph.Onnx;

/// <summary>Reads operators that have graphs inside.</summary>
internal static class ControlReaders
{
    internal static Dictionary<string, OperatorReader> All { get; } = new(StringComparer.Ordinal)
    {
        ["If"] = If,
    };

    // A condition on sizes or on an input that was given as a constant chooses now.
    private static Value[] If(ImportedNode node)
    {
        if ((node.Extents(0) is [{ Number: { } known }] ? known : ConstantEvaluation.Numbers(node[0])?.FirstOrDefault())
            is not { } condition)
            throw new ImportException($"its condition {node[0]} depends on the model's inputs, which is not supported: give the input it "
                + "depends on as a constant");
        var body = node.Source.Body(node.Body(condition != 0 ? "then_branch" : "else_branch"));
        return node.Importer.Write(body, new Dictionary<string, Value>(), [.. body.Proto.Output.Select(output => output.Name)]);
    }
}
