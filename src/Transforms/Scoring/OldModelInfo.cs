using System.Globalization;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Reads the metadata of format 1, in which sequence models had a key for each part, and graph models a single key of their own.
/// </summary>
internal static class OldModelInfo
{
    internal const string Version = "1";

    /// <summary>
    /// Format 2: today's metadata, but with inputs that could be left out: tokens without padding and <c>lengths</c> beside them.
    /// </summary>
    internal const string Optional = "2";

    private const string Graph = "mlseqgraph.graph", Task = "mlseqgraph.task", Input = "mlseqgraph.input", Sides = "mlseqgraph.sides",
        VectorSize = "mlseqgraph.vector", Labels = "mlseqgraph.labels", Versions = "mlseqgraph.versions",
        Verification = "mlseqgraph.verification";

    /// <exception cref="InvalidDataException">A part is missing or can't be read.</exception>
    internal static ModelInfo Read(IReadOnlyDictionary<string, string> metadata, string name)
    {
        if (ModelInfo.Entry<GraphInfo>(metadata, name, Graph) is { } graph)
            return graph.ToInfo(name);
        var task = metadata.GetValueOrDefault(Task, "");
        return new(ModelRows.Sequences, TaskOf(task, "sequence-", name),
            [Needed<ModelInput>(Input), .. ModelInfo.Entry<ModelInput[]>(metadata, name, Sides) ?? []],
            ModelInfo.Entry<ModelLabels>(metadata, name, Labels), Needed<ModelVersions>(Versions),
            ModelInfo.Entry<ModelVerification>(metadata, name, Verification))
        {
            VectorSize = int.TryParse(metadata.GetValueOrDefault(VectorSize), CultureInfo.InvariantCulture, out var size) ? size : 0,
        };

        T Needed<T>(string key) where T : class => ModelInfo.Entry<T>(metadata, name, key)
            ?? throw new InvalidDataException($"{name}: the metadata '{key}' is missing.");
    }

    private static ModelTask TaskOf(string task, string prefix, string name) =>
        task.StartsWith(prefix, StringComparison.Ordinal)
        && Enum.TryParse<ModelTask>(task[prefix.Length..], ignoreCase: true, out var found) && found <= ModelTask.Regression ? found
            : throw new InvalidDataException($"{name} is a model for the task '{task}', which this version of MLSeqGraph doesn't know.");

    // Only in format 1: new files have ModelInfo.
    private sealed record GraphInfo(
        string Task, string FeatureColumn, int FeatureCount, int EdgeFeatureCount, int RelationCount, bool IsWeighted, int Outputs,
        ModelLabels? Labels, ModelVersions Versions, ModelVerification? Verification, int? FixedNodes, LinkInfo? Links, int? VectorWidth,
        IReadOnlyList<ModelInput>? Sides)
    {
        internal ModelInfo ToInfo(string name)
        {
            var rows = Task is "link-prediction" ? ModelRows.Links
                : Task?.StartsWith("graph-", StringComparison.Ordinal) == true ? ModelRows.Graphs : ModelRows.Nodes;
            return new(rows, rows == ModelRows.Links ? ModelTask.Binary
                : TaskOf(Task ?? "", rows == ModelRows.Graphs ? "graph-" : "node-", name),
                [ModelInput.OfNodes(rows, FeatureColumn, FeatureCount), .. Sides ?? []], Labels, Versions, Verification)
            {
                Outputs = Outputs,
                VectorSize = VectorWidth ?? 0,
                Graph = new(EdgeFeatureCount, RelationCount, IsWeighted, null, FixedNodes),
                Links = Links is null ? null : new(Links.Width, Links.RelationCount),
            };
        }
    }

    private sealed record LinkInfo(int Width, int RelationCount);
}
