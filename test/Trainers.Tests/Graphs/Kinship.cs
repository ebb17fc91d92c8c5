using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>A triple by names.</summary>
internal sealed class Triple
{
    public string Head { get; set; } = "";

    public string Relation { get; set; } = "";

    public string Tail { get; set; } = "";
}

/// <summary>A small knowledge graph that follows rules: people in a ring, each with a next, a previous, and one across.</summary>
internal static class Kinship
{
    internal const int People = 20;

    internal static Triple[] All() => [.. Enumerable.Range(0, People).SelectMany(person => (Triple[])
    [
        Of(person, "next", person + 1), Of(person, "previous", person - 1), Of(person, "across", person + People / 2),
    ])];

    internal static Triple Of(int head, string relation, int tail) =>
        new() { Head = Name(head), Relation = relation, Tail = Name(tail) };

    internal static string Name(int person) => $"p{(person + People) % People}";

    // Each is the opposite of one that is trained on.
    internal static bool IsHeldOut(Triple triple) => triple.Relation == "previous" && triple.Head is "p3" or "p9" or "p14";

    /// <summary>Triples with relations as keys, by the names of all.</summary>
    internal static IDataView View(MLContext ml, IEnumerable<Triple> triples) => ml.Transforms.Conversion.MapValueToKey("Relation")
        .Fit(ml.Data.LoadFromEnumerable(All())).Transform(ml.Data.LoadFromEnumerable(triples.ToArray()));

    internal static KnowledgeGraphTrainer.Options Options(LinkDecoder decoder, RankingLoss loss) => new()
    {
        Decoder = decoder, Loss = loss, EmbeddingSize = 16, Epochs = 60, BatchSize = 16, Negatives = 8, NegativeSharing = 4,
        Margin = 4, InverseRelations = false, Optimizer = new Onnx.Adam(), LearningRate = 0.05f, Seed = 1,
        Target = Onnx.ExecutionTarget.Cpu(1),
    };
}
